//! The catalogue.

use ledger_contract::RuleCode;
use ledger_types::action::{Action, DatasetPolicySet, DatasetPublish, DatasetStatusSet, DatasetVersionAdd};
use ledger_types::object::{Column, ColumnType, Disclosure, Grantee, Status};

use crate::world::{World, column, columns, commitment, dataset_id, digest, for_bank, org, publish, rule};
use crate::{Case, case};

fn publishing(sender: &str, change: impl FnOnce(&mut DatasetPublish)) -> RuleCode {
    let mut p = publish("rsj.insured");
    change(&mut p);
    World::new().code(sender, Action::DatasetPublish(p))
}

fn adding(sender: &str, change: impl FnOnce(&mut DatasetVersionAdd)) -> RuleCode {
    let mut a = DatasetVersionAdd { dataset: dataset_id("rsj.insured"), version: 2, commitment: commitment(2) };
    change(&mut a);
    World::with_datasets().code(sender, Action::DatasetVersionAdd(a))
}

fn setting(sender: &str, change: impl FnOnce(&mut DatasetPolicySet)) -> RuleCode {
    let mut columns = columns();
    columns[2].rules.push(for_bank(Disclosure::PlaintextAfterAggregate));
    let mut s = DatasetPolicySet { dataset: dataset_id("rsj.insured"), policy_version: 2, columns };
    change(&mut s);
    World::with_datasets().code(sender, Action::DatasetPolicySet(s))
}

fn status(sender: &str, dataset: &str, status: Status) -> RuleCode {
    let set = DatasetStatusSet { dataset: dataset_id(dataset), status };
    World::with_datasets().code(sender, Action::DatasetStatusSet(set))
}

fn many(n: usize) -> Vec<Column> {
    (0..n).map(|i| column(&format!("c{i}"), vec![])).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("a requester publishes", RuleCode::RoleMissing, || publishing("rsj/requester", |_| ())),
        case("under another's name", RuleCode::DatasetIdPrefix, || publishing("bank/owner", |_| ())),
        case("under a longer name than one's own", RuleCode::DatasetIdPrefix, || {
            publishing("rsj/owner", |p| p.dataset = dataset_id("rsj2.insured"))
        }),
        case("with nothing after the dot", RuleCode::DatasetIdPrefix, || {
            publishing("rsj/owner", |p| p.dataset = dataset_id("rsj."))
        }),
        case("twice", RuleCode::DatasetExists, || {
            World::with_datasets().code("rsj/owner", Action::DatasetPublish(publish("rsj.insured")))
        }),
        case("no title", RuleCode::TextEmpty, || publishing("rsj/owner", |p| p.title = "  ".into())),
        case("two lines as a title", RuleCode::TextForbiddenCharacter, || {
            publishing("rsj/owner", |p| p.title = "a\nb".into())
        }),
        case("no theme", RuleCode::TextEmpty, || publishing("rsj/owner", |p| p.theme.clear())),
        case("a long description", RuleCode::TextTooLong, || {
            publishing("rsj/owner", |p| p.description = "字".repeat(4001))
        }),
        case("no columns", RuleCode::ColumnsCount, || publishing("rsj/owner", |p| p.columns.clear())),
        case("too many columns", RuleCode::ColumnsCount, || publishing("rsj/owner", |p| p.columns = many(513))),
        case("a column twice", RuleCode::ColumnRepeated, || {
            publishing("rsj/owner", |p| p.columns.push(column("id_no", vec![])))
        }),
        case("a column without a name", RuleCode::TextEmpty, || publishing("rsj/owner", |p| p.columns[0].name.clear())),
        case("a long column name", RuleCode::TextTooLong, || {
            publishing("rsj/owner", |p| p.columns[0].name = "n".repeat(129))
        }),
        case("a long column description", RuleCode::TextTooLong, || {
            publishing("rsj/owner", |p| p.columns[0].description = "n".repeat(513))
        }),
        case("too many rules", RuleCode::ColumnRulesTooMany, || {
            publishing("rsj/owner", |p| {
                let rule = |i| rule(Grantee::Any, Some(&format!("p{i}")), Disclosure::Plaintext);
                p.columns[0].rules = (0..65).map(rule).collect();
            })
        }),
        case("a rule twice", RuleCode::ColumnRuleRepeated, || {
            publishing("rsj/owner", |p| {
                let again = p.columns[0].rules[0].clone();
                p.columns[0].rules.push(again);
            })
        }),
        case("a rule twice with two ends", RuleCode::ColumnRuleRepeated, || {
            publishing("rsj/owner", |p| {
                let mut again = p.columns[0].rules[0].clone();
                again.not_after_ms = Some(9);
                p.columns[0].rules.push(again);
            })
        }),
        case("a rule with an empty purpose", RuleCode::TextEmpty, || {
            publishing("rsj/owner", |p| p.columns[0].rules[0].purpose = Some(String::new()))
        }),
        case("a rule for a stranger", RuleCode::OrganisationUnknown, || {
            publishing("rsj/owner", |p| p.columns[0].rules[0].grantee = Grantee::Org(org("nobody")))
        }),
        case("another commitment scheme", RuleCode::CommitmentSchemeUnknown, || {
            publishing("rsj/owner", |p| p.commitment.scheme = "rows/1".into())
        }),
        case("a version by a requester", RuleCode::RoleMissing, || adding("rsj/requester", |_| ())),
        case("a version by another", RuleCode::NotDatasetOwner, || adding("bank/owner", |_| ())),
        case("a version of nothing", RuleCode::DatasetUnknown, || {
            adding("rsj/owner", |a| a.dataset = dataset_id("rsj.other"))
        }),
        case("the same version again", RuleCode::VersionNotNext, || adding("rsj/owner", |a| a.version = 1)),
        case("a version left out", RuleCode::VersionNotNext, || adding("rsj/owner", |a| a.version = 3)),
        case("another schema", RuleCode::SchemaChanged, || adding("rsj/owner", |a| a.commitment.schema = digest(8))),
        case("a version by another scheme", RuleCode::CommitmentSchemeUnknown, || {
            adding("rsj/owner", |a| a.commitment.scheme = String::new())
        }),
        case("one version more than allowed", RuleCode::VersionsTooMany, || {
            let mut w = World::with_datasets();
            let id = dataset_id("rsj.insured");
            let mut d = ledger_contract::read::dataset(&w.state, &id).unwrap().unwrap();
            let first = d.versions[0].clone();
            d.versions =
                (1..=512).map(|version| ledger_types::object::DatasetVersion { version, ..first.clone() }).collect();
            w.put(ledger_contract::state_key::dataset(&id), &d);
            let add = DatasetVersionAdd { dataset: id, version: 513, commitment: commitment(2) };
            w.code("rsj/owner", Action::DatasetVersionAdd(add))
        }),
        case("policy by a requester", RuleCode::RoleMissing, || setting("rsj/requester", |_| ())),
        case("policy by another", RuleCode::NotDatasetOwner, || setting("bank/owner", |_| ())),
        case("policy of nothing", RuleCode::DatasetUnknown, || {
            setting("rsj/owner", |s| s.dataset = dataset_id("rsj.other"))
        }),
        case("a policy version that is past", RuleCode::PolicyVersionNotNext, || {
            setting("rsj/owner", |s| s.policy_version = 1)
        }),
        case("a policy version left out", RuleCode::PolicyVersionNotNext, || {
            setting("rsj/owner", |s| s.policy_version = 3)
        }),
        case("a column left out", RuleCode::ColumnsChanged, || {
            setting("rsj/owner", |s| {
                s.columns.pop();
            })
        }),
        case("columns in another order", RuleCode::ColumnsChanged, || setting("rsj/owner", |s| s.columns.swap(0, 1))),
        case("a column of another type", RuleCode::ColumnsChanged, || {
            setting("rsj/owner", |s| s.columns[0].data_type = ColumnType::Integer)
        }),
        case("the policy it has", RuleCode::NothingChanges, || setting("rsj/owner", |s| s.columns = columns())),
        case("policy for a stranger", RuleCode::OrganisationUnknown, || {
            setting("rsj/owner", |s| s.columns[2].rules[0].grantee = Grantee::Org(org("nobody")))
        }),
        case("frozen by a requester", RuleCode::RoleMissing, || status("rsj/requester", "rsj.insured", Status::Frozen)),
        case("frozen by another", RuleCode::NotDatasetOwner, || status("bank/owner", "rsj.insured", Status::Frozen)),
        case("enabled though in use", RuleCode::NothingChanges, || status("rsj/owner", "rsj.insured", Status::Active)),
        case("nothing frozen", RuleCode::DatasetUnknown, || status("rsj/owner", "rsj.other", Status::Frozen)),
    ]
}
