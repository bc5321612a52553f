/** What a verification says: checks with stable ids, so that every surface finds its own words for them. */

/** Every check, in the order in which they are made. */
export const CHECK_IDS = [
  'bundle.form',
  'bundle.order',
  'genesis.document',
  'genesis.anchor',
  'genesis.first_block',
  'block.chain',
  'block.validators',
  'block.certificate',
  'tx.included',
  'receipt.included',
  'tx.valid',
  'tx.signature',
  'state.included',
  'task.digest',
  'task.approvals',
  'task.grants',
  'task.limits',
  'task.session',
  'task.inputs',
  'task.attestations',
  'task.outcome',
  'task.state',
  'policy.replay',
] as const;

export type CheckId = (typeof CHECK_IDS)[number];
export type CheckStatus = 'ok' | 'failed' | 'not_checked';
export type Verdict = 'verified' | 'failed';

/** What no bundle can show, or what this verifier did not look at. */
export const UNKNOWNS = [
  'data_truth',
  'computation_honesty',
  'key_custody',
  'clock_truth',
  'later',
  'genesis_origin',
  'validator_collusion',
  'omissions',
  'rules',
] as const;

export type Unknown = (typeof UNKNOWNS)[number];

export interface Check {
  id: CheckId;
  status: CheckStatus;
  /** `bundle`, `genesis`, `block:12`, `tx:…`, `task:…`, `org:…`, `grant:…`, `run:1`, `state:…` or a path in the document. */
  subject: string;
  /** Stable code of what was found; always there unless the check simply holds. */
  code?: string;
  params?: Record<string, string>;
}

/** What a reader wants to know first; only filled from parts whose checks held. */
export interface Facts {
  chain?: string;
  suite?: 'gm' | 'intl';
  genesis?: string;
  task?: string;
  title?: string;
  outcome?: TaskStatus;
  /** Last block of the bundle. */
  height?: bigint;
  /** Its time, milliseconds since 1970. */
  timeMs?: bigint;
  blocks: number;
  transactions: number;
  signatures: number;
}

export type TaskStatus = 'proposed' | 'ready' | 'completed' | 'disputed' | 'failed' | 'rejected' | 'cancelled';

export interface Report {
  verdict: Verdict;
  facts: Facts;
  checks: Check[];
  cannotKnow: Unknown[];
}

/** What a failing check found. */
export interface Finding {
  code: string;
  params?: Record<string, string>;
}

/** Collects checks. */
export class Findings {
  readonly checks: Check[] = [];

  /** Notes a check that holds (`undefined`) or fails. */
  note(id: CheckId, subject: string, finding: Finding | undefined): boolean {
    this.checks.push(
      finding === undefined ? { id, status: 'ok', subject } : { id, status: 'failed', subject, ...finding },
    );
    return finding === undefined;
  }

  skip(id: CheckId, subject: string, code: string): void {
    this.checks.push({ id, status: 'not_checked', subject, code });
  }

  get failed(): boolean {
    return this.checks.some((c) => c.status === 'failed');
  }
}
