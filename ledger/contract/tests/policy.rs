//! The verdict that people read before they sign.

#[path = "world/mod.rs"]
mod world;

use ledger_contract::policy::{self, AllowCode, LineCode, Verdict};
use ledger_contract::{RuleCode, RuleError, dry_run, read};
use ledger_types::action::{Action, ApplicationSubmit, DatasetPolicySet, TaskPropose};
use ledger_types::object::{ColumnUse, Disclosure, Grantee, Scope};
use ledger_types::task::{Aggregate, AggregateFunction, AggregatesOutput, PsiOutput, TaskKind, TaskSpec};
use world::*;

fn ask(w: &World, spec: &TaskSpec) -> Verdict {
    policy::evaluate(&w.state, w.block.suite, &w.block.chain, w.block.time_ms, spec).unwrap()
}

fn names(v: &Verdict) -> Vec<&'static str> {
    v.lines.iter().map(|l| l.code.as_str()).collect()
}

#[test]
fn an_allowed_task_says_why_line_by_line() {
    let w = World::with_grant();
    let verdict = ask(&w, &spec(1));
    assert!(verdict.allowed);
    assert_eq!(
        names(&verdict),
        [
            "deadline_ahead",
            "organisation_active",
            "dataset_active",
            "own_data",
            "organisation_active",
            "dataset_active",
            "grant_given",
            "grant_in_force",
            "grant_uses_left",
            "purpose_granted",
            "kind_granted",
            "key_granted",
            "payload_granted",
            "key_permitted",
            "payload_permitted",
        ]
    );
    let payload = verdict.lines.last().unwrap();
    assert_eq!(payload.params["column"], "employer");
    assert_eq!(payload.params["needed"], "PLAINTEXT_AS_JOIN_PAYLOAD");
    assert_eq!(payload.params["grantee"], "bank");
    assert!(verdict.lines.iter().all(|l| l.allowed && l.smallest_grant.is_none() && l.smallest_rule.is_none()));
}

#[test]
fn an_aggregate_needs_less_of_a_key_and_another_permission_of_a_column() {
    let mut wanted = spec(1);
    let TaskKind::Psi(psi) = &mut wanted.kind;
    let sum = Aggregate { function: AggregateFunction::Sum, column: "employer".into() };
    psi.output = PsiOutput::Aggregates(AggregatesOutput { functions: vec![sum] });
    psi.min_matches = 20;
    wanted.parties[0].payload.clear();
    let verdict = ask(&World::with_grant(), &wanted);
    // The key may be matched with its matches shown, hence also without; the column may be shown for matched rows, which
    // says nothing of sums.
    let denied: Vec<_> =
        verdict.lines.iter().filter(|l| !l.allowed).map(|l| (l.code.as_str(), &l.params["column"])).collect();
    let employer = "employer".to_owned();
    assert_eq!(denied, [("payload_not_granted", &employer), ("payload_forbidden", &employer)]);
    let column = verdict.lines.last().unwrap();
    assert_eq!(column.params["needed"], "PLAINTEXT_AFTER_AGGREGATE");
    let key = verdict.lines.iter().find(|l| l.code.as_str() == "key_permitted").unwrap();
    assert_eq!(key.params["needed"], "ENCRYPTED_ONLY");
}

#[test]
fn the_smallest_grant_is_enough() {
    let mut w = World::with_datasets();
    let mut wanted = spec(1);
    wanted.parties[1].grant = None;
    let verdict = ask(&w, &wanted);
    assert!(!verdict.allowed);
    let line = verdict.first_denial().unwrap();
    assert_eq!(line.code, LineCode::Forbids(RuleCode::GrantMissing));
    let smallest = line.smallest_grant.clone().unwrap();
    assert_eq!((smallest.dataset, smallest.grantee), (dataset_id("rsj.insured"), org("bank")));
    assert_eq!(smallest.scope.columns, scope().columns);
    assert_eq!(smallest.scope.uses, 1);

    let submit = ApplicationSubmit { scope: smallest.scope.clone(), ..apply("a1") };
    w.must("bank/requester", Action::ApplicationSubmit(submit));
    w.must("rsj/owner", approve("a1", "g1", smallest.scope));
    assert!(ask(&w, &spec(1)).allowed);
    let id = w.propose(spec(1));
    w.must("bank/requester", task_approve(id));
    w.must("rsj/owner", task_approve(id));
}

#[test]
fn the_smallest_rule_is_enough() {
    let mut w = World::new();
    let mut p = publish("rsj.insured");
    p.columns[1].rules = vec![for_bank(PAYLOAD_USE)];
    w.must("rsj/owner", Action::DatasetPublish(p));
    w.must("bank/owner", Action::DatasetPublish(publish("bank.clients")));
    w.must("bank/requester", Action::ApplicationSubmit(apply("a1")));
    w.must("rsj/owner", approve("a1", "g1", scope()));
    // The owner thinks better of it.
    let mut columns = columns();
    columns[0].rules.clear();
    let set = |columns, policy_version| {
        Action::DatasetPolicySet(DatasetPolicySet { dataset: dataset_id("rsj.insured"), policy_version, columns })
    };
    w.must("rsj/owner", set(columns.clone(), 2));
    let verdict = ask(&w, &spec(1));
    let line = verdict.first_denial().unwrap();
    assert_eq!(line.code, LineCode::Forbids(RuleCode::KeyForbidden));
    let smallest = line.smallest_rule.clone().unwrap();
    assert_eq!(smallest.column, "id_no");
    assert_eq!(smallest.rule.grantee, Grantee::Org(org("bank")));
    columns[0].rules.push(smallest.rule);
    w.must("rsj/owner", set(columns, 3));
    assert!(ask(&w, &spec(1)).allowed);
}

#[test]
fn plaintext_is_enough_for_keys_and_payload_and_nothing_weaker_is() {
    let all = [
        Disclosure::Plaintext,
        Disclosure::PlaintextAfterJoin,
        Disclosure::PlaintextAsJoinPayload,
        Disclosure::PlaintextAfterGroupBy,
        Disclosure::PlaintextAfterCompare,
        Disclosure::PlaintextAfterAggregate,
        Disclosure::EncryptedOnly,
    ];
    for granted in all {
        for permitted in all {
            let mut w = World::new();
            let mut p = publish("rsj.insured");
            for c in &mut p.columns {
                c.rules = vec![for_bank(permitted)];
            }
            w.must("rsj/owner", Action::DatasetPublish(p));
            w.must("bank/owner", Action::DatasetPublish(publish("bank.clients")));
            let uses = ["id_no", "employer"].map(|c| ColumnUse { column: c.into(), disclosure: granted });
            let wide = Scope { columns: uses.to_vec(), ..scope() };
            w.must(
                "bank/requester",
                Action::ApplicationSubmit(ApplicationSubmit { scope: wide.clone(), ..apply("a1") }),
            );
            // A grant beyond the policy cannot be given; the verdict must not rely on that.
            let review = approve("a1", "g1", wide.clone());
            if policy::covers(permitted, granted) {
                w.must("rsj/owner", review);
            } else {
                assert_eq!(w.code("rsj/owner", review), RuleCode::GrantBeyondPolicy);
                continue;
            }
            let verdict = ask(&w, &spec(1));
            let line = |code: &str| names(&verdict).contains(&code);
            assert_eq!(line("key_granted"), policy::covers(granted, KEY_USE), "{granted:?}");
            assert_eq!(line("payload_granted"), policy::covers(granted, PAYLOAD_USE), "{granted:?}");
            assert_eq!(line("key_permitted"), policy::covers(permitted, KEY_USE), "{permitted:?}");
            assert_eq!(line("payload_permitted"), policy::covers(permitted, PAYLOAD_USE), "{permitted:?}");
            assert_eq!(verdict.allowed, granted == Disclosure::Plaintext);
        }
    }
}

#[test]
fn a_ready_task_keeps_the_use_it_took_and_loses_it_with_the_grant() {
    let mut w = World::with_grant();
    let mut ids = Vec::new();
    for salt in 1..=2 {
        let id = w.propose(spec(salt));
        w.must("bank/requester", task_approve(id));
        w.must("rsj/owner", task_approve(id));
        ids.push(id);
    }
    // Both uses are taken: the nodes may run these two, nobody may propose a third.
    for salt in 1..=2 {
        let verdict = ask(&w, &spec(salt));
        assert!(verdict.allowed);
        assert!(names(&verdict).contains(&AllowCode::GrantUseTaken.as_str()));
    }
    assert_eq!(ask(&w, &spec(3)).first_denial().unwrap().code, LineCode::Forbids(RuleCode::GrantUsedUp));
    w.must("rsj/owner", revoke("g1"));
    let denial = ask(&w, &spec(1));
    assert_eq!(denial.first_denial().unwrap().code, LineCode::Forbids(RuleCode::GrantRevoked));
    assert!(denial.first_denial().unwrap().smallest_grant.is_some());
}

#[test]
fn time_ends_grants_rules_and_tasks() {
    let w = World::with_grant();
    let at = |ms| policy::evaluate(&w.state, w.block.suite, &w.block.chain, ms, &spec(1)).unwrap();
    assert!(at(spec(1).not_after_ms).allowed);
    assert_eq!(at(spec(1).not_after_ms + 1).first_denial().unwrap().code, LineCode::Forbids(RuleCode::DeadlinePassed));
    let late = at(scope().not_after_ms + 1);
    let forbidden: Vec<_> = late.lines.iter().filter(|l| !l.allowed).map(|l| l.code.as_str()).collect();
    assert_eq!(forbidden, ["deadline_passed", "grant_expired"]);
}

#[test]
fn a_verdict_reads_back_from_json() {
    let mut w = World::with_grant();
    let denied = TaskSpec { purpose: "marketing".into(), ..spec(1) };
    for s in [spec(1), denied] {
        let verdict = ask(&w, &s);
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
    }
    w.wait_ms(1);
}

#[test]
fn a_dry_run_says_what_the_ledger_will_say() {
    let mut w = World::with_grant();
    let sender = read::account(&w.state, &who("bank/requester")).unwrap().unwrap();
    let good = Action::TaskPropose(TaskPropose { spec: spec(1) });
    let effect = dry_run(&w.state, &w.block, &sender, &good).unwrap();
    assert_eq!(effect.events, w.must("bank/requester", good).events);

    let bad = Action::TaskPropose(TaskPropose { spec: TaskSpec { purpose: "marketing".into(), ..spec(2) } });
    let Err(RuleError::Rejected(foreseen)) = dry_run(&w.state, &w.block, &sender, &bad) else {
        panic!("must be rejected")
    };
    assert_eq!(foreseen, w.refused("bank/requester", bad));
    assert_eq!(foreseen.params["line"], "purpose_not_granted");
    assert_eq!(foreseen.params["granted"], PURPOSE);
}
