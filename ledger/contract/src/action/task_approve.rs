//! A member, which is a party with data or the third that receives, approves exactly the task with this digest. The last
//! approval asks policy again, takes one use of every grant and makes the task ready.

use ledger_types::action::TaskApprove;
use ledger_types::object::{Grant, Role};
use ledger_types::receipt::EventKind;
use ledger_types::task::{Approval, Task, TaskStatus};

use super::run_start::start_run;
use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, grant_event, task_event};
use crate::usage::{self, Tally};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, policy};

/// The task before; the grants to use, and what is counted, when this approval is the last.
pub(super) struct Plan {
    task: Task,
    last: Option<(Vec<Grant>, Vec<Tally>)>,
}

impl Rule for TaskApprove {
    type Plan = Plan;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        Ok(())
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Plan, RuleError> {
        call.require_role(&[Role::DataOwner, Role::Requester])?;
        let task = existing::task_of_party(state, &self.task, call)?;
        if task.spec.released_to(call.org()).is_some() {
            // Data leave this party, if only inside a protocol: that is the data owner's to permit.
            call.require_role(&[Role::DataOwner])?;
        }
        existing::require_status(&task, &[TaskStatus::Proposed])?;
        if task.approvals.iter().any(|a| &a.by.org == call.org()) {
            return Err(Rejection::new(RuleCode::AlreadyApproved).with("task", task.id).with("org", call.org()).into());
        }
        if call.now_ms() > task.spec.not_after_ms {
            return Err(Rejection::new(RuleCode::DeadlinePassed)
                .with("not_after_ms", task.spec.not_after_ms)
                .with("block_time_ms", call.now_ms())
                .into());
        }
        if task.approvals.len() + 1 < task.spec.members().count() {
            return Ok(Plan { task, last: None });
        }
        policy::evaluate(state, call.block.suite, &call.block.chain, call.now_ms(), &task.spec)?.into_result()?;
        let grants = task.spec.parties.iter().filter_map(|p| p.grant.as_ref());
        let grants = grants.map(|id| existing::grant(state, id)).collect::<Result<Vec<_>, _>>()?;
        let tallies = usage::tallies(state, &task.spec)?;
        Ok(Plan { task, last: Some((grants, tallies)) })
    }

    fn apply(&self, plan: Plan, call: &Call<'_>) -> Effect {
        let Plan { mut task, last } = plan;
        let mut effect = Effect::default();
        task.approvals.push(Approval { by: call.by(), at_ms: call.now_ms(), height: call.block.height });
        effect.emit(task_event(EventKind::TaskApproved, &task));
        if let Some((grants, tallies)) = last {
            start_run(&mut task, call.block, tallies, &mut effect);
            for mut grant in grants {
                // Policy has just found `used < uses`.
                grant.used = grant.used.saturating_add(1);
                effect.put_grant(&grant);
                let event = grant_event(EventKind::GrantUsed, &grant);
                effect.emit(ledger_types::receipt::Event { task: Some(task.id), ..event });
            }
            effect.emit(task_event(EventKind::TaskReady, &task));
        }
        effect.put_task(&task);
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;
    use ledger_types::task::{TaskStatus, session_id};

    use crate::world::{World, grant_id, scope, spec, task_approve, who};
    use crate::{RuleCode, read};

    #[test]
    fn task_is_not_ready_until_every_party_approved() {
        let (mut w, id) = World::with_task();
        let receipt = w.must("rsj/owner", task_approve(id));
        assert_eq!(receipt.events.iter().map(|e| e.kind).collect::<Vec<_>>(), [EventKind::TaskApproved]);
        assert_eq!(w.task(id).status, TaskStatus::Proposed);
        assert_eq!(read::grant(&w.state, &grant_id("g1")).unwrap().unwrap().used, 0);

        let block = w.block.clone();
        let receipt = w.must("bank/requester", task_approve(id));
        let kinds: Vec<_> = receipt.events.iter().map(|e| e.kind).collect();
        assert_eq!(kinds, [EventKind::TaskApproved, EventKind::GrantUsed, EventKind::TaskReady]);
        let task = w.task(id);
        assert_eq!(task.status, TaskStatus::Ready);
        assert_eq!(
            task.approvals.iter().map(|a| a.by.clone()).collect::<Vec<_>>(),
            [who("rsj/owner"), who("bank/requester")]
        );
        let session = session_id(block.suite, &block.chain, &id, &block.prev, block.height, 1);
        assert_eq!(task.run().unwrap().session, session);
        assert_eq!(receipt.events[2].session, Some(session));
        assert_eq!((receipt.events[1].grant.clone(), receipt.events[1].task), (Some(grant_id("g1")), Some(id)));
        assert_eq!(read::grant(&w.state, &grant_id("g1")).unwrap().unwrap().used, 1);
    }

    #[test]
    fn two_tasks_cannot_take_the_same_last_use() {
        let mut w = World::with_grant();
        let uses = scope().uses;
        // All are proposed while uses are left; approvals decide who gets them.
        let tasks: Vec<_> = (0..=uses).map(|i| w.propose(spec(i as u8))).collect();
        for (i, id) in tasks.into_iter().enumerate() {
            w.must("bank/owner", task_approve(id));
            if (i as u32) < uses {
                w.must("rsj/owner", task_approve(id));
            } else {
                let refused = w.refused("rsj/owner", task_approve(id));
                assert_eq!(refused.code, RuleCode::GrantUsedUp);
                assert_eq!(refused.params["uses"], "2");
                assert_eq!(w.task(id).approvals.len(), 1);
            }
        }
    }
}
