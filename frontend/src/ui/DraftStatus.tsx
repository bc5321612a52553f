import { useTranslation } from 'react-i18next';
import type { SaveState } from '@/lib/useDraft';

/** Whether what was typed is kept. */
export function DraftStatus({ state }: { state: SaveState }) {
  const { t } = useTranslation();
  return <>{t(`common:draft.${state}`)}</>;
}
