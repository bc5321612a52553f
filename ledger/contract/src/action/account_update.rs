//! An operator changes roles or status of an account of its own organisation.

use std::collections::BTreeSet;

use ledger_types::action::AccountUpdate;
use ledger_types::id::{AccountId, AccountRef};
use ledger_types::object::{Account, Role, Status};

use super::Rule;
use super::account_register::check_person;
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
        let Some(old) = read::account(state, &id)? else {
            return Err(Rejection::new(RuleCode::AccountUnknown).with("account", id).into());
        };
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
