//! Grants.

mod list;
mod revoke;
mod show;

pub(super) use list::list;
pub(super) use revoke::revoke;
pub(super) use show::show;

use backend_api::catalogue::{DeskCode, Language};
use backend_api::grant::Grant;
use backend_db::read::{dataset, grant};

use crate::desk::{Desk, now_ms};
use crate::fault::Fault;
use crate::view;

/// A grant.
async fn load(desk: &Desk, language: Language, id: &str) -> Result<Grant, Fault> {
    let id = id.to_owned();
    let (row, titles) = desk
        .read("find_grant", move |c| {
            let row = grant::find(c, &id)?;
            let ids: Vec<String> = row.iter().map(|r| r.dataset.clone()).collect();
            Ok((row, dataset::titles(c, &ids)?))
        })
        .await?;
    let row = row.ok_or(DeskCode::NotFound)?;
    let title = titles.first().map(|(_, t)| t.as_str()).unwrap_or_default();
    view::grant::grant(desk, language, &row, title, now_ms())
}
