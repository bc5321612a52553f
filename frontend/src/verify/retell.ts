/** The task's object, told again from the transactions alone. */

import { encode } from 'cborg';
import { differences } from './agreement';
import { equal } from './bytes';
import type { OpenBundle } from './bundle';
import { sessionId, type Step } from './step';
import type { TaskStatus } from './report';
import { membersOf, type AccountRef, type Attestation, type Commitment, type TaskSpec } from './structures';

/** Refusals that the object keeps: the latest. */
const REFUSALS_KEPT = 16;

interface Run {
  session: Uint8Array;
  attempt: number;
  ready_at_ms: bigint;
  height: bigint;
  attestations: Attestation[];
  failures: { org: string; code: string; detail: string; at_ms: bigint }[];
}

/** The task as the steps lead to it. */
export class Retold {
  status: TaskStatus = 'proposed';
  readonly runs: Run[] = [];
  /** What each party's owner published as the version that the task names. */
  readonly committed = new Map<string, Commitment>();
  /** The standing that the last event gives it. */
  recorded: TaskStatus | undefined;
  /** An organisation for which somebody else than its node attested. */
  misattributed: string | undefined;

  #proposed: { by: AccountRef; atMs: bigint } | undefined;
  readonly #approvals: { by: AccountRef; at_ms: bigint; height: bigint }[] = [];
  #closed: { by: AccountRef; at_ms: bigint; reason: string } | undefined;
  readonly #refusals: { by: string; asked_by: string; code: string; at_ms: bigint }[] = [];
  #disputes: string[] = [];
  #finishedAtMs: bigint | undefined;

  constructor(
    readonly bundle: OpenBundle,
    readonly spec: TaskSpec,
    steps: readonly Step[],
  ) {
    for (const step of steps) {
      this.#publish(step);
      this.#act(step);
      this.#record(step);
    }
  }

  /** Attestations of the last run. */
  get lastRun(): readonly Attestation[] {
    return this.runs.at(-1)?.attestations ?? [];
  }

  #publish({ item }: Step): void {
    const { action } = item.tx;
    if (action.kind !== 'dataset_publish' && action.kind !== 'dataset_version_add') return;
    const version = action.kind === 'dataset_publish' ? 1n : action.version;
    if (this.spec.parties.some((p) => p.dataset === action.dataset && p.version === version))
      this.committed.set(action.dataset, action.commitment);
  }

  #act(step: Step): void {
    const { item, header, isProposal } = step;
    const { action, sender: by } = item.tx;
    const at_ms = header.time_ms;
    if (isProposal) {
      this.#proposed = { by, atMs: at_ms };
      return;
    }
    if (!('task' in action) || !equal(action.task, this.bundle.task)) return;
    switch (action.kind) {
      case 'task_approve': {
        this.#approvals.push({ by, at_ms, height: header.height });
        const all = membersOf(this.spec).every((org) => this.#approvals.some((a) => a.by.org === org));
        if (this.runs.length === 0 && all) this.#start(step);
        break;
      }
      case 'task_retry':
        this.#start(step);
        break;
      case 'task_reject':
      case 'task_cancel':
        this.status = action.kind === 'task_reject' ? 'rejected' : 'cancelled';
        this.#closed = { by, at_ms, reason: action.reason };
        this.#finishedAtMs = at_ms;
        break;
      case 'task_attest': {
        if (action.attestation.org !== by.org || by.account !== 'node') this.misattributed = action.attestation.org;
        const run = this.runs.at(-1);
        if (run === undefined || !equal(run.session, action.session)) break;
        run.attestations.push(action.attestation);
        this.#conclude(at_ms);
        break;
      }
      case 'task_fail': {
        const run = this.runs.at(-1);
        if (run !== undefined && equal(run.session, action.session))
          run.failures.push({ org: by.org, code: action.code, detail: action.detail, at_ms });
        if (this.status === 'ready') {
          this.status = 'failed';
          this.#finishedAtMs = BigInt(this.runs.length) >= this.spec.attempts_max ? at_ms : undefined;
        }
        break;
      }
      case 'task_refuse':
        this.#refusals.push({ by: by.org, asked_by: action.asked_by, code: action.code, at_ms });
        if (this.#refusals.length > REFUSALS_KEPT) this.#refusals.shift();
        break;
      default:
        break;
    }
  }

  #start({ header }: Step): void {
    const attempt = Math.min(this.runs.length + 1, 255);
    this.runs.push({
      session: sessionId(this.bundle, header, attempt),
      attempt,
      ready_at_ms: header.time_ms,
      height: header.height,
      attestations: [],
      failures: [],
    });
    this.status = 'ready';
    this.#finishedAtMs = undefined;
  }

  #conclude(atMs: bigint): void {
    if (this.lastRun.length < membersOf(this.spec).length) return;
    this.#disputes = differences(this.spec, this.lastRun, this.committed);
    this.status = this.#disputes.length === 0 ? 'completed' : 'disputed';
    this.#finishedAtMs = atMs;
  }

  #record({ events }: Step): void {
    for (const { kind } of events) {
      switch (kind) {
        case 'task_proposed':
          this.recorded = 'proposed';
          break;
        case 'task_ready':
          this.recorded = 'ready';
          break;
        case 'task_completed':
          this.recorded = 'completed';
          break;
        case 'task_disputed':
          this.recorded = 'disputed';
          break;
        case 'task_failed':
          this.recorded = 'failed';
          break;
        case 'task_rejected':
          this.recorded = 'rejected';
          break;
        case 'task_cancelled':
          this.recorded = 'cancelled';
          break;
        default:
          break;
      }
    }
  }

  /** Canonical bytes of the object. */
  encode(): Uint8Array {
    return encode({
      id: this.bundle.task,
      spec: this.spec.tree,
      proposed_by: this.#proposed?.by ?? null,
      proposed_at_ms: this.#proposed?.atMs ?? 0,
      status: this.status,
      approvals: this.#approvals,
      closed: this.#closed ?? null,
      runs: this.runs.map((r) => ({ ...r, attestations: r.attestations.map((a) => a.tree) })),
      refusals: this.#refusals,
      disputes: this.#disputes,
      finished_at_ms: this.#finishedAtMs ?? null,
    });
  }
}
