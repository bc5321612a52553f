//! Specifications of tasks.

use ledger_contract::{RuleCode, limits, policy, state_key};
use ledger_types::action::{Action, DatasetStatusSet, TaskPropose};
use ledger_types::algorithm::Registration;
use ledger_types::id::TaskId;
use ledger_types::object::Status;
use ledger_types::task::{
    Aggregate, AggregateFunction, AggregatesOutput, AlgorithmRef, PsiOutput, PsiSpec, RowJoin, RowsOutput, TaskKind,
    TaskParty, TaskSpec,
};
use serde_bytes::ByteBuf;

use crate::world::{START_MS, World, dataset_id, digest, grant_id, org, revoke, spec};
use crate::{Case, case};

fn proposing_by(sender: &str, change: impl FnOnce(&mut TaskSpec)) -> RuleCode {
    let mut s = spec(1);
    change(&mut s);
    World::with_grant().code(sender, Action::TaskPropose(TaskPropose { spec: s }))
}

fn proposing(change: impl FnOnce(&mut TaskSpec)) -> RuleCode {
    proposing_by("bank/requester", change)
}

fn psi(s: &mut TaskSpec) -> &mut PsiSpec {
    let TaskKind::Psi(p) = &mut s.kind;
    p
}

fn aggregates(s: &mut TaskSpec, of: &[&str], columns: &[&str], min_matches: u64) {
    let function = |c: &&str| Aggregate { function: AggregateFunction::Sum, column: (*c).into() };
    psi(s).output = PsiOutput::Aggregates(AggregatesOutput { functions: of.iter().map(function).collect() });
    psi(s).min_matches = min_matches;
    s.parties[0].payload.clear();
    s.parties[1].payload = columns.iter().map(|c| (*c).into()).collect();
}

/// The first line that forbids a changed specification, by direct question.
fn line(change: impl FnOnce(&mut TaskSpec)) -> RuleCode {
    let mut s = spec(1);
    change(&mut s);
    let w = World::with_grant();
    let verdict = policy::evaluate(&w.state, w.block.suite, &w.block.chain, w.block.time_ms, &s).unwrap();
    match verdict.first_denial().unwrap().code {
        policy::LineCode::Forbids(code) => code,
        policy::LineCode::Allows(_) => unreachable!("a line that forbids"),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("an owner proposes", RuleCode::RoleMissing, || proposing_by("bank/owner", |_| ())),
        case("an outsider proposes", RuleCode::NotAParty, || proposing_by("hospital/requester", |_| ())),
        case("another version", RuleCode::TaskVersionUnsupported, || proposing(|s| s.v = 2)),
        case("no title", RuleCode::TextEmpty, || proposing(|s| s.title.clear())),
        case("a long title", RuleCode::TextTooLong, || proposing(|s| s.title = "t".repeat(129))),
        case("no purpose", RuleCode::TextEmpty, || proposing(|s| s.purpose.clear())),
        case("a short salt", RuleCode::SaltLength, || proposing(|s| s.salt = ByteBuf::from(vec![0; 15]))),
        case("a long salt", RuleCode::SaltLength, || proposing(|s| s.salt = ByteBuf::from(vec![0; 17]))),
        case("no attempt", RuleCode::AttemptsOutOfRange, || proposing(|s| s.attempts_max = 0)),
        case("six attempts", RuleCode::AttemptsOutOfRange, || proposing(|s| s.attempts_max = 6)),
        case("a deadline that has passed", RuleCode::DeadlinePassed, || proposing(|s| s.not_after_ms = START_MS)),
        case("no deadline", RuleCode::DeadlineTooFar, || proposing(|s| s.not_after_ms = u64::MAX)),
        case("one party", RuleCode::PartiesCount, || {
            proposing(|s| {
                s.parties.pop();
            })
        }),
        case("nine parties", RuleCode::PartiesCount, || {
            proposing(|s| {
                for n in 0..7 {
                    let more = TaskParty { org: org(&format!("org{n}")), ..s.parties[1].clone() };
                    s.parties.push(more);
                }
            })
        }),
        case("a cardinality of three parties", RuleCode::PartiesCount, || {
            proposing(|s| {
                psi(s).output = PsiOutput::Cardinality;
                let more = TaskParty { org: org("hospital"), ..s.parties[1].clone() };
                s.parties.push(more);
                s.parties.iter_mut().for_each(|p| p.payload.clear());
            })
        }),
        case("one party twice", RuleCode::PartiesRepeated, || proposing(|s| s.parties[1] = s.parties[0].clone())),
        case("a cardinality for a third", RuleCode::ReceiverNotParty, || {
            proposing(|s| {
                psi(s).output = PsiOutput::Cardinality;
                s.receiver = org("hospital");
            })
        }),
        case("rows that match nothing for a third", RuleCode::ReceiverNotParty, || {
            proposing(|s| {
                psi(s).output = PsiOutput::Rows(RowsOutput { join: RowJoin::Unmatched, both: false });
                s.receiver = org("hospital");
            })
        }),
        case("a third that nobody knows", RuleCode::OrganisationUnknown, || proposing(|s| s.receiver = org("nobody"))),
        case("a third without a grant of every party", RuleCode::PolicyDenied, || {
            proposing(|s| s.receiver = org("hospital"))
        }),
        case("a key released to a receiver that knows it", RuleCode::TaskColumnRepeated, || {
            proposing(|s| {
                let key = s.parties[1].keys[0].clone();
                s.parties[1].payload.push(key);
            })
        }),
        case("a key released to a third twice", RuleCode::TaskColumnRepeated, || {
            proposing(|s| {
                s.receiver = org("hospital");
                let key = s.parties[1].keys[0].clone();
                s.parties[1].payload.extend([key.clone(), key]);
            })
        }),
        case("an algorithm nobody agreed on", RuleCode::AlgorithmUnknown, || {
            proposing(|s| s.algorithm.id = "psi.kkrt16".into())
        }),
        case("no algorithm", RuleCode::AlgorithmUnknown, || {
            proposing(|s| s.algorithm = AlgorithmRef { id: String::new(), version: String::new() })
        }),
        case("an algorithm written into one word", RuleCode::AlgorithmUnknown, || {
            proposing(|s| s.algorithm = AlgorithmRef { id: "psi.rr22/1".into(), version: String::new() })
        }),
        case("an algorithm for another kind of task", RuleCode::AlgorithmUnknown, || {
            let mut w = World::with_grant();
            let algorithm = AlgorithmRef { id: "pir.other".into(), version: "1".into() };
            let entry = Registration { id: "pir.other".into(), version: "1".into(), digest: digest(1) };
            w.put(state_key::algorithm(&algorithm), &entry);
            let spec = TaskSpec { algorithm, ..spec(1) };
            w.code("bank/requester", Action::TaskPropose(TaskPropose { spec }))
        }),
        case("a minimum above the smaller side", RuleCode::MinMatchesTooLarge, || {
            proposing(|s| psi(s).min_matches = 1001)
        }),
        case("no end of a minimum", RuleCode::MinMatchesTooLarge, || proposing(|s| psi(s).min_matches = u64::MAX)),
        case("a sum over three rows", RuleCode::MinGroupTooSmall, || {
            proposing(|s| aggregates(s, &["income"], &["income"], limits::AGGREGATE_MIN_GROUP - 1))
        }),
        case("no aggregate", RuleCode::AggregatesCount, || proposing(|s| aggregates(s, &[], &[], 20))),
        case("one aggregate twice", RuleCode::AggregatesCount, || {
            proposing(|s| aggregates(s, &["income", "income"], &["income"], 20))
        }),
        case("an aggregate of a column that does not take part", RuleCode::OutputColumns, || {
            proposing(|s| aggregates(s, &["income"], &[], 20))
        }),
        case("a column that nobody aggregates", RuleCode::OutputColumns, || {
            proposing(|s| aggregates(s, &["income"], &["income", "employer"], 20))
        }),
        case("a cardinality with columns", RuleCode::OutputColumns, || {
            proposing(|s| {
                psi(s).output = PsiOutput::Cardinality;
                s.parties.iter_mut().for_each(|p| p.payload = vec!["income".into()]);
            })
        }),
        case("another version of the algorithm", RuleCode::AlgorithmUnknown, || {
            proposing(|s| s.algorithm.version = "2".into())
        }),
        case("no keys", RuleCode::KeyColumnsCount, || {
            proposing(|s| {
                psi(s).key_rules.clear();
                s.parties.iter_mut().for_each(|p| p.keys.clear());
            })
        }),
        case("nine keys", RuleCode::KeyColumnsCount, || proposing(|s| psi(s).key_rules = vec!["text/1".into(); 9])),
        case("a key more than rules", RuleCode::KeyColumnsCount, || {
            proposing(|s| s.parties[1].keys.push("district".into()))
        }),
        case("a rule more than keys", RuleCode::KeyColumnsCount, || {
            proposing(|s| psi(s).key_rules.push("text/1".into()))
        }),
        case("a rule that is not known", RuleCode::KeyRuleUnknown, || {
            proposing(|s| psi(s).key_rules[0] = "id-cn/2".into())
        }),
        case("too many payload columns", RuleCode::PayloadColumnsTooMany, || {
            proposing(|s| s.parties[0].payload = (0..257).map(|i| format!("c{i}")).collect())
        }),
        case("a key as payload", RuleCode::TaskColumnRepeated, || {
            proposing(|s| s.parties[1].payload = vec!["id_no".into()])
        }),
        case("payload twice", RuleCode::TaskColumnRepeated, || {
            proposing(|s| s.parties[1].payload.push("employer".into()))
        }),
        case("the same key twice", RuleCode::TaskColumnRepeated, || {
            proposing(|s| {
                psi(s).key_rules.push("text/1".into());
                s.parties[0].keys.push("id_no".into());
                s.parties[1].keys.push("district".into());
            })
        }),
        case("a grant on one's own data", RuleCode::GrantOnOwnData, || {
            proposing(|s| s.parties[0].grant = Some(grant_id("g1")))
        }),
        case("another's dataset", RuleCode::DatasetNotOfParty, || {
            proposing(|s| s.parties[0].dataset = dataset_id("rsj.insured"))
        }),
        case("no dataset", RuleCode::DatasetUnknown, || proposing(|s| s.parties[1].dataset = dataset_id("rsj.other"))),
        case("no such version", RuleCode::DatasetVersionUnknown, || proposing(|s| s.parties[1].version = 2)),
        case("version 0", RuleCode::DatasetVersionUnknown, || proposing(|s| s.parties[0].version = 0)),
        case("no such key column", RuleCode::ColumnUnknown, || proposing(|s| s.parties[1].keys[0] = "phone".into())),
        case("no such payload column", RuleCode::ColumnUnknown, || {
            proposing(|s| s.parties[0].payload[0] = "phone".into())
        }),
        case("a frozen dataset", RuleCode::DatasetFrozen, || {
            let mut w = World::with_grant();
            let freeze = DatasetStatusSet { dataset: dataset_id("bank.clients"), status: Status::Frozen };
            w.must("bank/owner", Action::DatasetStatusSet(freeze));
            w.code("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }))
        }),
        case("a frozen party", RuleCode::OrganisationFrozen, || {
            let mut w = World::with_grant();
            w.freeze_org("rsj");
            w.code("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }))
        }),
        case("the same task again", RuleCode::TaskExists, || {
            let (mut w, _) = World::with_task();
            w.code("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }))
        }),
        case("a repeat of nothing", RuleCode::RerunUnknown, || proposing(|s| s.rerun_of = Some(TaskId(digest(9))))),
        case("without a grant", RuleCode::PolicyDenied, || proposing(|s| s.parties[1].grant = None)),
        case("with a revoked grant", RuleCode::PolicyDenied, || {
            let mut w = World::with_grant();
            w.must("rsj/owner", revoke("g1"));
            w.code("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }))
        }),
        case("released columns beside rows that match nothing", RuleCode::OutputColumns, || {
            proposing(|s| psi(s).output = PsiOutput::Rows(RowsOutput { join: RowJoin::Unmatched, both: false }))
        }),
        case("a column outside the policy", RuleCode::PolicyDenied, || {
            proposing(|s| s.parties[1].payload = vec!["salary".into()])
        }),
        // The lines behind `policy_denied`.
        case("line: no grant named", RuleCode::GrantMissing, || line(|s| s.parties[1].grant = None)),
        case("line: no such grant", RuleCode::GrantUnknown, || line(|s| s.parties[1].grant = Some(grant_id("g9")))),
        case("line: another purpose", RuleCode::PurposeNotGranted, || line(|s| s.purpose = "marketing".into())),
        case("line: a key that is not granted", RuleCode::KeyNotGranted, || {
            line(|s| s.parties[1].keys = vec!["district".into()])
        }),
        case("line: a payload that is not granted", RuleCode::PayloadNotGranted, || {
            line(|s| s.parties[1].payload = vec!["salary".into()])
        }),
        case("line: own column unknown", RuleCode::ColumnUnknown, || {
            line(|s| s.parties[0].keys = vec!["phone".into()])
        }),
        case("line: a third that nobody knows", RuleCode::OrganisationUnknown, || line(|s| s.receiver = org("nobody"))),
        case("line: no grant to the third", RuleCode::GrantMissing, || line(|s| s.receiver = org("hospital"))),
        case("line: the grant is for another than the third", RuleCode::GrantOtherGrantee, || {
            line(|s| {
                s.parties.remove(0);
                s.receiver = org("hospital");
            })
        }),
        case("line: dataset of another", RuleCode::DatasetNotOfParty, || {
            line(|s| s.parties[1].dataset = dataset_id("bank.clients"))
        }),
        case("line: no such version", RuleCode::DatasetVersionUnknown, || line(|s| s.parties[1].version = 7)),
        case("line: no such dataset", RuleCode::DatasetUnknown, || {
            line(|s| s.parties[1].dataset = dataset_id("rsj.other"))
        }),
        case("line: no such organisation", RuleCode::OrganisationUnknown, || {
            line(|s| s.parties[1].org = org("nobody"))
        }),
    ]
}
