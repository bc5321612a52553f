//! Tasks after they were proposed.

use ledger_contract::{RuleCode, read, state_key};
use ledger_types::action::{Action, DatasetPolicySet, TaskClose, TaskFail, TaskRefuse};
use ledger_types::id::{SessionId, TaskId};
use ledger_types::object::{Dataset, Grant};
use ledger_types::task::{TaskSpec, TaskStatus};

use crate::world::{
    HOUR_MS, PURPOSE, World, attestation, columns, dataset_id, digest, grant_id, org, revoke, spec, task_approve,
    task_attest, task_cancel, task_fail, task_refuse, task_reject, task_retry,
};
use crate::{Case, case};

/// What the last approval gets when the grant has changed since the proposal.
fn grant_changed(change: impl FnOnce(&mut Grant)) -> RuleCode {
    let (mut w, id) = World::with_task();
    w.must("bank/requester", task_approve(id));
    let mut g = read::grant(&w.state, &grant_id("g1")).unwrap().unwrap();
    change(&mut g);
    w.put(state_key::grant(&g.id), &g);
    let code = w.code("rsj/owner", task_approve(id));
    assert_eq!(w.task(id).status, TaskStatus::Proposed);
    assert!(w.task(id).runs.is_empty());
    code
}

/// What the last approval gets when the policy has changed since the proposal.
fn policy_changed(column: usize) -> RuleCode {
    let (mut w, id) = World::with_task();
    w.must("bank/requester", task_approve(id));
    let mut columns = columns();
    columns[column].rules.clear();
    let set = DatasetPolicySet { dataset: dataset_id("rsj.insured"), policy_version: 2, columns };
    w.must("rsj/owner", Action::DatasetPolicySet(set));
    w.code("rsj/owner", task_approve(id))
}

/// What the last approval gets when a dataset has changed behind the rules' back.
fn dataset_changed(change: impl FnOnce(&mut Dataset)) -> RuleCode {
    let (mut w, id) = World::with_task();
    w.must("bank/requester", task_approve(id));
    let mut d = read::dataset(&w.state, &dataset_id("rsj.insured")).unwrap().unwrap();
    change(&mut d);
    w.put(state_key::dataset(&d.id), &d);
    w.code("rsj/owner", task_approve(id))
}

fn unknown() -> TaskId {
    TaskId(digest(99))
}

/// The digest of a task whose words were changed after it was proposed.
fn changed_digest(change: impl FnOnce(&mut TaskSpec)) -> RuleCode {
    let (mut w, _) = World::with_task();
    let mut other = spec(1);
    change(&mut other);
    let id = other.id(w.block.suite, &w.block.chain);
    w.code("rsj/owner", task_approve(id))
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("approved by an auditor", RuleCode::RoleMissing, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/auditor", task_approve(id))
        }),
        case("approved by a node", RuleCode::RoleMissing, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/node", task_approve(id))
        }),
        case("approved by an outsider", RuleCode::NotAParty, || {
            let (mut w, id) = World::with_task();
            w.code("hospital/owner", task_approve(id))
        }),
        case("approved: a changed payload", RuleCode::TaskUnknown, || {
            changed_digest(|s| s.parties[1].payload.push("district".into()))
        }),
        case("approved: a changed title", RuleCode::TaskUnknown, || changed_digest(|s| s.title.push('。'))),
        case("approved twice by one account", RuleCode::AlreadyApproved, || {
            let (mut w, id) = World::with_task();
            w.must("rsj/owner", task_approve(id));
            w.code("rsj/owner", task_approve(id))
        }),
        case("approved twice by one organisation", RuleCode::AlreadyApproved, || {
            let (mut w, id) = World::with_task();
            w.must("rsj/owner", task_approve(id));
            w.code("rsj/owner", task_approve(id))
        }),
        case("approved after the deadline", RuleCode::DeadlinePassed, || {
            let (mut w, id) = World::with_task();
            w.wait_ms(51 * HOUR_MS);
            w.code("rsj/owner", task_approve(id))
        }),
        case("approved when ready", RuleCode::TaskStatusWrong, || {
            let (mut w, id, _) = World::ready();
            w.code("rsj/owner", task_approve(id))
        }),
        case("last approval on a revoked grant", RuleCode::GrantRevoked, || {
            let (mut w, id) = World::with_task();
            w.must("bank/requester", task_approve(id));
            w.must("rsj/owner", revoke("g1"));
            w.code("rsj/owner", task_approve(id))
        }),
        case("last approval on an expired grant", RuleCode::GrantExpired, || {
            let mut w = World::with_grant();
            // The task may start later than the grant lasts.
            let id = w.propose(TaskSpec { not_after_ms: spec(1).not_after_ms + 100 * HOUR_MS, ..spec(1) });
            w.must("bank/requester", task_approve(id));
            w.wait_ms(101 * HOUR_MS);
            w.code("rsj/owner", task_approve(id))
        }),
        case("last approval on a used-up grant", RuleCode::GrantUsedUp, || grant_changed(|g| g.used = 2)),
        case("last approval on another's grant", RuleCode::GrantOtherGrantee, || {
            grant_changed(|g| g.grantee = org("hospital"))
        }),
        case("last approval on a grant for other data", RuleCode::GrantOtherDataset, || {
            grant_changed(|g| g.dataset = dataset_id("rsj.other"))
        }),
        case("last approval on a grant by another", RuleCode::GrantOtherDataset, || {
            grant_changed(|g| g.grantor = org("hospital"))
        }),
        case("last approval for another purpose", RuleCode::PurposeNotGranted, || {
            grant_changed(|g| g.scope.purpose = format!("{PURPOSE}-2"))
        }),
        case("last approval for another kind", RuleCode::KindNotGranted, || grant_changed(|g| g.scope.kinds.clear())),
        case("last approval: key not granted", RuleCode::KeyNotGranted, || {
            grant_changed(|g| {
                g.scope.columns.remove(0);
            })
        }),
        case("last approval: payload not granted", RuleCode::PayloadNotGranted, || {
            grant_changed(|g| {
                g.scope.columns.remove(1);
            })
        }),
        case("last approval: policy no longer permits the key", RuleCode::KeyForbidden, || policy_changed(0)),
        case("last approval: policy no longer permits the payload", RuleCode::PayloadForbidden, || policy_changed(1)),
        case("last approval: column gone", RuleCode::ColumnUnknown, || {
            dataset_changed(|d| {
                d.columns.remove(1);
            })
        }),
        case("last approval: party frozen", RuleCode::OrganisationFrozen, || {
            let (mut w, id) = World::with_task();
            w.must("rsj/owner", task_approve(id));
            w.freeze_org("rsj");
            w.code("bank/requester", task_approve(id))
        }),
        case("rejected by an outsider", RuleCode::NotAParty, || {
            let (mut w, id) = World::with_task();
            w.code("hospital/owner", task_reject(id))
        }),
        case("rejected by an operator", RuleCode::RoleMissing, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/op", task_reject(id))
        }),
        case("rejected without a reason", RuleCode::TextEmpty, || {
            let (mut w, task) = World::with_task();
            w.code("rsj/owner", Action::TaskReject(TaskClose { task, reason: String::new() }))
        }),
        case("rejected when completed", RuleCode::TaskStatusWrong, || {
            let (mut w, id, session) = World::ready();
            w.must("rsj/node", task_attest(id, session, attestation("rsj")));
            w.must("bank/node", task_attest(id, session, attestation("bank")));
            w.code("rsj/owner", task_reject(id))
        }),
        case("nothing rejected", RuleCode::TaskUnknown, || {
            World::with_grant().code("rsj/owner", task_reject(unknown()))
        }),
        case("cancelled by the other party", RuleCode::ProposerOnly, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/requester", task_cancel(id))
        }),
        case("cancelled by an owner", RuleCode::RoleMissing, || {
            let (mut w, id) = World::with_task();
            w.code("bank/owner", task_cancel(id))
        }),
        case("cancelled twice", RuleCode::TaskStatusWrong, || {
            let (mut w, id) = World::with_task();
            w.must("bank/requester", task_cancel(id));
            w.code("bank/requester", task_cancel(id))
        }),
        case("tried again while running", RuleCode::TaskStatusWrong, || {
            let (mut w, id, _) = World::ready();
            w.code("bank/requester", task_retry(id))
        }),
        case("tried again by the other party", RuleCode::ProposerOnly, || {
            let (mut w, id, _) = World::failed();
            w.code("rsj/requester", task_retry(id))
        }),
        case("tried too often", RuleCode::AttemptsUsedUp, || {
            let (mut w, id, _) = World::failed();
            w.must("bank/requester", task_retry(id));
            let session = w.session(id);
            w.must("rsj/node", task_fail(id, session));
            w.code("bank/requester", task_retry(id))
        }),
        case("tried again after the deadline", RuleCode::DeadlinePassed, || {
            let (mut w, id, _) = World::failed();
            w.wait_ms(51 * HOUR_MS);
            w.code("bank/requester", task_retry(id))
        }),
        case("failure reported by a person", RuleCode::RoleMissing, || {
            let (mut w, id, session) = World::ready();
            w.code("rsj/op", task_fail(id, session))
        }),
        case("failure reported by an outsider", RuleCode::NotAParty, || {
            let (mut w, id, session) = World::ready();
            w.code("audit/node", task_fail(id, session))
        }),
        case("failure of another run", RuleCode::SessionWrong, || {
            let (mut w, id, _) = World::ready();
            w.code("rsj/node", task_fail(id, SessionId(digest(1))))
        }),
        case("failure before any run", RuleCode::TaskStatusWrong, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/node", task_fail(id, SessionId(digest(1))))
        }),
        case("failure reported twice", RuleCode::AlreadyReported, || {
            let (mut w, id, session) = World::failed();
            w.code("rsj/node", task_fail(id, session))
        }),
        case("failure without a code", RuleCode::CodeMalformed, || {
            let (mut w, task, session) = World::ready();
            let fail = TaskFail { task, session, code: "Peer lost!".into(), detail: String::new() };
            w.code("rsj/node", Action::TaskFail(fail))
        }),
        case("failure with a novel", RuleCode::TextTooLong, || {
            let (mut w, task, session) = World::ready();
            let fail = TaskFail { task, session, code: "x".into(), detail: "d".repeat(1001) };
            w.code("rsj/node", Action::TaskFail(fail))
        }),
        case("refusal by a person", RuleCode::RoleMissing, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/owner", task_refuse(id))
        }),
        case("refusal by an outsider", RuleCode::NotAParty, || {
            let (mut w, id) = World::with_task();
            w.code("hospital/node", task_refuse(id))
        }),
        case("refusal of nothing", RuleCode::TaskUnknown, || World::new().code("rsj/node", task_refuse(unknown()))),
        case("refusal of a stranger", RuleCode::OrganisationUnknown, || {
            let (mut w, task) = World::with_task();
            let refuse = TaskRefuse { task, asked_by: org("nobody"), code: "x".into() };
            w.code("rsj/node", Action::TaskRefuse(refuse))
        }),
        case("refusal without a code", RuleCode::CodeMalformed, || {
            let (mut w, task) = World::with_task();
            let refuse = TaskRefuse { task, asked_by: org("bank"), code: String::new() };
            w.code("rsj/node", Action::TaskRefuse(refuse))
        }),
    ]
}
