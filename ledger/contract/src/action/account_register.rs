//! An operator registers a person's account of its own organisation.

use std::collections::BTreeSet;

use ledger_types::action::AccountRegister;
use ledger_types::id::{AccountId, AccountRef};
use ledger_types::object::{Account, NODE_ACCOUNT, Role, Status};

use super::Rule;
use crate::context::Call;
use crate::effect::{Effect, account_event};
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, read, state_key, text};

impl Rule for AccountRegister {
    /// The organisation's operators with the new account, when it is one.
    type Plan = Option<BTreeSet<AccountId>>;

    fn check_form(&self, block: &BlockContext) -> Result<(), Rejection> {
        check_person(&self.account, &self.roles)?;
        text::line("display_name", &self.display_name, limits::NAME_CHARS_MAX)?;
        if self.key.suite() != block.suite {
            return Err(Rejection::new(RuleCode::KeyWrongSuite).with("expected", block.suite));
        }
        Ok(())
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Self::Plan, RuleError> {
        call.require_role(&[Role::Operator])?;
        let id = AccountRef { org: call.org().clone(), account: self.account.clone() };
        if read::account(state, &id)?.is_some() {
            return Err(Rejection::new(RuleCode::AccountExists).with("account", &id).into());
        }
        if let Some(owner) = read::key_owner(state, call.block.suite, &self.key)? {
            return Err(Rejection::new(RuleCode::KeyInUse).with("account", owner).into());
        }
        if !self.roles.contains(&Role::Operator) {
            return Ok(None);
        }
        let mut operators = read::operators(state, call.org())?;
        operators.insert(self.account.clone());
        if operators.len() > limits::OPERATORS_MAX {
            return refuse(RuleCode::OperatorsTooMany);
        }
        Ok(Some(operators))
    }

    fn apply(&self, operators: Self::Plan, call: &Call<'_>) -> Effect {
        let account = Account {
            id: AccountRef { org: call.org().clone(), account: self.account.clone() },
            display_name: self.display_name.clone(),
            roles: self.roles.clone(),
            key: self.key,
            key_version: 1,
            status: Status::Active,
        };
        let mut effect = Effect::default();
        effect.put_account(&account);
        effect.put(state_key::key_owner(&self.key.fingerprint(call.block.suite)), &account.id);
        if let Some(operators) = operators {
            effect.put(state_key::operators(call.org()), &operators);
        }
        effect.emit(account_event(&account.id, &call.sender.id));
        effect
    }
}

/// A person's account has roles, but never the node's.
pub(super) fn check_person(account: &AccountId, roles: &BTreeSet<Role>) -> Result<(), Rejection> {
    if account.as_str() == NODE_ACCOUNT || roles.contains(&Role::Node) {
        return refuse(RuleCode::NodeReserved);
    }
    if roles.is_empty() { refuse(RuleCode::RolesEmpty) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::Action;
    use ledger_types::object::{Role, Status};
    use ledger_types::receipt::EventKind;

    use crate::read;
    use crate::world::{World, org, register, who};

    #[test]
    fn a_registered_account_can_act_at_once_and_the_event_names_it() {
        let mut w = World::new();
        let key = w.new_key();
        let receipt = w.must("bank/op", Action::AccountRegister(register("wang", &[Role::Operator], key.public_key())));
        assert_eq!(receipt.events.len(), 1);
        assert_eq!(receipt.events[0].kind, EventKind::AccountChanged);
        assert_eq!(receipt.events[0].orgs, [org("bank")]);
        assert_eq!(receipt.events[0].account, Some(who("bank/wang")));
        let account = read::account(&w.state, &who("bank/wang")).unwrap().unwrap();
        assert_eq!((account.key_version, account.status), (1, Status::Active));
        assert_eq!(read::operators(&w.state, &org("bank")).unwrap().len(), 2);
        w.keys.insert(who("bank/wang"), key);
        let another = w.new_key().public_key();
        w.must("bank/wang", Action::AccountRegister(register("li", &[Role::Auditor], another)));
        assert_eq!(read::operators(&w.state, &org("bank")).unwrap().len(), 2);
    }
}
