//! A data owner publishes a dataset with its first version.

use ledger_types::action::DatasetPublish;
use ledger_types::object::{Dataset, DatasetCommitment, DatasetVersion, Role, Status};
use ledger_types::receipt::EventKind;

use super::Rule;
use crate::context::Call;
use crate::effect::{Effect, dataset_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, columns, limits, read, text};

/// The one commitment scheme of these rules.
pub const COMMITMENT_SCHEME: &str = "salted-rows/1";

impl Rule for DatasetPublish {
    type Plan = ();

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        text::line("title", &self.title, limits::NAME_CHARS_MAX)?;
        text::optional_prose("description", &self.description, limits::DESCRIPTION_CHARS_MAX)?;
        text::line("theme", &self.theme, limits::THEME_CHARS_MAX)?;
        columns::check_form(&self.columns)?;
        check_scheme(&self.commitment)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<(), RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let name = self.dataset.as_str().strip_prefix(call.org().as_str()).and_then(|s| s.strip_prefix('.'));
        if name.is_none_or(str::is_empty) {
            return Err(Rejection::new(RuleCode::DatasetIdPrefix)
                .with("dataset", &self.dataset)
                .with("prefix", format!("{}.", call.org()))
                .into());
        }
        if read::dataset(state, &self.dataset)?.is_some() {
            return Err(Rejection::new(RuleCode::DatasetExists).with("dataset", &self.dataset).into());
        }
        columns::check_grantees(&self.columns, state)
    }

    fn apply(&self, (): (), call: &Call<'_>) -> Effect {
        let dataset = Dataset {
            id: self.dataset.clone(),
            owner: call.org().clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            theme: self.theme.clone(),
            sensitivity: self.sensitivity,
            columns: self.columns.clone(),
            policy_version: 1,
            limits: Vec::new(),
            versions: vec![version(1, &self.commitment, call)],
            status: Status::Active,
            published_by: call.by(),
        };
        let mut effect = Effect::default();
        effect.put_dataset(&dataset);
        effect.emit(dataset_event(EventKind::DatasetPublished, &dataset));
        effect
    }
}

pub(super) fn check_scheme(commitment: &DatasetCommitment) -> Result<(), Rejection> {
    if commitment.scheme == COMMITMENT_SCHEME {
        return Ok(());
    }
    Err(Rejection::new(RuleCode::CommitmentSchemeUnknown).with("expected", COMMITMENT_SCHEME))
}

pub(super) fn version(version: u32, commitment: &DatasetCommitment, call: &Call<'_>) -> DatasetVersion {
    DatasetVersion {
        version,
        commitment: commitment.clone(),
        published_at_ms: call.now_ms(),
        height: call.block.height,
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::Action;
    use ledger_types::object::Status;
    use ledger_types::receipt::EventKind;

    use crate::read;
    use crate::world::{START_MS, World, dataset_id, org, publish, who};

    #[test]
    fn a_published_dataset_has_version_one_and_the_time_of_its_block() {
        let mut w = World::new();
        let receipt = w.must("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
        assert_eq!(receipt.events[0].kind, EventKind::DatasetPublished);
        assert_eq!(receipt.events[0].datasets, [dataset_id("rsj.insured")]);
        let d = read::dataset(&w.state, &dataset_id("rsj.insured")).unwrap().unwrap();
        assert_eq!((d.owner, d.policy_version, d.status), (org("rsj"), 1, Status::Active));
        assert_eq!(d.published_by, who("rsj/owner"));
        assert_eq!(d.versions.len(), 1);
        assert_eq!((d.versions[0].version, d.versions[0].published_at_ms, d.versions[0].height), (1, START_MS, 1));
    }
}
