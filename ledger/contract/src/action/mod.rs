//! The actions: one file each. A rule has three steps. The form is checked without state; the check reads
//! the state and cannot write; applying cannot fail. So an action happens wholly or not at all.

mod account_key_rotate;
mod account_register;
mod account_update;

use ledger_types::action::Action;
use ledger_types::object::Account;

use crate::context::Call;
use crate::effect::Effect;
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead};

/// One action's rule.
trait Rule {
    /// What the check read and found good.
    type Plan;

    /// What can be said without the state.
    fn check_form(&self, block: &BlockContext) -> Result<(), Rejection>;

    /// What needs the state.
    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Self::Plan, RuleError>;

    /// What changes.
    fn apply(&self, plan: Self::Plan, call: &Call<'_>) -> Effect;
}

fn form_of<R: Rule>(rule: &R, block: &BlockContext) -> Result<(), Rejection> {
    rule.check_form(block)
}

fn run_rule<R: Rule>(rule: &R, call: &Call<'_>, state: &dyn StateRead) -> Result<Effect, RuleError> {
    rule.check_form(call.block)?;
    let plan = rule.check(call, state)?;
    Ok(rule.apply(plan, call))
}

/// Whether an action is well-formed, as far as that can be said without state.
pub fn check_form(block: &BlockContext, action: &Action) -> Result<(), Rejection> {
    match action {
        Action::AccountRegister(a) => form_of(a, block),
        Action::AccountUpdate(a) => form_of(a, block),
        Action::AccountKeyRotate(a) => form_of(a, block),
        _ => refuse(RuleCode::RulesUnsupported),
    }
}

/// Carries an action out.
pub(crate) fn run(action: &Action, call: &Call<'_>, state: &dyn StateRead) -> Result<Effect, RuleError> {
    match action {
        Action::AccountRegister(a) => run_rule(a, call, state),
        Action::AccountUpdate(a) => run_rule(a, call, state),
        Action::AccountKeyRotate(a) => run_rule(a, call, state),
        _ => refuse(RuleCode::RulesUnsupported),
    }
}

/// What an action of this account would do in this block, without doing it: the desk asks before
/// anything is signed.
pub fn dry_run(
    state: &dyn StateRead,
    block: &BlockContext,
    sender: &Account,
    action: &Action,
) -> Result<Effect, RuleError> {
    run(action, &Call { block, sender }, state)
}
