//! A party's node reports that a run failed. The other party may add what it saw of the same run.

use ledger_types::action::TaskFail;
use ledger_types::object::Role;
use ledger_types::receipt::{Event, EventKind};
use ledger_types::task::{RunFailure, Task, TaskStatus};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, task_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, text};

impl Rule for TaskFail {
    /// The task with the report.
    type Plan = Task;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        text::code(&self.code)?;
        text::optional_prose("detail", &self.detail, limits::REASON_CHARS_MAX)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Task, RuleError> {
        call.require_role(&[Role::Node])?;
        let mut task = existing::task_of_party(state, &self.task, call)?;
        existing::require_status(&task, &[TaskStatus::Ready, TaskStatus::Failed])?;
        let session = self.session;
        let Some(run) = task.runs.last_mut().filter(|r| r.session == session) else {
            return Err(Rejection::new(RuleCode::SessionWrong).with("session", session).into());
        };
        if run.failures.iter().any(|f| &f.org == call.org()) {
            return Err(Rejection::new(RuleCode::AlreadyReported).with("session", session).into());
        }
        run.failures.push(RunFailure {
            org: call.org().clone(),
            code: self.code.clone(),
            detail: self.detail.clone(),
            at_ms: call.now_ms(),
        });
        Ok(task)
    }

    fn apply(&self, mut task: Task, call: &Call<'_>) -> Effect {
        if task.status == TaskStatus::Ready {
            task.status = TaskStatus::Failed;
            // Final only when no further run is possible.
            task.finished_at_ms = (task.runs.len() >= usize::from(task.spec.attempts_max)).then_some(call.now_ms());
        }
        let mut effect = Effect::default();
        effect.put_task(&task);
        effect.emit(Event { code: Some(self.code.clone()), ..task_event(EventKind::TaskFailed, &task) });
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;
    use ledger_types::task::TaskStatus;

    use crate::RuleCode;
    use crate::world::{World, attestation, task_attest, task_fail, task_retry};

    #[test]
    fn both_parties_report_the_same_run_once_each() {
        let (mut w, id, session) = World::ready();
        let receipt = w.must("rsj/node", task_fail(id, session));
        assert_eq!(receipt.events[0].kind, EventKind::TaskFailed);
        assert_eq!(receipt.events[0].code.as_deref(), Some("peer_lost"));
        assert_eq!((w.task(id).status, w.task(id).finished_at_ms), (TaskStatus::Failed, None));
        assert_eq!(w.code("rsj/node", task_fail(id, session)), RuleCode::AlreadyReported);
        w.must("bank/node", task_fail(id, session));
        assert_eq!(w.task(id).run().unwrap().failures.len(), 2);
        assert_eq!(w.task(id).status, TaskStatus::Failed);
    }

    #[test]
    fn a_party_that_attested_may_still_report_that_the_other_was_lost() {
        let (mut w, id, session) = World::ready();
        w.must("rsj/node", task_attest(id, session, attestation("rsj")));
        w.must("rsj/node", task_fail(id, session));
        let late = task_attest(id, session, attestation("bank"));
        assert_eq!(w.code("bank/node", late), RuleCode::TaskStatusWrong);
    }

    #[test]
    fn the_last_attempt_that_fails_is_final() {
        let (mut w, id, _) = World::failed();
        w.must("bank/requester", task_retry(id));
        assert_eq!(w.task(id).finished_at_ms, None);
        let session = w.session(id);
        w.must("bank/node", task_fail(id, session));
        assert!(w.task(id).finished_at_ms.is_some());
        assert_eq!(w.code("bank/requester", task_retry(id)), RuleCode::AttemptsUsedUp);
    }
}
