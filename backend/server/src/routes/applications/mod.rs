//! Applications for data and their review.

mod create;
mod list;
mod review;
mod show;

pub(super) use create::create;
pub(super) use list::list;
pub(super) use review::review;
pub(super) use show::show;

use std::collections::BTreeMap;

use backend_api::application::{Application, ApplicationCommitted};
use backend_api::catalogue::{DeskCode, Language};
use backend_api::preview::PreviewCreate;
use backend_api::signing::Signing;
use backend_db::read::{application, dataset};

use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::{actions, sign, view};

/// An application. The ledger is common to all members, so that every member sees every application.
pub(super) async fn load(desk: &Desk, language: Language, id: &str) -> Result<Application, Fault> {
    let id = id.to_owned();
    let (row, titles) = desk
        .read("find_application", move |c| {
            let row = application::find(c, &id)?;
            let ids: Vec<String> = row.iter().map(|r| r.dataset.clone()).collect();
            Ok((row, dataset::titles(c, &ids)?))
        })
        .await?;
    let row = row.ok_or(DeskCode::NotFound)?;
    let title = titles.first().map(|(_, t)| t.as_str()).unwrap_or_default();
    view::application::application(desk, language, &row, title)
}

/// Rows with the titles of their datasets.
async fn with_titles(
    desk: &Desk,
    f: application::Filter,
    after: Option<(i64, String)>,
    limit: i64,
) -> Result<(Vec<application::Application>, BTreeMap<String, String>), Fault> {
    desk.read("list_applications", move |c| {
        let rows = application::list(c, f, after, limit)?;
        let ids: Vec<String> = rows.iter().map(|r| r.dataset.clone()).collect();
        Ok((rows, dataset::titles(c, &ids)?.into_iter().collect()))
    })
    .await
}

/// Signs a step of an application and shows it.
async fn step(call: &Call, id: &str, request: PreviewCreate, signing: Signing) -> Result<ApplicationCommitted, Fault> {
    let action = actions::action(&call.desk, &call.caller()?.account, &request)?;
    let receipt = sign::sign(call, signing, action).await?;
    Ok(ApplicationCommitted { application: load(&call.desk, call.language, id).await?, receipt })
}
