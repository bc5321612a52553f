//! A result for both sides: the receiver's data need rules and a grant too, its owner approves, and both answer for a file.

#[path = "world/mod.rs"]
mod world;

use ledger_contract::policy::{self, LineCode};
use ledger_contract::{RuleCode, read};
use ledger_types::action::{Action, ApplicationSubmit, DatasetPolicySet, TaskPropose};
use ledger_types::object::{Column, ColumnUse, Disclosure, Grantee, Scope};
use ledger_types::task::{PsiOutput, RowJoin, RowsOutput, TaskKind, TaskSpec, TaskStatus};
use world::*;

/// Each side learns what matches: rsj gets the bank's `district`, the bank rsj's `employer`.
fn both() -> TaskSpec {
    let mut s = spec(1);
    let TaskKind::Psi(psi) = &mut s.kind;
    psi.output = PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: true });
    s.parties[0].grant = Some(grant_id("g2"));
    s
}

fn denial(w: &World, spec: &TaskSpec) -> Option<RuleCode> {
    let verdict = policy::evaluate(&w.state, w.block.suite, &w.block.chain, w.block.time_ms, spec).unwrap();
    verdict.first_denial().map(|l| match l.code {
        LineCode::Forbids(code) => code,
        LineCode::Allows(_) => unreachable!("a line that forbids"),
    })
}

fn permit(w: &mut World) {
    set_policy(w, 2, open_to_rsj());
}

fn open_to_rsj() -> Vec<Column> {
    let mut columns = columns();
    let rsj = |allow| rule(Grantee::Org(org("rsj")), Some(PURPOSE), allow);
    columns[0].rules.push(rsj(Disclosure::PlaintextAfterJoin));
    columns[3].rules = vec![rsj(Disclosure::PlaintextAsJoinPayload)];
    columns
}

fn set_policy(w: &mut World, policy_version: u32, columns: Vec<Column>) {
    let set = DatasetPolicySet { dataset: dataset_id("bank.clients"), policy_version, columns };
    w.must("bank/owner", Action::DatasetPolicySet(set));
}

fn grant(w: &mut World) {
    let uses = [("id_no", Disclosure::PlaintextAfterJoin), ("district", Disclosure::PlaintextAsJoinPayload)];
    let columns = uses.map(|(column, disclosure)| ColumnUse { column: column.into(), disclosure }).to_vec();
    let scope = Scope { columns, ..scope() };
    let submit = ApplicationSubmit {
        application: application_id("a2"),
        dataset: dataset_id("bank.clients"),
        scope: scope.clone(),
        reason: "双方核对".into(),
    };
    w.must("rsj/requester", Action::ApplicationSubmit(submit));
    w.must("bank/owner", approve("a2", "g2", scope));
}

#[test]
fn the_receivers_data_need_a_grant_and_rules_for_the_other_side() {
    let mut w = World::with_grant();
    let mut none = both();
    none.parties[0].grant = None;
    assert_eq!(denial(&w, &none), Some(RuleCode::GrantMissing));
    assert_eq!(denial(&w, &both()), Some(RuleCode::GrantUnknown));
    permit(&mut w);
    grant(&mut w);
    assert_eq!(denial(&w, &both()), None);
    set_policy(&mut w, 3, columns());
    assert_eq!(denial(&w, &both()), Some(RuleCode::KeyForbidden));
    set_policy(&mut w, 4, open_to_rsj());

    // A grant to the one is none to the other.
    let mut swapped = both();
    swapped.parties[0].grant = Some(grant_id("g1"));
    assert_eq!(denial(&w, &swapped), Some(RuleCode::GrantOtherDataset));
    // Where the other side gets nothing there is nothing to grant.
    let mut one = both();
    let TaskKind::Psi(psi) = &mut one.kind;
    psi.output = PsiOutput::Rows(RowsOutput { join: RowJoin::Left, both: false });
    assert_eq!(w.code("bank/requester", Action::TaskPropose(TaskPropose { spec: one })), RuleCode::GrantOnOwnData);
    // Neither side has columns to release beside rows that match nothing.
    let mut rest = both();
    let TaskKind::Psi(psi) = &mut rest.kind;
    psi.output = PsiOutput::Rows(RowsOutput { join: RowJoin::Unmatched, both: true });
    rest.parties[1].payload.clear();
    assert_eq!(w.code("bank/requester", Action::TaskPropose(TaskPropose { spec: rest })), RuleCode::OutputColumns);
}

#[test]
fn the_owner_of_the_receivers_data_approves_and_both_answer_for_a_result() {
    for (missing, dispute) in
        [(None, None), (Some("bank"), Some("result_missing")), (Some("rsj"), Some("result_missing"))]
    {
        let mut w = World::with_grant();
        permit(&mut w);
        grant(&mut w);
        let id = w.propose(both());
        assert_eq!(w.code("bank/requester", task_approve(id)), RuleCode::RoleMissing);
        w.must("bank/owner", task_approve(id));
        w.must("rsj/owner", task_approve(id));
        assert_eq!(read::grant(&w.state, &grant_id("g2")).unwrap().unwrap().used, 1);
        let session = w.session(id);
        for o in ["bank", "rsj"] {
            let mut a = attestation(o);
            a.result = (missing != Some(o)).then(|| digest(60));
            a.canaries_ok = Some(true);
            w.must(&format!("{o}/node"), task_attest(id, session, a));
        }
        let task = w.task(id);
        assert_eq!(task.disputes, dispute.map(str::to_owned).into_iter().collect::<Vec<_>>());
        let status = if dispute.is_some() { TaskStatus::Disputed } else { TaskStatus::Completed };
        assert_eq!(task.status, status);
    }
    let mut w = World::with_grant();
    permit(&mut w);
    grant(&mut w);
    let id = w.propose(both());
    w.must("bank/owner", task_approve(id));
    w.must("rsj/owner", task_approve(id));
    let session = w.session(id);
    for o in ["bank", "rsj"] {
        let mut a = attestation(o);
        a.result = Some(digest(60));
        a.canaries_ok = (o == "bank").then_some(true);
        w.must(&format!("{o}/node"), task_attest(id, session, a));
    }
    assert_eq!(w.task(id).disputes, ["canary_missing"]);
}
