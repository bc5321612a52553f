import type { S } from '@/api/types';
import type { TaskDraft } from './draft';

/** What the receiver is given, as one choice. */
export const OUTPUTS = ['inner', 'left', 'unmatched', 'cardinality', 'aggregates'] as const;
export type OutputChoice = (typeof OUTPUTS)[number];

/** Fewest matched keys whose sum or average the consortium's rules let out. */
export const MIN_GROUP = 5;

/** Whether rows of the other side are given out. */
export const givesRows = (o: OutputChoice) => o !== 'cardinality' && o !== 'aggregates';

/** The output of a request. */
export function outputOf(d: Pick<TaskDraft, 'output' | 'functions'>): S['PsiOutput'] {
  if (d.output === 'cardinality') return { kind: 'cardinality' };
  if (d.output === 'aggregates') return { kind: 'aggregates', functions: d.functions };
  return { kind: 'rows', join: d.output };
}

/** The choice that gives an output. */
export function choiceOf(o: S['PsiOutput'] | null | undefined): Pick<TaskDraft, 'output' | 'functions'> {
  if (!o) return { output: 'inner', functions: [] };
  if (o.kind === 'rows') return { output: o.join, functions: [] };
  return o.kind === 'aggregates' ? { output: 'aggregates', functions: o.functions } : { output: 'cardinality', functions: [] };
}

/** Another output takes along other columns, and a sum needs a minimum. */
export function withOutput(d: TaskDraft, output: OutputChoice): Partial<TaskDraft> {
  const columns = givesRows(d.output) && givesRows(output) ? {} : { minePayload: [], theirsPayload: [], functions: [] };
  return { output, ...columns, minMatches: output === 'aggregates' ? Math.max(d.minMatches, MIN_GROUP) : d.minMatches };
}

/** The draft with other aggregates: the other side's columns that take part are exactly those that they are of. */
export function withFunctions(d: TaskDraft, functions: S['Aggregate'][]): Partial<TaskDraft> {
  const columns = [...new Set(functions.map((f) => f.column))];
  return { functions, ...(d.receiver === 'mine' ? { theirsPayload: columns, minePayload: [] } : { minePayload: columns, theirsPayload: [] }) };
}

/** Columns that can be summed. */
export const summable = (c: S['Column']) => c.data_type === 'integer' || c.data_type === 'number';
