import type { S } from '@/api/types';
import { choiceOf, MIN_GROUP, outputOf, withOutput, type OutputChoice } from './output';

/** One pair of key columns and the rule that makes both sides' values comparable. */
export type KeyPair = { mine: string; theirs: string; rule: string };

/** One party beyond the first two. */
export type Further = { organisation: string; dataset: string; keys: string[]; payload: string[] };

/** Most parties with data. */
export const PARTIES_MAX = 8;

/** What the wizard keeps between visits. */
export type TaskDraft = {
  title: string;
  mine: string;
  theirs: string;
  /** Parties beyond the first two; then the result is ours, or a third's. */
  further: Further[];
  keys: KeyPair[];
  duplicates: S['DuplicateRule'];
  /** Which side gets the result; `third`: an organisation that brings no data. */
  receiver: 'mine' | 'theirs' | 'third';
  /** Of a third: which. */
  third: string;
  grant: string;
  /** Of a result to both sides: the grant under which the other side uses the receiver's data. */
  backGrant: string;
  purpose: string;
  minePayload: string[];
  theirsPayload: string[];
  format: S['ResultFormat'];
  notAfter: string;
  attempts: number;
  /** Null: the recommended one. */
  algorithm: S['AlgorithmRef'] | null;
  /** What the receiver is given. */
  output: OutputChoice;
  /** Whether the rows that match go to both sides. */
  both: boolean;
  /** Of aggregates: which. */
  functions: S['Aggregate'][];
  /** Fewest matches for the result to be released; 0 for none. */
  minMatches: number;
  rerunOf: string | null;
};

export const EMPTY: TaskDraft = {
  title: '',
  mine: '',
  theirs: '',
  further: [],
  keys: [{ mine: '', theirs: '', rule: '' }],
  duplicates: 'first',
  receiver: 'mine',
  third: '',
  grant: '',
  backGrant: '',
  purpose: '',
  minePayload: [],
  theirsPayload: [],
  format: 'csv',
  notAfter: '',
  attempts: 3,
  algorithm: null,
  output: 'inner',
  both: false,
  functions: [],
  minMatches: 0,
  rerunOf: null,
};

export const STEPS = ['who', 'keys', 'result', 'protocol', 'summary'] as const;
export type Step = (typeof STEPS)[number];

/** What keeps a step from being complete, as a word key. */
export function missingAt(step: Step, d: TaskDraft, now: number = Date.now()): string | undefined {
  switch (step) {
    case 'who':
      if (d.title.trim() === '') return 'title';
      if (d.mine === '') return 'mine';
      return d.theirs === '' ? 'theirs' : undefined;
    case 'keys':
      return d.keys.length === 0 || d.keys.some((k, i) => k.mine === '' || k.theirs === '' || k.rule === '' || d.further.some((f) => !f.keys[i])) ? 'keys' : undefined;
    case 'result':
      if (d.receiver === 'third' && d.third === '') return 'third';
      if (d.output === 'aggregates' && d.functions.length === 0) return 'functions';
      if (d.grant === '') return 'grant';
      return d.both && d.backGrant === '' ? 'backGrant' : undefined;
    case 'protocol':
      if (d.output === 'aggregates' && d.minMatches < MIN_GROUP) return 'minGroup';
      return d.notAfter === '' || Date.parse(d.notAfter) <= now ? 'notAfter' : undefined;
    case 'summary':
      return undefined;
  }
}

/** Another dataset means other columns: what was chosen of them is dropped. */
export function withDataset(d: TaskDraft, side: 'mine' | 'theirs', dataset: string): Partial<TaskDraft> {
  const keys = d.keys.map((k) => (side === 'mine' ? { ...k, mine: '', rule: '' } : { ...k, theirs: '' }));
  const payload = side === 'mine' ? { mine: dataset, minePayload: [] } : { theirs: dataset, theirsPayload: [] };
  // Aggregates are of the other side's columns.
  const functions = (side === 'theirs') === (d.receiver === 'mine') ? [] : d.functions;
  return { ...payload, functions, keys, grant: '', backGrant: '', purpose: '' };
}

/** Who gets the result. */
export function receiverOf(d: Pick<TaskDraft, 'receiver' | 'third'>, me: string, them: string): string {
  if (d.receiver === 'third') return d.third;
  return d.receiver === 'mine' ? me : them;
}

/** Several parties and a third leave rows as the one output; with several, the other side cannot receive. */
export function withFurther(d: TaskDraft, further: Further[]): Partial<TaskDraft> {
  if (further.length === 0) return { further };
  return { further, ...(d.receiver === 'theirs' ? { receiver: 'mine' as const, grant: '', purpose: '' } : {}), ...withOutput(d, 'inner') };
}

/** The request that is previewed and signed. The receiver is the first party: protocol roles follow the receiver. */
export function requestOf(d: TaskDraft, me: string, them: string): S['TaskCreate'] {
  // Under which others use the receiver's data: nobody does, unless the result goes to both.
  const back = d.both ? d.backGrant : null;
  const mine: S['TaskPartySpec'] = {
    organisation: me,
    dataset: d.mine,
    version: null,
    keys: d.keys.map((k) => k.mine),
    payload: d.minePayload,
    grant: d.receiver === 'mine' ? back : d.grant || null,
  };
  const theirs: S['TaskPartySpec'] = {
    organisation: them,
    dataset: d.theirs,
    version: null,
    keys: d.keys.map((k) => k.theirs),
    payload: d.theirsPayload,
    // To a third the desk finds the other side's grant: it is not one of ours.
    grant: d.receiver === 'mine' ? d.grant : back,
  };
  const further = d.further.map((f): S['TaskPartySpec'] => ({ organisation: f.organisation, dataset: f.dataset, version: null, keys: f.keys, payload: f.payload, grant: null }));
  return {
    kind: 'psi',
    title: d.title.trim(),
    purpose: d.purpose,
    parties: [mine, theirs, ...further],
    receiver: receiverOf(d, me, them),
    key_rules: d.keys.map((k) => k.rule),
    duplicates: d.duplicates,
    format: d.format,
    algorithm: d.algorithm,
    min_matches: d.minMatches,
    output: outputOf(d),
    not_after: d.notAfter,
    attempts_max: d.attempts,
    salt: null,
    rerun_of: d.rerunOf,
  };
}

/** A draft from an earlier task of ours, to run once more with the latest versions. */
export function fromTask(task: S['TaskDetail'], me: string, inDays: (days: number) => string): Partial<TaskDraft> {
  const s = task.spec;
  const mine = s.parties.find((p) => p.organisation === me);
  const [theirs, ...others] = s.parties.filter((p) => p.organisation !== me);
  if (!mine || !theirs) return {};
  return {
    title: s.title,
    mine: mine.dataset,
    theirs: theirs.dataset,
    further: others.map((p) => ({ organisation: p.organisation, dataset: p.dataset, keys: p.keys, payload: p.payload ?? [] })),
    keys: mine.keys.map((k, i) => ({ mine: k, theirs: theirs.keys[i] ?? '', rule: s.key_rules[i] ?? '' })),
    duplicates: s.duplicates,
    ...(s.receiver === me ? { receiver: 'mine' as const } : s.receiver === theirs.organisation ? { receiver: 'theirs' as const } : { receiver: 'third' as const, third: s.receiver }),
    grant: (s.receiver === me ? theirs.grant : mine.grant) ?? '',
    backGrant: (s.receiver === me ? mine.grant : s.receiver === theirs.organisation ? theirs.grant : null) ?? '',
    purpose: s.purpose,
    minePayload: mine.payload ?? [],
    theirsPayload: theirs.payload ?? [],
    format: s.format,
    notAfter: inDays(7),
    attempts: s.attempts_max ?? 3,
    // Sizes and the link may have changed since: the recommendation is asked for again.
    algorithm: null,
    ...choiceOf(s.output),
    minMatches: s.min_matches ?? 0,
    rerunOf: task.id,
  };
}

/** Columns that a rule lets somebody use in a form, for one organisation. */
export function allowedFor(columns: readonly S['Column'][], org: string, form: S['Disclosure'], now: number = Date.now()): Set<string> {
  return new Set(
    columns
      .filter((c) => (c.rules ?? []).some((r) => (r.allow === form || r.allow === 'PLAINTEXT') && (!r.grantee || r.grantee === org) && (!r.not_after || Date.parse(r.not_after) > now)))
      .map((c) => c.name),
  );
}
