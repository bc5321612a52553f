/**
 * The story of the task: proposal, approvals, permission, runs, attestations, conclusion. Everything was placed in
 * certified blocks and signed; what is checked is that the recorded steps lead to the recorded conclusion.
 */

import { DISPUTE_CODES, differences } from './agreement';
import { equal, toHex, utf8 } from './bytes';
import { stateSubject, type OpenBundle } from './bundle';
import { Catalogue } from './permission';
import type { CheckId, Facts, Finding, Findings } from './report';
import { Retold } from './retell';
import { canonical, Malformed } from './schema';
import { sessionId, steps, type Step } from './step';
import { checkLimits } from './usage';
import { grant as grantObject, membersOf, type TaskSpec } from './structures';

export function checkTask(b: OpenBundle, f: Findings, facts: Facts): void {
  const all = steps(b);
  const subject = `task:${toHex(b.task)}`;
  const proposals = all.filter((s) => s.isProposal);
  const code = proposals.length === 0 ? 'no_proposal' : 'proposed_twice';
  f.note('task.digest', subject, proposals.length === 1 ? undefined : { code });
  const action = proposals[0]?.item.tx.action;
  if (proposals.length !== 1 || action?.kind !== 'task_propose') return;
  const { spec } = action;
  facts.title = spec.title;

  checkApprovals(b, spec, all, f);
  checkPermission(b, spec, all, f);
  checkLimits(b, spec, all, f);
  checkSessions(b, spec, all, subject, f);
  const retold = new Retold(b, spec, all);
  checkInputs(spec, retold, subject, f);
  checkAttestations(spec, retold, subject, f);
  const same = retold.recorded === retold.status;
  const params = { recorded: retold.recorded ?? 'none', derived: retold.status };
  if (f.note('task.outcome', subject, same ? undefined : { code: 'other_conclusion', params })) {
    facts.outcome = retold.status;
  }
  checkState(b, retold, subject, f);
}

function approves(b: OpenBundle, step: Step, org: string): boolean {
  const { action, sender } = step.item.tx;
  return action.kind === 'task_approve' && equal(action.task, b.task) && sender.org === org;
}

/** Exactly one approval of each member, not later than the step that made the task ready. */
function checkApprovals(b: OpenBundle, spec: TaskSpec, all: Step[], f: Findings): void {
  const ready = all.findIndex((s) => s.ready !== undefined);
  for (const org of membersOf(spec)) {
    const subject = `org:${org}`;
    const mine = all.flatMap((s, i) => (approves(b, s, org) ? [i] : []));
    const [at] = mine;
    if (mine.length > 1) f.note('task.approvals', subject, { code: 'approved_twice' });
    else if (ready < 0 && at === undefined) f.skip('task.approvals', subject, 'waiting');
    else if (at !== undefined && (ready < 0 || at <= ready)) f.note('task.approvals', subject, undefined);
    else f.note('task.approvals', subject, { code: 'missing_approval' });
  }
}

/**
 * Policy when the task was proposed and each time it was made ready, for every party; of a third, that it is a member of
 * the consortium.
 */
function checkPermission(b: OpenBundle, spec: TaskSpec, all: Step[], f: Findings): void {
  const found = new Map<string, Finding>();
  const catalogue = new Catalogue(b.genesis);
  let runs = 0;
  for (const { item, header, isProposal, ready } of all) {
    if (isProposal || ready !== undefined) {
      for (const org of membersOf(spec)) {
        if (found.has(org)) continue;
        const party = spec.parties.find((p) => p.org === org);
        let code: string | undefined;
        if (party === undefined) code = catalogue.deniesMember(org);
        else {
          code = catalogue.denies(spec, party, header.time_ms, runs > 0);
          if (code === undefined && ready !== undefined && revokedBefore(b, party.grant, header.time_ms))
            code = 'grant_revoked';
        }
        if (code !== undefined) found.set(org, { code, params: { height: String(header.height) } });
      }
    }
    if (ready !== undefined) runs += 1;
    catalogue.apply(item);
  }
  for (const org of membersOf(spec)) f.note('task.grants', `org:${org}`, found.get(org));
}

/** The grant's object in the state tells of a revocation even when its transaction was left out. */
function revokedBefore(b: OpenBundle, grant: string | undefined, timeMs: bigint): boolean {
  if (grant === undefined) return false;
  const key = utf8(`grant/${grant}`);
  return b.state.some((s) => {
    if (s.value === undefined || !equal(s.key, key)) return false;
    try {
      const { revoked } = canonical(s.value, grantObject);
      return revoked !== undefined && revoked.at_ms < timeMs;
    } catch (e) {
      if (e instanceof Malformed) return false;
      throw e;
    }
  });
}

/** Each run's session is the digest of task, block and attempt, begun by the last approval or a retry. */
function checkSessions(b: OpenBundle, spec: TaskSpec, all: Step[], subject: string, f: Findings): void {
  let attempt = 0;
  for (const { item, header, ready } of all) {
    if (ready === undefined) continue;
    attempt = Math.min(attempt + 1, 255);
    const { action } = item.tx;
    const begun =
      ((action.kind === 'task_approve' && attempt === 1) || (action.kind === 'task_retry' && attempt > 1)) &&
      equal(action.task, b.task);
    const same = ready.session !== undefined && equal(ready.session, sessionId(b, header, attempt));
    const code = begun ? 'other_session' : 'unexpected_run';
    f.note('task.session', `run:${attempt}`, begun && same ? undefined : { code });
  }
  if (attempt > 0) return;
  const approved = membersOf(spec).every((org) => all.some((s) => approves(b, s, org)));
  if (approved) f.note('task.session', 'run:1', { code: 'ready_missing' });
  else f.skip('task.session', subject, 'not_ready');
}

/** Each attestation of the last run speaks of the version that its party had committed to. */
function checkInputs(spec: TaskSpec, retold: Retold, subject: string, f: Findings): void {
  if (retold.lastRun.length === 0) f.skip('task.inputs', subject, 'not_attested');
  for (const { org, input } of retold.lastRun) {
    const party = spec.parties.find((p) => p.org === org);
    const version = party && retold.committed.get(party.dataset);
    let code: string | undefined;
    if (party === undefined) code = org === spec.receiver && input === undefined ? undefined : 'not_a_party';
    else if (input === undefined || input.dataset !== party.dataset || input.version !== party.version) code = 'other_dataset';
    else if (version === undefined) code = 'version_unknown';
    else if (!equal(version.root, input.commitment)) code = 'input_commitment_differs';
    else if (version.rows !== input.rows) code = 'row_count_differs';
    noteOrDispute(f, 'task.inputs', `org:${org}`, code === undefined ? undefined : { code }, retold);
  }
}

/** Both ends state the same conversation, and those who are given a result, and only they, have one. */
function checkAttestations(spec: TaskSpec, retold: Retold, subject: string, f: Findings): void {
  const run = `run:${retold.runs.length}`;
  const concluded = retold.recorded === 'completed' || retold.recorded === 'disputed';
  const missing = membersOf(spec).some((org) => !retold.lastRun.some((a) => a.org === org));
  if (retold.misattributed !== undefined) {
    f.note('task.attestations', run, { code: 'not_by_own_node', params: { org: retold.misattributed } });
  } else if (missing && !concluded) {
    f.skip('task.attestations', subject, 'not_attested');
  } else {
    const codes = differences(spec, retold.lastRun, retold.committed);
    const [code] = codes;
    const finding = code === undefined ? undefined : { code, params: { codes: codes.join(',') } };
    noteOrDispute(f, 'task.attestations', run, finding, retold);
  }
}

/** A contradiction that the ledger itself records as a dispute is no fault of the evidence. */
function noteOrDispute(
  f: Findings,
  id: CheckId,
  subject: string,
  finding: Finding | undefined,
  retold: Retold,
): void {
  const known = finding !== undefined && (DISPUTE_CODES as readonly string[]).includes(finding.code);
  if (known && retold.recorded === 'disputed') {
    const params = { ...finding.params, found: finding.code };
    f.checks.push({ id, status: 'ok', subject, code: 'dispute_recorded', params });
  } else {
    f.note(id, subject, finding);
  }
}

/** The task's object after the last block is, byte for byte, the one that the transactions lead to. */
function checkState(b: OpenBundle, retold: Retold, subject: string, f: Findings): void {
  const key = utf8(`task/${toHex(b.task)}`);
  const entry = b.state.findLast((s) => equal(s.key, key));
  if (entry === undefined) {
    f.skip('task.state', subject, 'no_state');
    return;
  }
  let code: string | undefined;
  if (entry.height !== b.blocks.at(-1)?.header.height) code = 'not_latest';
  else if (entry.value === undefined || !equal(entry.value, retold.encode())) code = 'task_differs';
  f.note('task.state', stateSubject(entry), code === undefined ? undefined : { code });
}
