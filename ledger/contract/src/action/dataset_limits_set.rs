//! A data owner replaces the usage limits of a dataset.

use ledger_types::action::DatasetLimitsSet;
use ledger_types::object::{Dataset, Role};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::Effect;
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, usage};

impl Rule for DatasetLimitsSet {
    /// The dataset before.
    type Plan = Dataset;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        usage::check_form(&self.limits)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Dataset, RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let dataset = existing::own_dataset(state, &self.dataset, call)?;
        existing::require_next_policy(&dataset, self.policy_version)?;
        if dataset.limits == self.limits {
            return refuse(RuleCode::NothingChanges);
        }
        usage::check_partners(&self.limits, &dataset.owner, state)?;
        Ok(dataset)
    }

    fn apply(&self, mut dataset: Dataset, _: &Call<'_>) -> Effect {
        dataset.limits = self.limits.clone();
        dataset.policy_version = self.policy_version;
        Effect::policy_changed(&dataset)
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::object::Grantee;
    use ledger_types::usage::UsageLimits;

    use crate::world::{World, dataset_id, limits, org, set_limits};
    use crate::{RuleCode, read};

    #[test]
    fn limits_are_part_of_the_policy_and_raise_its_version() {
        let mut w = World::with_grant();
        w.must("rsj/owner", set_limits(2, vec![limits("bank")]));
        let d = read::dataset(&w.state, &dataset_id("rsj.insured")).unwrap().unwrap();
        assert_eq!((d.policy_version, d.limits), (2, vec![limits("bank")]));
        assert_eq!(w.code("rsj/owner", set_limits(3, vec![limits("bank")])), RuleCode::NothingChanges);
        w.must("rsj/owner", set_limits(3, vec![]));
        assert!(read::dataset(&w.state, &dataset_id("rsj.insured")).unwrap().unwrap().limits.is_empty());
    }

    #[test]
    fn limits_that_cannot_be_read_in_one_way_are_refused() {
        let mut w = World::with_grant();
        let any = UsageLimits { partner: Grantee::Any, ..limits("bank") };
        let with = |change: &dyn Fn(&mut UsageLimits)| {
            let mut one = limits("bank");
            change(&mut one);
            vec![one]
        };
        let none = |l: &mut UsageLimits| {
            (l.runs_max, l.keys_max, l.run_keys_max, l.run_keys_min, l.min_matches) = (None, None, None, None, None);
        };
        let cases = [
            (vec![limits("bank"), limits("bank")], RuleCode::UsageLimitsOrder),
            (vec![limits("bank"), any.clone()], RuleCode::UsageLimitsOrder),
            (with(&|l| l.period_days = 0), RuleCode::UsageLimitOutOfRange),
            (with(&|l| l.period_days = 367), RuleCode::UsageLimitOutOfRange),
            (with(&none), RuleCode::UsageLimitOutOfRange),
            (with(&|l| (l.run_keys_min, l.run_keys_max) = (Some(11), Some(10))), RuleCode::UsageLimitOutOfRange),
            (with(&|l| l.partner = Grantee::Org(org("rsj"))), RuleCode::OwnDataset),
            (with(&|l| l.partner = Grantee::Org(org("nobody"))), RuleCode::OrganisationUnknown),
            (vec![any.clone(); 65], RuleCode::UsageLimitsTooMany),
        ];
        for (list, code) in cases {
            assert_eq!(w.code("rsj/owner", set_limits(2, list)), code);
        }
        assert_eq!(w.code("bank/owner", set_limits(2, vec![any.clone()])), RuleCode::NotDatasetOwner);
        assert_eq!(w.code("rsj/requester", set_limits(2, vec![any.clone()])), RuleCode::RoleMissing);
        assert_eq!(w.code("rsj/owner", set_limits(3, vec![any.clone()])), RuleCode::PolicyVersionNotNext);
        w.must("rsj/owner", set_limits(2, vec![any, limits("bank")]));
    }
}
