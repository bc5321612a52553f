import type { S } from '@/api/types';
import { receiverOf, type TaskDraft } from './draft';
import { outputOf } from './output';

/** What the estimate is asked for; undefined while a dataset is missing. */
export function estimateOf(d: TaskDraft, me: string, them: string | undefined): S['PsiEstimateCreate'] | undefined {
  if (d.mine === '' || d.theirs === '' || them === undefined) return undefined;
  const parties = [d.mine, d.theirs, ...d.further.map((f) => f.dataset)].map((dataset) => ({ dataset }));
  return { parties, receiver: receiverOf(d, me, them), output: outputOf(d) };
}

const same = (a: S['AlgorithmRef'] | null | undefined, b: S['AlgorithmRef']) => a?.id === b.id && a.version === b.version;

/** The option that a task would use: the chosen one while this node can run it, else the recommended one. */
export function chosenOption(d: TaskDraft, estimate: S['PsiEstimate']): S['EstimateOption'] | undefined {
  return estimate.options.find((o) => same(d.algorithm, o.algorithm) && o.algorithm.state === 'usable') ?? estimate.options.find((o) => o.recommended);
}

/** Why the fewest matches asked for cannot be; undefined when they can. */
export function minMatchesProblem(d: TaskDraft, estimate: S['PsiEstimate'] | undefined): number | undefined {
  if (estimate === undefined) return undefined;
  const most = Math.min(...estimate.parties.map((p) => p.rows));
  return d.minMatches > most ? most : undefined;
}
