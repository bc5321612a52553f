import type { S } from '@/api/types';

export type Draft = S['UsageLimits'];

/** What can be limited, in the order in which the verdict speaks of it. */
export const FIELDS = ['runs_max', 'keys_max', 'run_keys_max', 'run_keys_min', 'min_matches'] as const;

/** What a new entry proposes: a month, and nothing limited yet. */
export const EMPTY: Draft = { partner: null, period_days: 30, runs_max: null, keys_max: null, run_keys_max: null, run_keys_min: null, min_matches: null };

/** Why an entry cannot be kept: the rules of the ledger, said before anything is signed. */
export function fault(value: Draft, others: string[]): 'repeated' | 'nothing' | 'order' | undefined {
  if (others.includes(value.partner ?? '')) return 'repeated';
  if (FIELDS.every((key) => value[key] == null)) return 'nothing';
  if (value.run_keys_min != null && value.run_keys_max != null && value.run_keys_min > value.run_keys_max) return 'order';
  return undefined;
}

/** One entry per partner, the one for all first: as the ledger keeps them. */
export function ordered(limits: Draft[]): Draft[] {
  return [...limits].sort((a, b) => ((a.partner ?? '') < (b.partner ?? '') ? -1 : 1));
}
