//! The proposer starts another run of a failed task under the same approvals. Policy is asked again; the
//! grants' uses are not, because the task has taken its use. Usage limits are: another try tests the keys again.

use ledger_types::action::TaskRetry;
use ledger_types::object::Role;
use ledger_types::receipt::EventKind;
use ledger_types::task::{Task, TaskStatus};

use super::run_start::start_run;
use super::task_close::require_proposer;
use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, task_event};
use crate::usage::{self, Tally};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, policy};

impl Rule for TaskRetry {
    /// The task before, and what is counted.
    type Plan = (Task, Vec<Tally>);

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        Ok(())
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Self::Plan, RuleError> {
        call.require_role(&[Role::Requester])?;
        let task = existing::task_of_party(state, &self.task, call)?;
        require_proposer(&task, call)?;
        existing::require_status(&task, &[TaskStatus::Failed])?;
        if task.runs.len() >= usize::from(task.spec.attempts_max) {
            return Err(Rejection::new(RuleCode::AttemptsUsedUp)
                .with("task", task.id)
                .with("attempts_max", task.spec.attempts_max)
                .into());
        }
        policy::evaluate(state, call.block.suite, &call.block.chain, call.now_ms(), &task.spec)?.into_result()?;
        let tallies = usage::tallies(state, &task.spec)?;
        Ok((task, tallies))
    }

    fn apply(&self, (mut task, tallies): Self::Plan, call: &Call<'_>) -> Effect {
        let mut effect = Effect::default();
        start_run(&mut task, call.block, tallies, &mut effect);
        effect.put_task(&task);
        effect.emit(task_event(EventKind::TaskReady, &task));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;
    use ledger_types::task::TaskStatus;

    use crate::world::{World, grant_id, revoke, spec, task_approve, task_fail, task_retry};
    use crate::{RuleCode, read};

    #[test]
    fn another_run_has_another_session_and_takes_no_use() {
        let (mut w, id, first) = World::failed();
        // A second task takes the last use: the retry lives on the use that its task has taken.
        let other = w.propose(spec(2));
        w.must("bank/requester", task_approve(other));
        w.must("rsj/owner", task_approve(other));
        assert_eq!(read::grant(&w.state, &grant_id("g1")).unwrap().unwrap().used, 2);

        let receipt = w.must("bank/requester", task_retry(id));
        assert_eq!(receipt.events.iter().map(|e| e.kind).collect::<Vec<_>>(), [EventKind::TaskReady]);
        let task = w.task(id);
        assert_eq!((task.status, task.runs.len(), task.runs[1].attempt), (TaskStatus::Ready, 2, 2));
        assert_ne!(w.session(id), first);
        assert_eq!(w.code("rsj/node", task_fail(id, first)), RuleCode::SessionWrong);
        assert_eq!(read::grant(&w.state, &grant_id("g1")).unwrap().unwrap().used, 2);
    }

    #[test]
    fn a_grant_revoked_in_between_forbids_another_run() {
        let (mut w, id, _) = World::failed();
        w.must("rsj/owner", revoke("g1"));
        assert_eq!(w.code("bank/requester", task_retry(id)), RuleCode::GrantRevoked);
        assert_eq!(w.task(id).runs.len(), 1);
    }
}
