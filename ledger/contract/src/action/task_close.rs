//! A task ends before its outcome: a party says no, at any time before the attestations are complete, or
//! the proposer withdraws it.

use ledger_types::action::TaskClose;
use ledger_types::object::{Revocation, Role};
use ledger_types::receipt::EventKind;
use ledger_types::task::{Task, TaskStatus};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, task_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, text};

/// A task that can still be stopped. A run that has started is stopped by the nodes that read the event.
const OPEN: &[TaskStatus] = &[TaskStatus::Proposed, TaskStatus::Ready, TaskStatus::Failed];

/// `task_reject`.
pub(super) struct Reject<'a>(pub(super) &'a TaskClose);

/// `task_cancel`.
pub(super) struct Cancel<'a>(pub(super) &'a TaskClose);

impl Rule for Reject<'_> {
    /// The task before.
    type Plan = Task;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        text::prose("reason", &self.0.reason, limits::REASON_CHARS_MAX)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Task, RuleError> {
        call.require_role(&[Role::DataOwner, Role::Requester])?;
        let task = existing::task_of_party(state, &self.0.task, call)?;
        existing::require_status(&task, OPEN)?;
        Ok(task)
    }

    fn apply(&self, task: Task, call: &Call<'_>) -> Effect {
        close(task, self.0, TaskStatus::Rejected, EventKind::TaskRejected, call)
    }
}

impl Rule for Cancel<'_> {
    /// The task before.
    type Plan = Task;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        text::prose("reason", &self.0.reason, limits::REASON_CHARS_MAX)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Task, RuleError> {
        call.require_role(&[Role::Requester])?;
        let task = existing::task_of_party(state, &self.0.task, call)?;
        require_proposer(&task, call)?;
        existing::require_status(&task, OPEN)?;
        Ok(task)
    }

    fn apply(&self, task: Task, call: &Call<'_>) -> Effect {
        close(task, self.0, TaskStatus::Cancelled, EventKind::TaskCancelled, call)
    }
}

pub(super) fn require_proposer(task: &Task, call: &Call<'_>) -> Result<(), Rejection> {
    if task.proposed_by == call.sender.id {
        return Ok(());
    }
    Err(Rejection::new(RuleCode::ProposerOnly).with("task", task.id).with("proposer", &task.proposed_by))
}

fn close(mut task: Task, how: &TaskClose, status: TaskStatus, kind: EventKind, call: &Call<'_>) -> Effect {
    task.status = status;
    task.closed = Some(Revocation { by: call.by(), at_ms: call.now_ms(), reason: how.reason.clone() });
    task.finished_at_ms = Some(call.now_ms());
    let mut effect = Effect::default();
    effect.put_task(&task);
    effect.emit(task_event(kind, &task));
    effect
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;
    use ledger_types::task::TaskStatus;

    use crate::RuleCode;
    use crate::world::{World, attestation, task_approve, task_attest, task_cancel, task_reject, who};

    #[test]
    fn a_party_that_says_no_ends_the_task_at_every_open_stage() {
        let stages = [World::with_task(), World::ready_task(), World::failed_task()];
        for (mut w, id) in stages {
            let receipt = w.must("rsj/owner", task_reject(id));
            assert_eq!(receipt.events[0].kind, EventKind::TaskRejected);
            let task = w.task(id);
            assert_eq!((task.status, task.closed.unwrap().by), (TaskStatus::Rejected, who("rsj/owner")));
            assert!(task.finished_at_ms.is_some());
            assert_eq!(w.code("bank/requester", task_approve(id)), RuleCode::TaskStatusWrong);
            assert_eq!(w.code("bank/requester", task_cancel(id)), RuleCode::TaskStatusWrong);
        }
    }

    #[test]
    fn a_cancelled_run_takes_no_attestation() {
        let (mut w, id, session) = World::ready();
        w.must("bank/requester", task_cancel(id));
        assert_eq!(w.task(id).status, TaskStatus::Cancelled);
        let attest = task_attest(id, session, attestation("rsj"));
        assert_eq!(w.code("rsj/node", attest), RuleCode::TaskStatusWrong);
    }
}
