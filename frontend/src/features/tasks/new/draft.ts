import type { S } from '@/api/types';
import { choiceOf, MIN_GROUP, outputOf, type OutputChoice } from './output';

/** One pair of key columns and the rule that makes both sides' values comparable. */
export type KeyPair = { mine: string; theirs: string; rule: string };

/** What the wizard keeps between visits. */
export type TaskDraft = {
  title: string;
  mine: string;
  theirs: string;
  keys: KeyPair[];
  duplicates: S['DuplicateRule'];
  /** Which side gets the result. */
  receiver: 'mine' | 'theirs';
  grant: string;
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
  keys: [{ mine: '', theirs: '', rule: '' }],
  duplicates: 'first',
  receiver: 'mine',
  grant: '',
  purpose: '',
  minePayload: [],
  theirsPayload: [],
  format: 'csv',
  notAfter: '',
  attempts: 3,
  algorithm: null,
  output: 'inner',
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
      return d.keys.length === 0 || d.keys.some((k) => k.mine === '' || k.theirs === '' || k.rule === '') ? 'keys' : undefined;
    case 'result':
      if (d.output === 'aggregates' && d.functions.length === 0) return 'functions';
      return d.grant === '' ? 'grant' : undefined;
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
  return { ...payload, functions, keys, grant: '', purpose: '' };
}

/** The request that is previewed and signed. The receiver is the first party: protocol roles follow the receiver. */
export function requestOf(d: TaskDraft, me: string, them: string): S['TaskCreate'] {
  const mine: S['TaskPartySpec'] = {
    organisation: me,
    dataset: d.mine,
    version: null,
    keys: d.keys.map((k) => k.mine),
    payload: d.minePayload,
    grant: d.receiver === 'mine' ? null : d.grant,
  };
  const theirs: S['TaskPartySpec'] = {
    organisation: them,
    dataset: d.theirs,
    version: null,
    keys: d.keys.map((k) => k.theirs),
    payload: d.theirsPayload,
    grant: d.receiver === 'mine' ? d.grant : null,
  };
  return {
    kind: 'psi',
    title: d.title.trim(),
    purpose: d.purpose,
    parties: [mine, theirs],
    receiver: d.receiver === 'mine' ? me : them,
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
  const theirs = s.parties.find((p) => p.organisation !== me);
  if (!mine || !theirs) return {};
  return {
    title: s.title,
    mine: mine.dataset,
    theirs: theirs.dataset,
    keys: mine.keys.map((k, i) => ({ mine: k, theirs: theirs.keys[i] ?? '', rule: s.key_rules[i] ?? '' })),
    duplicates: s.duplicates,
    receiver: s.receiver === me ? 'mine' : 'theirs',
    grant: (s.receiver === me ? theirs.grant : mine.grant) ?? '',
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
