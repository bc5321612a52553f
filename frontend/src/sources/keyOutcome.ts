import type { S } from '@/api/types';

export const DUPLICATES: readonly S['DuplicateRule'][] = ['first', 'join', 'reject'];

/** What a choice for repeated keys does to the rows of one side. */
export type Outcome = { runs: boolean; taking: number; left: number };

export function outcomeOf(p: S['KeyProfile'], choice: S['DuplicateRule']): Outcome {
  const keyed = p.rows - p.nulls;
  switch (choice) {
    case 'reject':
      return p.duplicates > 0 ? { runs: false, taking: 0, left: keyed } : { runs: true, taking: keyed, left: 0 };
    case 'first':
      return { runs: true, taking: p.distinct, left: p.duplicates };
    case 'join':
      return { runs: true, taking: keyed, left: 0 };
  }
}

/** What to warn of, as a word key: a key that nothing has, or a choice under which the task cannot run. */
export function warningOf(p: S['KeyProfile'], choice: S['DuplicateRule'] | undefined): 'noKey' | 'refused' | undefined {
  if (p.distinct === 0) return 'noKey';
  return choice && !outcomeOf(p, choice).runs ? 'refused' : undefined;
}
