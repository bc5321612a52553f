//! A data owner replaces the policy of a dataset's columns.

use ledger_types::action::DatasetPolicySet;
use ledger_types::object::{Dataset, Role};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::Effect;
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, columns};

impl Rule for DatasetPolicySet {
    /// The dataset before.
    type Plan = Dataset;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        columns::check_form(&self.columns)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Dataset, RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let dataset = existing::own_dataset(state, &self.dataset, call)?;
        existing::require_next_policy(&dataset, self.policy_version)?;
        let same = dataset.columns.len() == self.columns.len()
            && dataset.columns.iter().zip(&self.columns).all(|(a, b)| a.name == b.name && a.data_type == b.data_type);
        if !same {
            return Err(Rejection::new(RuleCode::ColumnsChanged).with("dataset", &self.dataset).into());
        }
        if dataset.columns == self.columns {
            return refuse(RuleCode::NothingChanges);
        }
        columns::check_grantees(&self.columns, state)?;
        Ok(dataset)
    }

    fn apply(&self, mut dataset: Dataset, _: &Call<'_>) -> Effect {
        dataset.columns = self.columns.clone();
        dataset.policy_version = self.policy_version;
        Effect::policy_changed(&dataset)
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::{Action, DatasetPolicySet, TaskPropose};

    use crate::world::{World, columns, dataset_id, spec};
    use crate::{RuleCode, read};

    #[test]
    fn a_new_policy_holds_at_once_even_against_a_grant() {
        let mut w = World::with_grant();
        let mut columns = columns();
        columns[1].rules.clear();
        let set = DatasetPolicySet { dataset: dataset_id("rsj.insured"), policy_version: 2, columns };
        w.must("rsj/owner", Action::DatasetPolicySet(set));
        assert_eq!(read::dataset(&w.state, &dataset_id("rsj.insured")).unwrap().unwrap().policy_version, 2);
        let refused = w.refused("bank/requester", Action::TaskPropose(TaskPropose { spec: spec(1) }));
        assert_eq!(refused.code, RuleCode::PolicyDenied);
        assert_eq!(refused.params["line"], "payload_forbidden");
        assert_eq!(refused.params["column"], "employer");
    }
}
