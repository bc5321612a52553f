//! The actions: one file each. A rule has three steps. The form is checked without state; the check reads
//! the state and cannot write; applying cannot fail. So an action happens wholly or not at all.

mod account_key_rotate;
mod account_register;
mod account_update;
mod application_review;
mod application_submit;
mod dataset_limits_set;
mod dataset_policy_set;
mod dataset_publish;
mod dataset_status_set;
mod dataset_version_add;
mod existing;
mod grant_revoke;
mod run_start;
mod task_approve;
mod task_attest;
mod task_close;
mod task_fail;
mod task_propose;
mod task_refuse;
mod task_retry;

use ledger_types::action::Action;
use ledger_types::object::Account;

use crate::context::Call;
use crate::effect::Effect;
use crate::{BlockContext, Rejection, RuleError, StateRead};

pub use dataset_publish::COMMITMENT_SCHEME;
use task_close::{Cancel, Reject};

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
        Action::DatasetPublish(a) => form_of(a, block),
        Action::DatasetVersionAdd(a) => form_of(a, block),
        Action::DatasetPolicySet(a) => form_of(a, block),
        Action::DatasetLimitsSet(a) => form_of(a, block),
        Action::DatasetStatusSet(a) => form_of(a, block),
        Action::ApplicationSubmit(a) => form_of(a, block),
        Action::ApplicationReview(a) => form_of(a, block),
        Action::GrantRevoke(a) => form_of(a, block),
        Action::TaskPropose(a) => form_of(a, block),
        Action::TaskApprove(a) => form_of(a, block),
        Action::TaskReject(a) => form_of(&Reject(a), block),
        Action::TaskCancel(a) => form_of(&Cancel(a), block),
        Action::TaskRetry(a) => form_of(a, block),
        Action::TaskAttest(a) => form_of(a, block),
        Action::TaskFail(a) => form_of(a, block),
        Action::TaskRefuse(a) => form_of(a, block),
    }
}

/// Carries an action out.
pub(crate) fn run(action: &Action, call: &Call<'_>, state: &dyn StateRead) -> Result<Effect, RuleError> {
    match action {
        Action::AccountRegister(a) => run_rule(a, call, state),
        Action::AccountUpdate(a) => run_rule(a, call, state),
        Action::AccountKeyRotate(a) => run_rule(a, call, state),
        Action::DatasetPublish(a) => run_rule(a, call, state),
        Action::DatasetVersionAdd(a) => run_rule(a, call, state),
        Action::DatasetPolicySet(a) => run_rule(a, call, state),
        Action::DatasetLimitsSet(a) => run_rule(a, call, state),
        Action::DatasetStatusSet(a) => run_rule(a, call, state),
        Action::ApplicationSubmit(a) => run_rule(a, call, state),
        Action::ApplicationReview(a) => run_rule(a, call, state),
        Action::GrantRevoke(a) => run_rule(a, call, state),
        Action::TaskPropose(a) => run_rule(a, call, state),
        Action::TaskApprove(a) => run_rule(a, call, state),
        Action::TaskReject(a) => run_rule(&Reject(a), call, state),
        Action::TaskCancel(a) => run_rule(&Cancel(a), call, state),
        Action::TaskRetry(a) => run_rule(a, call, state),
        Action::TaskAttest(a) => run_rule(a, call, state),
        Action::TaskFail(a) => run_rule(a, call, state),
        Action::TaskRefuse(a) => run_rule(a, call, state),
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
