import type { S } from '@/api/types';
import type { TaskDraft } from './draft';

/** What every step of the wizard gets. */
export type StepProps = {
  value: TaskDraft;
  set: (change: Partial<TaskDraft>) => void;
  me: string;
  mine: S['Dataset'] | undefined;
  theirs: S['Dataset'] | undefined;
};
