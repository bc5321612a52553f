//! A data owner commits to a new state of the rows.

use ledger_types::action::DatasetVersionAdd;
use ledger_types::object::{Dataset, Role};
use ledger_types::receipt::EventKind;

use super::dataset_publish::{check_scheme, version};
use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, dataset_event};
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits};

impl Rule for DatasetVersionAdd {
    /// The dataset before.
    type Plan = Dataset;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        check_scheme(&self.commitment)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Dataset, RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let dataset = existing::own_dataset(state, &self.dataset, call)?;
        if dataset.versions.len() >= limits::VERSIONS_MAX {
            return refuse(RuleCode::VersionsTooMany);
        }
        let latest = dataset.versions.last().map_or(0, |v| v.version);
        if Some(self.version) != latest.checked_add(1) {
            return Err(Rejection::new(RuleCode::VersionNotNext)
                .with("dataset", &self.dataset)
                .with("version", self.version)
                .with("latest", latest)
                .into());
        }
        let schema_differs = dataset.versions.last().is_some_and(|v| v.commitment.schema != self.commitment.schema);
        if schema_differs {
            return Err(Rejection::new(RuleCode::SchemaChanged).with("dataset", &self.dataset).into());
        }
        Ok(dataset)
    }

    fn apply(&self, mut dataset: Dataset, call: &Call<'_>) -> Effect {
        dataset.versions.push(version(self.version, &self.commitment, call));
        let mut effect = Effect::default();
        effect.put_dataset(&dataset);
        effect.emit(dataset_event(EventKind::DatasetVersionAdded, &dataset));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::{Action, DatasetVersionAdd};

    use crate::read;
    use crate::world::{World, commitment, dataset_id};

    #[test]
    fn versions_follow_each_other_and_old_ones_stay() {
        let mut w = World::with_datasets();
        let dataset = dataset_id("rsj.insured");
        for version in 2..5u8 {
            let add = DatasetVersionAdd {
                dataset: dataset.clone(),
                version: version.into(),
                commitment: commitment(version),
            };
            w.must("rsj/owner", Action::DatasetVersionAdd(add));
        }
        let d = read::dataset(&w.state, &dataset).unwrap().unwrap();
        assert_eq!(d.versions.iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(d.versions[0].commitment, commitment(1));
        assert_eq!(d.versions[3].commitment, commitment(4));
    }
}
