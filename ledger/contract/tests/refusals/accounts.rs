//! Accounts.

use ledger_contract::RuleCode;
use ledger_types::SuiteId;
use ledger_types::action::{AccountKeyRotate, AccountRegister, AccountUpdate, Action};
use ledger_types::id::AccountId;
use ledger_types::object::{Role, Status};

use crate::world::{World, key, register, who};
use crate::{Case, case};

fn registering(sender: &str, change: impl FnOnce(&mut World, &mut AccountRegister)) -> RuleCode {
    let mut w = World::new();
    let key = w.new_key().public_key();
    let mut a = register("wang", &[Role::Requester], key);
    change(&mut w, &mut a);
    w.code(sender, Action::AccountRegister(a))
}

fn updating(sender: &str, account: &str, roles: &[Role], status: Status) -> RuleCode {
    let account = AccountId::new(account).unwrap();
    let update = AccountUpdate { account, roles: roles.iter().copied().collect(), status };
    World::new().code(sender, Action::AccountUpdate(update))
}

fn rotating(sender: &str, account: &str, key: ledger_types::PublicKey) -> RuleCode {
    let account = AccountId::new(account).unwrap();
    World::new().code(sender, Action::AccountKeyRotate(AccountKeyRotate { account, key }))
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("a requester registers", RuleCode::RoleMissing, || registering("rsj/requester", |_, _| ())),
        case("a node registers", RuleCode::RoleMissing, || registering("rsj/node", |_, _| ())),
        case("a name that is taken", RuleCode::AccountExists, || {
            registering("rsj/op", |_, a| a.account = AccountId::new("owner").unwrap())
        }),
        case("the node's name", RuleCode::NodeReserved, || {
            registering("rsj/op", |_, a| a.account = AccountId::new("node").unwrap())
        }),
        case("the node's role", RuleCode::NodeReserved, || {
            registering("rsj/op", |_, a| a.roles = [Role::Requester, Role::Node].into())
        }),
        case("no role", RuleCode::RolesEmpty, || registering("rsj/op", |_, a| a.roles.clear())),
        case("no name to show", RuleCode::TextEmpty, || registering("rsj/op", |_, a| a.display_name.clear())),
        case("a name of a novel's length", RuleCode::TextTooLong, || {
            registering("rsj/op", |_, a| a.display_name = "名".repeat(129))
        }),
        case("a name that reads backwards", RuleCode::TextForbiddenCharacter, || {
            registering("rsj/op", |_, a| a.display_name = "王\u{202E}芳".into())
        }),
        case("a key of the other suite", RuleCode::KeyWrongSuite, || {
            registering("rsj/op", |_, a| a.key = key(SuiteId::Gm, 77).public_key())
        }),
        case("somebody else's key", RuleCode::KeyInUse, || {
            registering("rsj/op", |w, a| a.key = w.keys[&who("bank/owner")].public_key())
        }),
        case("the key of a node", RuleCode::KeyInUse, || {
            registering("rsj/op", |w, a| a.key = w.keys[&who("bank/node")].public_key())
        }),
        case("one operator more than allowed", RuleCode::OperatorsTooMany, || {
            let mut w = World::new();
            for i in 1..=64 {
                let (name, key) = (format!("op{i}"), key(w.block.suite, 100 + i).public_key());
                let action = Action::AccountRegister(register(&name, &[Role::Operator], key));
                if i < 64 {
                    w.must("rsj/op", action);
                } else {
                    return w.code("rsj/op", action);
                }
            }
            unreachable!("returns at the last")
        }),
        case("roles of a stranger", RuleCode::AccountUnknown, || {
            updating("rsj/op", "nobody", &[Role::Auditor], Status::Active)
        }),
        case("roles given by a data owner", RuleCode::RoleMissing, || {
            updating("rsj/owner", "owner", &[Role::Operator], Status::Active)
        }),
        case("the node is frozen by its operator", RuleCode::NodeReserved, || {
            updating("rsj/op", "node", &[Role::Auditor], Status::Frozen)
        }),
        case("a person becomes a node", RuleCode::NodeReserved, || {
            updating("rsj/op", "owner", &[Role::Node], Status::Active)
        }),
        case("all roles taken", RuleCode::RolesEmpty, || updating("rsj/op", "owner", &[], Status::Active)),
        case("what already is", RuleCode::NothingChanges, || {
            updating("rsj/op", "owner", &[Role::DataOwner], Status::Active)
        }),
        case("the last operator resigns", RuleCode::LastOperator, || {
            updating("rsj/op", "op", &[Role::Auditor], Status::Active)
        }),
        case("the last operator freezes itself", RuleCode::LastOperator, || {
            updating("rsj/op", "op", &[Role::Operator], Status::Frozen)
        }),
        case("a colleague's key is replaced", RuleCode::RoleMissing, || {
            rotating("rsj/owner", "auditor", key(SuiteId::Intl, 99).public_key())
        }),
        case("the node's key is replaced", RuleCode::NodeReserved, || {
            rotating("rsj/op", "node", key(SuiteId::Intl, 99).public_key())
        }),
        case("the key it has", RuleCode::KeyInUse, || {
            let mut w = World::new();
            let own = w.keys[&who("rsj/owner")].public_key();
            let account = AccountId::new("owner").unwrap();
            w.code("rsj/owner", Action::AccountKeyRotate(AccountKeyRotate { account, key: own }))
        }),
        case("a new key of the other suite", RuleCode::KeyWrongSuite, || {
            rotating("rsj/owner", "owner", key(SuiteId::Gm, 99).public_key())
        }),
        case("a key for a stranger", RuleCode::AccountUnknown, || {
            rotating("rsj/op", "nobody", key(SuiteId::Intl, 99).public_key())
        }),
    ]
}
