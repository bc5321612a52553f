import { useTranslation } from 'react-i18next';

/** Mark and name. */
export function Brand({ light = false }: { light?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className="brand" style={light ? { color: '#fff' } : undefined}>
      <img src="/favicon.svg" alt="" width={26} height={26} />
      {t('common:brand')}
    </span>
  );
}
