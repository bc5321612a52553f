//! An operator changes roles or status of an account of its own organisation.

use std::collections::BTreeSet;

use ledger_types::action::AccountUpdate;
use ledger_types::id::{AccountId, AccountRef};
use ledger_types::object::{Account, Role, Status};

use super::account_register::check_person;
use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, account_event};
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, read, state_key};

/// The account as it will be, and the organisation's operators when they change.
pub(super) struct Plan {
    account: Account,
    operators: Option<BTreeSet<AccountId>>,
}

impl Rule for AccountUpdate {
    type Plan = Plan;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        check_person(&self.account, &self.roles)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Plan, RuleError> {
        call.require_role(&[Role::Operator])?;
        let id = AccountRef { org: call.org().clone(), account: self.account.clone() };
        let old = existing::account(state, &id)?;
        if old.roles == self.roles && old.status == self.status {
            return refuse(RuleCode::NothingChanges);
        }
        let before = read::operators(state, call.org())?;
        let mut after = before.clone();
        if self.status == Status::Active && self.roles.contains(&Role::Operator) {
            after.insert(self.account.clone());
        } else {
            after.remove(&self.account);
        }
        if after.is_empty() {
            return Err(Rejection::new(RuleCode::LastOperator).with("org", call.org()).into());
        }
        if after.len() > limits::OPERATORS_MAX {
            return refuse(RuleCode::OperatorsTooMany);
        }
        let account = Account { roles: self.roles.clone(), status: self.status, ..old };
        Ok(Plan { account, operators: (after != before).then_some(after) })
    }

    fn apply(&self, plan: Plan, call: &Call<'_>) -> Effect {
        let mut effect = Effect::default();
        effect.put_account(&plan.account);
        if let Some(operators) = &plan.operators {
            effect.put(state_key::operators(call.org()), operators);
        }
        effect.emit(account_event(&plan.account.id, &call.sender.id));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::{AccountUpdate, Action};
    use ledger_types::id::AccountId;
    use ledger_types::object::{Role, Status};

    use crate::RuleCode;
    use crate::read;
    use crate::world::{World, org, publish, who};

    fn update(account: &str, roles: &[Role], status: Status) -> Action {
        let account = AccountId::new(account).unwrap();
        Action::AccountUpdate(AccountUpdate { account, roles: roles.iter().copied().collect(), status })
    }

    #[test]
    fn a_frozen_account_cannot_act_until_it_is_enabled() {
        let mut w = World::new();
        w.must("rsj/op", update("owner", &[Role::DataOwner], Status::Frozen));
        let tx = w.tx("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
        let tx = w.sign(&tx);
        assert_eq!(w.inadmissible(&tx).code, RuleCode::AccountFrozen);
        w.must("rsj/op", update("owner", &[Role::DataOwner], Status::Active));
        assert!(w.submit(&tx).unwrap().applied());
    }

    #[test]
    fn roles_count_from_the_next_transaction_on() {
        let mut w = World::new();
        let publish = Action::DatasetPublish(publish("rsj.insured"));
        assert_eq!(w.code("rsj/auditor", publish.clone()), RuleCode::RoleMissing);
        w.must("rsj/op", update("auditor", &[Role::Auditor, Role::DataOwner], Status::Active));
        w.must("rsj/auditor", publish);
    }

    #[test]
    fn an_operator_may_leave_once_there_is_another() {
        let mut w = World::new();
        let resign = update("op", &[Role::Auditor], Status::Active);
        assert_eq!(w.code("rsj/op", resign.clone()), RuleCode::LastOperator);
        w.must("rsj/op", update("owner", &[Role::Operator], Status::Active));
        w.must("rsj/op", resign);
        let operators = read::operators(&w.state, &org("rsj")).unwrap();
        assert_eq!(operators, [who("rsj/owner").account].into());
        assert_eq!(w.code("rsj/owner", update("owner", &[Role::Operator], Status::Frozen)), RuleCode::LastOperator);
    }
}
