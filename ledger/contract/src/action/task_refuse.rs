//! A party's node records that it was asked to take part in something that the rules do not permit.

use ledger_types::action::TaskRefuse;
use ledger_types::object::Role;
use ledger_types::receipt::{Event, EventKind};
use ledger_types::task::{Refusal, Task};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, task_event};
use crate::{BlockContext, Rejection, RuleError, StateRead, limits, text};

impl Rule for TaskRefuse {
    /// The task before.
    type Plan = Task;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        text::code(&self.code)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Task, RuleError> {
        call.require_role(&[Role::Node])?;
        let task = existing::task_of_party(state, &self.task, call)?;
        existing::organisation(state, &self.asked_by)?;
        Ok(task)
    }

    fn apply(&self, mut task: Task, call: &Call<'_>) -> Effect {
        task.refusals.push(Refusal {
            by: call.org().clone(),
            asked_by: self.asked_by.clone(),
            code: self.code.clone(),
            at_ms: call.now_ms(),
        });
        // The latest are kept with the task; the receipts keep all.
        let beyond = task.refusals.len().saturating_sub(limits::REFUSALS_KEPT);
        task.refusals.drain(..beyond);
        let mut effect = Effect::default();
        effect.put_task(&task);
        effect.emit(Event { code: Some(self.code.clone()), ..task_event(EventKind::TaskRefused, &task) });
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;
    use ledger_types::task::TaskStatus;

    use crate::limits;
    use crate::world::{World, org, task_refuse};

    #[test]
    fn a_refusal_is_recorded_and_the_task_stays_where_it_is() {
        let (mut w, id) = World::with_task();
        let receipt = w.must("rsj/node", task_refuse(id));
        assert_eq!(receipt.events[0].kind, EventKind::TaskRefused);
        assert_eq!(receipt.events[0].code.as_deref(), Some("grant_revoked"));
        let task = w.task(id);
        assert_eq!(task.status, TaskStatus::Proposed);
        assert_eq!((&task.refusals[0].by, &task.refusals[0].asked_by), (&org("rsj"), &org("bank")));
    }

    #[test]
    fn a_task_keeps_the_latest_refusals_only() {
        let (mut w, id) = World::with_task();
        for _ in 0..limits::REFUSALS_KEPT {
            w.must("rsj/node", task_refuse(id));
        }
        let first = w.task(id).refusals[1].at_ms;
        w.must("bank/node", task_refuse(id));
        let task = w.task(id);
        assert_eq!(task.refusals.len(), limits::REFUSALS_KEPT);
        assert_eq!(task.refusals[0].at_ms, first);
        assert_eq!(task.refusals.last().unwrap().by, org("bank"));
    }
}
