import { useTranslation } from 'react-i18next';
import { StatusTag } from '@/ui/StatusTag';

/** Accepted by the rules, or the code of the refusal. */
export function OutcomeTag({ accepted, code }: { accepted: boolean; code: string | null }) {
  const { t } = useTranslation();
  return <StatusTag tone={accepted ? 'good' : 'bad'} label={accepted ? t('ledger:accepted') : (code ?? t('ledger:refused'))} />;
}
