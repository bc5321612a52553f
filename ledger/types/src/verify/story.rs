//! The story of the task: proposal, approvals, permission, runs, attestations, conclusion.
//!
//! Everything here was placed in certified blocks and signed, as the stages before found. What is checked
//! is that the recorded steps lead to the recorded conclusion, by this module's own reading of them.

use super::agreement::{self, differences};
use super::permission::Catalogue;
use super::report::{CheckId, Facts, Finding, Findings, finding};
use super::retell::{Retold, retell};
use super::usage;
use crate::action::Action;
use crate::block::Header;
use crate::bundle::{EvidenceBundle, OpenBundle, OpenItem};
use crate::cbor;
use crate::id::{OrgId, SessionId, TaskId};
use crate::object::Grant;
use crate::receipt::{Event, EventKind};
use crate::task::{TaskSpec, TaskStatus, session_id};

/// An applied transaction with its block.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) item: &'a OpenItem,
    pub(super) header: &'a Header,
}

impl<'a> Step<'a> {
    /// The events of this step that are about the task.
    pub(super) fn events(self, task: TaskId) -> impl Iterator<Item = &'a Event> {
        self.item.receipt.events.iter().filter(move |e| e.task == Some(task))
    }

    /// The event that makes the task ready, if this step did.
    pub(super) fn ready(self, task: TaskId) -> Option<&'a Event> {
        self.events(task).find(|e| e.kind == EventKind::TaskReady)
    }

    pub(super) fn action(self) -> &'a Action {
        &self.item.tx.action
    }
}

pub(super) fn task(bundle: &EvidenceBundle, open: &OpenBundle, f: &mut Findings, facts: &mut Facts) {
    let steps: Vec<Step<'_>> = open
        .items
        .iter()
        .filter(|item| item.receipt.applied())
        .filter_map(|item| {
            let header = open.blocks.iter().map(|(h, _)| h).find(|h| h.height == item.receipt.height)?;
            Some(Step { item, header })
        })
        .collect();
    let (suite, chain, task) = (open.genesis.suite, &open.genesis.chain, bundle.task);
    let proposals: Vec<&TaskSpec> = steps
        .iter()
        .filter_map(|s| match s.action() {
            Action::TaskPropose(p) if p.spec.id(suite, chain) == task => Some(&p.spec),
            _ => None,
        })
        .collect();
    let result = match proposals.len() {
        1 => Ok(()),
        0 => Err(finding("no_proposal", [])),
        _ => Err(finding("proposed_twice", [])),
    };
    f.note(CheckId::TaskDigest, format!("task:{task}"), result);
    let [spec] = proposals[..] else { return };
    facts.title = Some(spec.title.clone());

    approvals(task, spec, &steps, f);
    permission(bundle, open, spec, &steps, f);
    usage::limits(bundle, open.blocks.last().map(|(h, _)| h.height), spec, &steps, f);
    sessions(open, task, spec, &steps, f);
    let retold = retell(open, task, spec, &steps);
    inputs(spec, &retold, f);
    attestations(spec, &retold, f);
    outcome(task, &retold, f, facts);
    state(bundle, open, &retold, f);
}

/// Exactly one approval of each member, not later than the step that made the task ready.
fn approvals(task: TaskId, spec: &TaskSpec, steps: &[Step<'_>], f: &mut Findings) {
    let ready = steps.iter().position(|s| s.ready(task).is_some());
    for org in spec.members() {
        let subject = format!("org:{org}");
        let mine: Vec<usize> = (0..steps.len()).filter(|i| approves(&steps[*i], task, org)).collect();
        match (&mine[..], ready) {
            ([], None) => f.skip(CheckId::TaskApprovals, subject, "waiting"),
            ([_], None) => {
                f.note(CheckId::TaskApprovals, subject, Ok(()));
            }
            ([at], Some(ready)) if *at <= ready => {
                f.note(CheckId::TaskApprovals, subject, Ok(()));
            }
            ([] | [_], _) => {
                f.note(CheckId::TaskApprovals, subject, Err(finding("missing_approval", [])));
            }
            _ => {
                f.note(CheckId::TaskApprovals, subject, Err(finding("approved_twice", [])));
            }
        }
    }
}

fn approves(step: &Step<'_>, task: TaskId, org: &OrgId) -> bool {
    matches!(step.action(), Action::TaskApprove(a) if a.task == task) && &step.item.tx.sender.org == org
}

/// Policy when the task was proposed and each time it was made ready, for every party; of a third, that it is a member
/// of the consortium.
fn permission(bundle: &EvidenceBundle, open: &OpenBundle, spec: &TaskSpec, steps: &[Step<'_>], f: &mut Findings) {
    let mut found: Vec<Option<Finding>> = vec![None; spec.members().count()];
    let mut catalogue = Catalogue::of(&open.genesis);
    let mut runs = 0;
    for step in steps {
        let ready = step.ready(bundle.task).is_some();
        let proposed = matches!(step.action(), Action::TaskPropose(p) if &p.spec == spec);
        if ready || proposed {
            for (org, slot) in spec.members().zip(&mut found) {
                let time_ms = step.header.time_ms;
                let at = |code| finding(code, [("height", step.header.height.to_string())]);
                let denied = match spec.party(org) {
                    None => catalogue.denies_member(org),
                    Some(party) => {
                        let revoked = || ready && revoked_before(bundle, party.grant.as_ref(), time_ms);
                        let denied = catalogue.denies(spec, party, time_ms, runs > 0);
                        denied.or_else(|| revoked().then_some("grant_revoked"))
                    }
                };
                *slot = slot.take().or_else(|| denied.map(at));
            }
        }
        runs += usize::from(ready);
        catalogue.apply(step.item);
    }
    for (org, found) in spec.members().zip(found) {
        f.note(CheckId::TaskGrants, format!("org:{org}"), found.map_or(Ok(()), Err));
    }
}

/// The grant's object in the state tells of a revocation even when its transaction was left out.
fn revoked_before(bundle: &EvidenceBundle, grant: Option<&crate::id::GrantId>, time_ms: u64) -> bool {
    let Some(id) = grant else { return false };
    let key = format!("grant/{id}").into_bytes();
    let values = bundle.state.iter().filter(|s| s.key.0 == key).filter_map(|s| s.value.as_ref());
    let mut objects = values.filter_map(|v| cbor::from_bytes::<Grant>(&v.0).ok());
    objects.any(|g| g.revoked.is_some_and(|r| r.at_ms < time_ms))
}

/// Each run's session is H(task ‖ previous block ‖ height ‖ attempt), begun by the last approval or a retry.
fn sessions(open: &OpenBundle, task: TaskId, spec: &TaskSpec, steps: &[Step<'_>], f: &mut Findings) {
    let mut attempt = 0_u8;
    for step in steps {
        let Some(event) = step.ready(task) else { continue };
        attempt = attempt.saturating_add(1);
        let begun = match step.action() {
            Action::TaskApprove(a) => attempt == 1 && a.task == task,
            Action::TaskRetry(a) => attempt > 1 && a.task == task,
            _ => false,
        };
        let result = if !begun {
            Err(finding("unexpected_run", []))
        } else if event.session != Some(session(open, task, step.header, attempt)) {
            Err(finding("other_session", []))
        } else {
            Ok(())
        };
        f.note(CheckId::TaskSession, format!("run:{attempt}"), result);
    }
    if attempt > 0 {
        return;
    }
    let all_approved = spec.members().all(|org| steps.iter().any(|s| approves(s, task, org)));
    if all_approved {
        f.note(CheckId::TaskSession, "run:1", Err(finding("ready_missing", [])));
    } else {
        f.skip(CheckId::TaskSession, format!("task:{task}"), "not_ready");
    }
}

pub(super) fn session(open: &OpenBundle, task: TaskId, header: &Header, attempt: u8) -> SessionId {
    session_id(open.genesis.suite, &open.genesis.chain, &task, &header.prev, header.height, attempt)
}

/// Each attestation of the last run speaks of the version that its party had committed to.
fn inputs(spec: &TaskSpec, retold: &Retold, f: &mut Findings) {
    let attested = retold.last_run();
    if attested.is_empty() {
        f.skip(CheckId::TaskInputs, format!("task:{}", retold.task.id), "not_attested");
    }
    let disputed = retold.recorded == Some(TaskStatus::Disputed);
    for a in attested {
        let result = match (spec.party(&a.org), &a.input) {
            // A third has nothing to read.
            (None, None) if a.org == spec.receiver => Ok(()),
            (None, _) => Err(finding("not_a_party", [])),
            (Some(p), Some(input)) if input.dataset == p.dataset && input.version == p.version => {
                match retold.committed.get(&p.dataset) {
                    None => Err(finding("version_unknown", [])),
                    Some(c) if c.root != input.commitment => Err(finding("input_commitment_differs", [])),
                    Some(c) if c.rows != input.rows => Err(finding("row_count_differs", [])),
                    Some(_) => Ok(()),
                }
            }
            (Some(_), _) => Err(finding("other_dataset", [])),
        };
        note_or_dispute(f, CheckId::TaskInputs, format!("org:{}", a.org), result, disputed);
    }
}

/// Both ends state the same conversation, and those who are given a result, and only they, have one.
fn attestations(spec: &TaskSpec, retold: &Retold, f: &mut Findings) {
    let subject = format!("run:{}", retold.task.runs.len());
    let concluded = matches!(retold.recorded, Some(TaskStatus::Completed | TaskStatus::Disputed));
    let all = retold.last_run();
    let missing = spec.members().any(|org| !all.iter().any(|a| &a.org == org));
    if let Some(org) = &retold.misattributed {
        let result = Err(finding("not_by_own_node", [("org", org.to_string())]));
        f.note(CheckId::TaskAttestations, subject, result);
    } else if missing && !concluded {
        f.skip(CheckId::TaskAttestations, format!("task:{}", retold.task.id), "not_attested");
    } else {
        let codes = differences(spec, all, &retold.committed);
        let result = match codes.first() {
            None => Ok(()),
            Some(first) => Err(finding(first, [("codes", codes.join(","))])),
        };
        let disputed = retold.recorded == Some(TaskStatus::Disputed);
        note_or_dispute(f, CheckId::TaskAttestations, subject, result, disputed);
    }
}

/// A contradiction that the ledger itself records as a dispute is no fault of the evidence.
fn note_or_dispute(f: &mut Findings, id: CheckId, subject: String, result: Result<(), Finding>, disputed: bool) {
    match result {
        Err((code, mut params)) if disputed && agreement::CODES.contains(&code) => {
            params.insert("found".into(), code.into());
            f.note(id, subject, Ok(()));
            if let Some(check) = f.checks.last_mut() {
                (check.code, check.params) = (Some("dispute_recorded".into()), params);
            }
        }
        result => {
            f.note(id, subject, result);
        }
    }
}

/// The last event about the task's standing is the one that its steps lead to.
fn outcome(task: TaskId, retold: &Retold, f: &mut Findings, facts: &mut Facts) {
    let derived = retold.task.status;
    let name = |s: Option<TaskStatus>| s.map_or_else(|| "none".to_owned(), |s| status_name(s).to_owned());
    let result = if retold.recorded == Some(derived) {
        Ok(())
    } else {
        Err(finding("other_conclusion", [("recorded", name(retold.recorded)), ("derived", name(Some(derived)))]))
    };
    if f.note(CheckId::TaskOutcome, format!("task:{task}"), result) {
        facts.outcome = Some(derived);
    }
}

pub(super) fn status_name(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Proposed => "proposed",
        TaskStatus::Ready => "ready",
        TaskStatus::Completed => "completed",
        TaskStatus::Disputed => "disputed",
        TaskStatus::Failed => "failed",
        TaskStatus::Rejected => "rejected",
        TaskStatus::Cancelled => "cancelled",
    }
}

/// The task's object after the last block is, byte for byte, the one that the transactions lead to: none was
/// left out.
fn state(bundle: &EvidenceBundle, open: &OpenBundle, retold: &Retold, f: &mut Findings) {
    let key = format!("task/{}", retold.task.id).into_bytes();
    let Some(entry) = bundle.state.iter().rfind(|s| s.key.0 == key) else {
        f.skip(CheckId::TaskState, format!("task:{}", retold.task.id), "no_state");
        return;
    };
    let last = open.blocks.last().map(|(h, _)| h.height);
    let value = entry.value.as_ref().map(|v| v.0.as_slice());
    let result = if Some(entry.height) != last {
        Err(finding("not_latest", []))
    } else if value != Some(cbor::to_bytes(&retold.task).as_slice()) {
        Err(finding("task_differs", []))
    } else {
        Ok(())
    };
    f.note(CheckId::TaskState, format!("state:{}/{}", entry.height, hex::encode(&key)), result);
}
