//! Applications and grants.

use ledger_contract::RuleCode;
use ledger_types::action::{Action, ApplicationSubmit, DatasetStatusSet, GrantRevoke};
use ledger_types::object::{ColumnRule, ColumnUse, Disclosure, Scope, Status};

use crate::world::{
    HOUR_MS, START_MS, World, apply, approve, column, dataset_id, for_bank, grant_id, publish, reject, revoke, scope,
};
use crate::{Case, case};

fn applying(sender: &str, change: impl FnOnce(&mut ApplicationSubmit)) -> RuleCode {
    let mut a = apply("a1");
    change(&mut a);
    World::with_datasets().code(sender, Action::ApplicationSubmit(a))
}

fn scoped(change: impl FnOnce(&mut Scope)) -> RuleCode {
    applying("bank/requester", |a| change(&mut a.scope))
}

/// The grant on application `a1` that asked for `scope()`.
fn granting(change: impl FnOnce(&mut Scope)) -> RuleCode {
    let mut s = scope();
    change(&mut s);
    World::with_application().code("rsj/owner", approve("a1", "g1", s))
}

fn asking(scope: Scope) -> World {
    let mut w = World::with_datasets();
    w.must("bank/requester", Action::ApplicationSubmit(ApplicationSubmit { scope, ..apply("a1") }));
    w
}

fn using(column: &str, disclosure: Disclosure) -> ColumnUse {
    ColumnUse { column: column.into(), disclosure }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("an owner applies", RuleCode::RoleMissing, || applying("bank/owner", |_| ())),
        case("for one's own data", RuleCode::OwnDataset, || applying("rsj/requester", |_| ())),
        case("for nothing", RuleCode::DatasetUnknown, || {
            applying("bank/requester", |a| a.dataset = dataset_id("rsj.other"))
        }),
        case("for a frozen dataset", RuleCode::DatasetFrozen, || {
            let mut w = World::with_datasets();
            let freeze = DatasetStatusSet { dataset: dataset_id("rsj.insured"), status: Status::Frozen };
            w.must("rsj/owner", Action::DatasetStatusSet(freeze));
            w.code("bank/requester", Action::ApplicationSubmit(apply("a1")))
        }),
        case("under a used id", RuleCode::ApplicationExists, || {
            World::with_application().code("hospital/requester", Action::ApplicationSubmit(apply("a1")))
        }),
        case("without a reason", RuleCode::TextEmpty, || applying("bank/requester", |a| a.reason.clear())),
        case("for a column that is not there", RuleCode::ColumnUnknown, || {
            scoped(|s| s.columns[0].column = "phone".into())
        }),
        case("for no column", RuleCode::ScopeColumnsCount, || scoped(|s| s.columns.clear())),
        case("for too many columns", RuleCode::ScopeColumnsCount, || {
            scoped(|s| s.columns = (0..513).map(|i| using(&format!("c{i}"), Disclosure::Plaintext)).collect())
        }),
        case("for the same use twice", RuleCode::ScopeColumnRepeated, || {
            scoped(|s| s.columns.push(s.columns[0].clone()))
        }),
        case("for no purpose", RuleCode::TextEmpty, || scoped(|s| s.purpose = " ".into())),
        case("for a long purpose", RuleCode::TextTooLong, || scoped(|s| s.purpose = "p".repeat(65))),
        case("for no kind of task", RuleCode::ScopeKindsEmpty, || scoped(|s| s.kinds.clear())),
        case("for no use", RuleCode::ScopeUsesOutOfRange, || scoped(|s| s.uses = 0)),
        case("for uses without number", RuleCode::ScopeUsesOutOfRange, || scoped(|s| s.uses = 1_000_001)),
        case("for a time that has passed", RuleCode::ScopeExpiryPast, || scoped(|s| s.not_after_ms = START_MS)),
        case("for ever", RuleCode::ScopeExpiryTooFar, || scoped(|s| s.not_after_ms = u64::MAX)),
        case("reviewed by the applicant", RuleCode::RoleMissing, || {
            World::with_application().code("bank/requester", approve("a1", "g1", scope()))
        }),
        case("reviewed by the owner's requester", RuleCode::RoleMissing, || {
            World::with_application().code("rsj/requester", approve("a1", "g1", scope()))
        }),
        case("reviewed by another data owner", RuleCode::NotDatasetOwner, || {
            World::with_application().code("bank/owner", approve("a1", "g1", scope()))
        }),
        case("nothing reviewed", RuleCode::ApplicationUnknown, || {
            World::with_application().code("rsj/owner", reject("a2", "no"))
        }),
        case("approved twice", RuleCode::ApplicationClosed, || {
            World::with_grant().code("rsj/owner", approve("a1", "g2", scope()))
        }),
        case("approved after a no", RuleCode::ApplicationClosed, || {
            let mut w = World::with_application();
            w.must("rsj/owner", reject("a1", "no"));
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("a no without a reason", RuleCode::TextEmpty, || {
            World::with_application().code("rsj/owner", reject("a1", ""))
        }),
        case("a grant under a used id", RuleCode::GrantExists, || {
            let mut w = World::with_grant();
            w.must("bank/requester", Action::ApplicationSubmit(apply("a2")));
            w.code("rsj/owner", approve("a2", "g1", scope()))
        }),
        case("a grant to a frozen organisation", RuleCode::OrganisationFrozen, || {
            let mut w = World::with_application();
            w.freeze_org("bank");
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("a grant on a frozen dataset", RuleCode::DatasetFrozen, || {
            let mut w = World::with_application();
            let freeze = DatasetStatusSet { dataset: dataset_id("rsj.insured"), status: Status::Frozen };
            w.must("rsj/owner", Action::DatasetStatusSet(freeze));
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("a column that was not asked for", RuleCode::GrantWiderColumns, || {
            granting(|s| s.columns.push(using("district", Disclosure::Plaintext)))
        }),
        case("a use that was not asked for", RuleCode::GrantWiderColumns, || {
            granting(|s| s.columns[0].disclosure = Disclosure::Plaintext)
        }),
        case("another purpose", RuleCode::GrantOtherPurpose, || granting(|s| s.purpose = "marketing".into())),
        case("a longer time", RuleCode::GrantWiderExpiry, || granting(|s| s.not_after_ms += 1)),
        case("more uses", RuleCode::GrantWiderUses, || granting(|s| s.uses = 3)),
        case("a kind that was not asked for", RuleCode::GrantWiderKinds, || {
            // There is one kind so far: an application that asked for none can only lie in the state.
            let mut w = World::with_application();
            let id = crate::world::application_id("a1");
            let mut a = ledger_contract::read::application(&w.state, &id).unwrap().unwrap();
            a.scope.kinds.clear();
            w.put(ledger_contract::state_key::application(&id), &a);
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("a grant that ended before it began", RuleCode::ScopeExpiryPast, || {
            let mut w = World::with_application();
            w.wait_ms(101 * HOUR_MS);
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("a grant beyond the column's policy", RuleCode::GrantBeyondPolicy, || {
            let wide = Scope { columns: vec![using("salary", Disclosure::PlaintextAsJoinPayload)], ..scope() };
            asking(wide.clone()).code("rsj/owner", approve("a1", "g1", wide))
        }),
        case("a payload where policy permits a key", RuleCode::GrantBeyondPolicy, || {
            let wide = Scope { columns: vec![using("id_no", Disclosure::PlaintextAsJoinPayload)], ..scope() };
            asking(wide.clone()).code("rsj/owner", approve("a1", "g1", wide))
        }),
        case("a purpose that policy does not know", RuleCode::GrantBeyondPolicy, || {
            let wide = Scope { purpose: "marketing".into(), ..scope() };
            asking(wide.clone()).code("rsj/owner", approve("a1", "g1", wide))
        }),
        case("a grantee that policy does not know", RuleCode::GrantBeyondPolicy, || {
            let mut w = World::with_datasets();
            w.must("hospital/requester", Action::ApplicationSubmit(apply("a1")));
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("a grant that outlasts the policy", RuleCode::GrantOutlastsPolicy, || {
            let mut w = World::new();
            let mut p = publish("rsj.insured");
            let ends = ColumnRule { not_after_ms: Some(scope().not_after_ms - 1), ..for_bank(crate::world::KEY_USE) };
            p.columns[0] = column("id_no", vec![ends]);
            w.must("rsj/owner", Action::DatasetPublish(p));
            w.must("bank/requester", Action::ApplicationSubmit(apply("a1")));
            w.code("rsj/owner", approve("a1", "g1", scope()))
        }),
        case("revoked by the grantee", RuleCode::NotGrantor, || World::with_grant().code("bank/owner", revoke("g1"))),
        case("revoked by a requester", RuleCode::RoleMissing, || {
            World::with_grant().code("rsj/requester", revoke("g1"))
        }),
        case("nothing revoked", RuleCode::GrantUnknown, || World::with_grant().code("rsj/owner", revoke("g2"))),
        case("revoked twice", RuleCode::GrantRevoked, || {
            let mut w = World::with_grant();
            w.must("rsj/owner", revoke("g1"));
            w.code("rsj/owner", revoke("g1"))
        }),
        case("revoked without a reason", RuleCode::TextEmpty, || {
            let revoke = GrantRevoke { grant: grant_id("g1"), reason: "\n".into() };
            World::with_grant().code("rsj/owner", Action::GrantRevoke(revoke))
        }),
    ]
}
