//! Objects that an action speaks of and that therefore must exist.

use ledger_types::id::{AccountRef, ApplicationId, DatasetId, GrantId, OrgId, TaskId};
use ledger_types::object::{Account, Application, Dataset, Grant, Organisation, Status};
use ledger_types::task::{Task, TaskStatus};

use crate::context::Call;
use crate::{Rejection, RuleCode, RuleError, StateRead, read};

pub(super) fn account(state: &dyn StateRead, id: &AccountRef) -> Result<Account, RuleError> {
    read::account(state, id)?.ok_or_else(|| Rejection::new(RuleCode::AccountUnknown).with("account", id).into())
}

pub(super) fn organisation(state: &dyn StateRead, id: &OrgId) -> Result<Organisation, RuleError> {
    read::organisation(state, id)?.ok_or_else(|| Rejection::new(RuleCode::OrganisationUnknown).with("org", id).into())
}

/// A member that takes part.
pub(super) fn active_organisation(state: &dyn StateRead, id: &OrgId) -> Result<(), RuleError> {
    match organisation(state, id)?.status {
        Status::Active => Ok(()),
        Status::Frozen => Err(Rejection::new(RuleCode::OrganisationFrozen).with("org", id).into()),
    }
}

pub(super) fn dataset(state: &dyn StateRead, id: &DatasetId) -> Result<Dataset, RuleError> {
    read::dataset(state, id)?.ok_or_else(|| Rejection::new(RuleCode::DatasetUnknown).with("dataset", id).into())
}

/// A dataset of the sender's own organisation.
pub(super) fn own_dataset(state: &dyn StateRead, id: &DatasetId, call: &Call<'_>) -> Result<Dataset, RuleError> {
    let dataset = dataset(state, id)?;
    if &dataset.owner == call.org() {
        return Ok(dataset);
    }
    Err(Rejection::new(RuleCode::NotDatasetOwner).with("dataset", id).with("owner", dataset.owner).into())
}

/// A dataset must be in use.
pub(super) fn require_active(dataset: &Dataset) -> Result<(), Rejection> {
    match dataset.status {
        Status::Active => Ok(()),
        Status::Frozen => Err(Rejection::new(RuleCode::DatasetFrozen).with("dataset", &dataset.id)),
    }
}

/// Every change of a dataset's policy or limits takes the number that follows.
pub(super) fn require_next_policy(dataset: &Dataset, version: u32) -> Result<(), Rejection> {
    if dataset.policy_version.checked_add(1) == Some(version) {
        return Ok(());
    }
    Err(Rejection::new(RuleCode::PolicyVersionNotNext)
        .with("dataset", &dataset.id)
        .with("policy_version", version)
        .with("latest", dataset.policy_version))
}

pub(super) fn application(state: &dyn StateRead, id: &ApplicationId) -> Result<Application, RuleError> {
    read::application(state, id)?
        .ok_or_else(|| Rejection::new(RuleCode::ApplicationUnknown).with("application", id).into())
}

pub(super) fn grant(state: &dyn StateRead, id: &GrantId) -> Result<Grant, RuleError> {
    read::grant(state, id)?.ok_or_else(|| Rejection::new(RuleCode::GrantUnknown).with("grant", id).into())
}

/// A task of which the sender's organisation is a member.
pub(super) fn task_of_party(state: &dyn StateRead, id: &TaskId, call: &Call<'_>) -> Result<Task, RuleError> {
    let Some(task) = read::task(state, id)? else {
        return Err(Rejection::new(RuleCode::TaskUnknown).with("task", id).into());
    };
    if !task.spec.has_member(call.org()) {
        return Err(Rejection::new(RuleCode::NotAParty).with("task", id).with("org", call.org()).into());
    }
    Ok(task)
}

/// A task must stand in one of these places.
pub(super) fn require_status(task: &Task, any_of: &[TaskStatus]) -> Result<(), Rejection> {
    if any_of.contains(&task.status) {
        return Ok(());
    }
    let allowed: Vec<&str> = any_of.iter().map(|s| status_name(*s)).collect();
    Err(Rejection::new(RuleCode::TaskStatusWrong)
        .with("task", task.id)
        .with("status", status_name(task.status))
        .with("allowed", allowed.join(", ")))
}

fn status_name(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Proposed => "proposed",
        TaskStatus::Ready => "ready",
        TaskStatus::Completed => "completed",
        TaskStatus::Disputed => "disputed",
        TaskStatus::Failed => "failed",
        TaskStatus::Rejected => "rejected",
        TaskStatus::Cancelled => "cancelled",
    }
}
