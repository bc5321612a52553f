//! Applications.

use backend_api::Timestamp;
use backend_api::application as api;
use backend_api::catalogue::Language;
use backend_db::read::application::Application as Row;
use ledger_types::object::{Application, ApplicationStatus};

use crate::desk::Desk;
use crate::fault::Fault;
use crate::view::policy;

/// An application; `title` is its dataset's.
pub fn application(desk: &Desk, language: Language, row: &Row, title: &str) -> Result<api::Application, Fault> {
    let a: Application = super::object(&row.object)?;
    let (state, grant, rejection_reason) = match &a.status {
        ApplicationStatus::Submitted => (api::ApplicationState::Submitted, None, None),
        ApplicationStatus::Approved(grant) => (api::ApplicationState::Approved, Some(grant.to_string()), None),
        ApplicationStatus::Rejected(reason) => (api::ApplicationState::Rejected, None, Some(reason.clone())),
    };
    Ok(api::Application {
        id: row.id.clone(),
        dataset: row.dataset.clone(),
        dataset_title: title.to_owned(),
        owner: desk.org_ref(&row.owner, language),
        applicant: desk.org_ref(&row.applicant, language),
        applied_by: a.applicant.to_string(),
        scope: policy::scope(&a.scope),
        reason: a.reason.clone(),
        state,
        needs_me: state == api::ApplicationState::Submitted && row.owner == desk.org.as_str(),
        grant,
        rejection_reason,
        reviewed_by: a.reviewed_by.as_ref().map(ToString::to_string),
        reviewed_at: a.reviewed_at_ms.map(Timestamp),
        submitted_at: Timestamp(a.submitted_at_ms),
    })
}
