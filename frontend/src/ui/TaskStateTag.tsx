import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { StatusTag, type Tone } from './StatusTag';

const TONES: Record<S['TaskState'], Tone> = {
  proposed: 'waiting',
  ready: 'running',
  completed: 'good',
  disputed: 'bad',
  failed: 'bad',
  rejected: 'warning',
  cancelled: 'neutral',
};

/** Where a task stands on the ledger. */
export function TaskStateTag({ state }: { state: S['TaskState'] }) {
  const { t } = useTranslation();
  return <StatusTag tone={TONES[state]} label={t(`common:taskState.${state}`)} />;
}
