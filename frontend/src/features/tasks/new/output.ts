import type { S } from '@/api/types';
import type { TaskDraft } from './draft';

/** What the receiver is given, as one choice. */
export const OUTPUTS = ['inner', 'left', 'unmatched', 'cardinality', 'aggregates'] as const;
export type OutputChoice = (typeof OUTPUTS)[number];

/**
 * Fewest matched keys whose sum or average the consortium's rules let out: `limits::AGGREGATE_MIN_GROUP` of
 * `ledger/contract`. The API tells it only when it refuses (`min_group_too_small`), and the wizard asks for it before
 * anything is previewed; whatever stands here, the rules decide.
 */
export const MIN_GROUP = 5;

/** Whether rows of the other side are given out. */
export const givesRows = (o: OutputChoice) => o !== 'cardinality' && o !== 'aggregates';

/** The output of a request. */
export function outputOf(d: Pick<TaskDraft, 'output' | 'functions' | 'both'>): S['PsiOutput'] {
  if (d.output === 'cardinality') return { kind: 'cardinality' };
  if (d.output === 'aggregates') return { kind: 'aggregates', functions: d.functions };
  return { kind: 'rows', join: d.output, ...(d.both ? { both: true } : {}) };
}

type Choice = Pick<TaskDraft, 'output' | 'functions' | 'both'>;

/** The choice that gives an output. */
export function choiceOf(o: S['PsiOutput'] | null | undefined): Choice {
  const one = { functions: [], both: false };
  if (!o) return { output: 'inner', ...one };
  if (o.kind === 'rows') return { output: o.join, functions: [], both: o.join === 'inner' && o.both === true };
  return o.kind === 'aggregates' ? { ...one, output: 'aggregates', functions: o.functions } : { ...one, output: 'cardinality' };
}

/** Another output takes along other columns, goes to the receiver alone, and a sum needs a minimum. Other algorithms give it. */
export function withOutput(d: TaskDraft, output: OutputChoice): Partial<TaskDraft> {
  const columns = givesRows(d.output) && givesRows(output) && output !== 'unmatched' ? {} : { minePayload: [], theirsPayload: [], functions: [] };
  return { output, ...columns, both: false, backGrant: '', algorithm: null, minMatches: output === 'aggregates' ? Math.max(d.minMatches, MIN_GROUP) : d.minMatches };
}

/** To both sides or not: then the receiver's own columns are released, or merely kept. */
export function withBoth(d: TaskDraft, both: boolean): Partial<TaskDraft> {
  return { both, backGrant: '', algorithm: null, ...(d.receiver === 'mine' ? { minePayload: [] } : { theirsPayload: [] }) };
}

/** Another receiver uses other data: grants and columns are chosen anew. */
export function withReceiver(d: TaskDraft, receiver: TaskDraft['receiver'], third: string): Partial<TaskDraft> {
  if (receiver === 'third' && d.receiver === 'third') return { third, grant: '', purpose: '' };
  const alone = receiver === 'third' ? withOutput(d, 'inner') : {};
  return { ...alone, receiver, third, grant: '', backGrant: '', purpose: '', minePayload: [], theirsPayload: [], functions: [] };
}

/** The draft with other aggregates: the other side's columns that take part are exactly those that they are of. */
export function withFunctions(d: TaskDraft, functions: S['Aggregate'][]): Partial<TaskDraft> {
  const columns = [...new Set(functions.map((f) => f.column))];
  return { functions, ...(d.receiver === 'mine' ? { theirsPayload: columns, minePayload: [] } : { minePayload: columns, theirsPayload: [] }) };
}

/** Columns that can be summed. */
export const summable = (c: S['Column']) => c.data_type === 'integer' || c.data_type === 'number';
