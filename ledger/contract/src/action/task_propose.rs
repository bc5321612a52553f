//! A requester of a member proposes a task. Policy is evaluated at once; a task that it forbids is refused,
//! and the refusal is on the ledger.

use ledger_types::action::TaskPropose;
use ledger_types::object::Role;
use ledger_types::receipt::EventKind;
use ledger_types::task::{Task, TaskStatus};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, task_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, policy, read, spec};

impl Rule for TaskPropose {
    type Plan = ();

    fn check_form(&self, block: &BlockContext) -> Result<(), Rejection> {
        spec::check_form(&self.spec, block)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<(), RuleError> {
        call.require_role(&[Role::Requester])?;
        let BlockContext { suite, chain, .. } = call.block;
        let id = self.spec.id(*suite, chain);
        if !self.spec.has_member(call.org()) {
            return Err(Rejection::new(RuleCode::NotAParty).with("task", id).with("org", call.org()).into());
        }
        if read::task(state, &id)?.is_some() {
            return Err(Rejection::new(RuleCode::TaskExists).with("task", id).into());
        }
        if let Some(earlier) = &self.spec.rerun_of
            && read::task(state, earlier)?.is_none()
        {
            return Err(Rejection::new(RuleCode::RerunUnknown).with("task", earlier).into());
        }
        spec::check_algorithm(&self.spec, read::algorithm(state, &self.spec.algorithm)?.as_ref())?;
        if let Some(third) = self.spec.third() {
            existing::active_organisation(state, third)?;
        }
        let mut rows = Vec::with_capacity(self.spec.parties.len());
        for party in &self.spec.parties {
            existing::active_organisation(state, &party.org)?;
            let dataset = existing::dataset(state, &party.dataset)?;
            rows.push(spec::check_dataset(party, &dataset)?.commitment.rows);
            existing::require_active(&dataset)?;
        }
        spec::check_min_matches(&self.spec, rows.into_iter())?;
        policy::evaluate(state, *suite, chain, call.now_ms(), &self.spec)?.into_policy_denied()?;
        Ok(())
    }

    fn apply(&self, (): (), call: &Call<'_>) -> Effect {
        let task = Task {
            id: self.spec.id(call.block.suite, &call.block.chain),
            spec: self.spec.clone(),
            proposed_by: call.by(),
            proposed_at_ms: call.now_ms(),
            status: TaskStatus::Proposed,
            approvals: Vec::new(),
            closed: None,
            runs: Vec::new(),
            refusals: Vec::new(),
            disputes: Vec::new(),
            finished_at_ms: None,
        };
        let mut effect = Effect::default();
        effect.put_task(&task);
        effect.emit(task_event(EventKind::TaskProposed, &task));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::{Action, TaskPropose};
    use ledger_types::receipt::EventKind;
    use ledger_types::task::TaskStatus;

    use crate::RuleCode;
    use crate::world::{World, dataset_id, org, revoke, spec, who};

    #[test]
    fn a_proposed_task_waits_for_approvals_and_concerns_every_party() {
        let mut w = World::with_grant();
        let receipt = w.must("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }));
        let id = spec(1).id(w.block.suite, &w.block.chain);
        let event = &receipt.events[0];
        assert_eq!((event.kind, event.task, event.session), (EventKind::TaskProposed, Some(id), None));
        assert_eq!(event.orgs, [org("bank"), org("rsj")]);
        assert_eq!(event.datasets, [dataset_id("bank.clients"), dataset_id("rsj.insured")]);
        let task = w.task(id);
        assert_eq!((task.status, task.proposed_by), (TaskStatus::Proposed, who("bank/requester")));
        assert!(task.approvals.is_empty() && task.runs.is_empty());
    }

    #[test]
    fn a_task_that_policy_forbids_is_refused_with_the_line_that_forbids_it() {
        let mut w = World::with_grant();
        w.must("rsj/owner", revoke("g1"));
        let refused = w.refused("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }));
        assert_eq!(refused.code, RuleCode::PolicyDenied);
        assert_eq!(refused.params["line"], "grant_revoked");
        assert_eq!(refused.params["grant"], "g1");
        assert_eq!(refused.params["dataset"], "rsj.insured");
    }

    #[test]
    fn equal_words_with_another_salt_are_another_task() {
        let mut w = World::with_grant();
        assert_ne!(w.propose(spec(1)), w.propose(spec(2)));
    }
}
