//! Grants.

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::grant as api;
use backend_db::read::grant::{Grant as Row, State};
use ledger_types::object::Grant;

use crate::desk::{Desk, signed};
use crate::fault::Fault;
use crate::view::policy::{self, same_variants};

same_variants! {
    /// Whether it can be used.
    state / row_state: State => api::GrantState { Active, Expired, UsedUp, Revoked }
}

/// A grant; `title` is its dataset's.
pub fn grant(desk: &Desk, language: Language, row: &Row, title: &str, now_ms: u64) -> Result<api::Grant, Fault> {
    let g: Grant = super::object(&row.object)?;
    Ok(api::Grant {
        id: row.id.clone(),
        application: row.application.clone(),
        dataset: row.dataset.clone(),
        dataset_title: title.to_owned(),
        grantor: desk.org_ref(&row.grantor, language),
        grantee: desk.org_ref(&row.grantee, language),
        scope: policy::scope(&g.scope),
        used: g.used,
        state: state(row.state(signed(now_ms))),
        granted_by: g.granted_by.to_string(),
        granted_at: Timestamp(g.granted_at_ms),
        revoked_by: g.revoked.as_ref().map(|r| r.by.to_string()),
        revoked_at: g.revoked.as_ref().map(|r| Timestamp(r.at_ms)),
        revocation_reason: g.revoked.as_ref().map(|r| r.reason.clone()),
    })
}
