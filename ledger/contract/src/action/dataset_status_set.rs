//! A data owner freezes a dataset or enables it again.

use ledger_types::action::DatasetStatusSet;
use ledger_types::object::{Dataset, Role};
use ledger_types::receipt::EventKind;

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, dataset_event};
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead};

impl Rule for DatasetStatusSet {
    /// The dataset before.
    type Plan = Dataset;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        Ok(())
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Dataset, RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let dataset = existing::own_dataset(state, &self.dataset, call)?;
        if dataset.status == self.status { refuse(RuleCode::NothingChanges) } else { Ok(dataset) }
    }

    fn apply(&self, mut dataset: Dataset, _: &Call<'_>) -> Effect {
        dataset.status = self.status;
        let mut effect = Effect::default();
        effect.put_dataset(&dataset);
        effect.emit(dataset_event(EventKind::DatasetStatusChanged, &dataset));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::{Action, DatasetStatusSet, TaskPropose};
    use ledger_types::object::Status;

    use crate::RuleCode;
    use crate::world::{World, dataset_id, spec, task_approve};

    #[test]
    fn a_frozen_dataset_takes_part_in_nothing_until_it_is_enabled() {
        let mut w = World::with_grant();
        let set = |status| Action::DatasetStatusSet(DatasetStatusSet { dataset: dataset_id("rsj.insured"), status });
        let id = w.propose(spec(1));
        w.must("bank/requester", task_approve(id));
        w.must("rsj/owner", set(Status::Frozen));
        assert_eq!(w.code("rsj/owner", task_approve(id)), RuleCode::DatasetFrozen);
        let propose = Action::TaskPropose(TaskPropose { spec: spec(2) });
        assert_eq!(w.code("bank/requester", propose.clone()), RuleCode::DatasetFrozen);
        w.must("rsj/owner", set(Status::Active));
        w.must("rsj/owner", task_approve(id));
        w.must("bank/requester", propose);
    }
}
