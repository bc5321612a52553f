import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { localTime, relative, utcTime, type Lang } from '@/lib/format';

/** A moment in the person's zone, with the ledger's UTC in the tooltip. */
export function Time({ at, ago = false }: { at: string | number | null | undefined; ago?: boolean }) {
  const { i18n, t } = useTranslation();
  if (at === null || at === undefined || at === '') return <span>{t('common:none')}</span>;
  const words = ago ? relative(at, Date.now(), i18n.language as Lang) : localTime(at);
  return (
    <Tooltip title={ago ? `${localTime(at)} (${utcTime(at)})` : utcTime(at)}>
      <time dateTime={utcTime(at)} className="num">
        {words}
      </time>
    </Tooltip>
  );
}
