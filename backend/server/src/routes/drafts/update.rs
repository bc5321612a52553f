use backend_api::catalogue::DeskCode;
use backend_api::draft::{Draft, DraftUpdate};
use backend_api::endpoint::NoQuery;
use backend_db::local::draft;

use crate::answer::With;
use crate::call::Call;
use crate::desk::{now_ms, signed};
use crate::fault::Fault;

pub(crate) async fn update(call: Call, _: NoQuery, body: DraftUpdate) -> Result<With<Draft>, Fault> {
    let Some(tag) = &call.if_match else { return Err(DeskCode::VersionRequired.into()) };
    let version = tag.trim_matches('"').parse::<i64>().ok();
    let content = super::checked(&body.title, &body.content)?;
    let (username, id) = (call.caller()?.username.clone(), call.parameter.clone());
    let (found, updated, row) = call
        .desk
        .write("update_draft", move |c| {
            let found = draft::find(c, &username, &id)?.is_some();
            let updated = match version {
                Some(v) => draft::update(c, &username, &id, v, &body.title, &content, signed(now_ms()))?,
                None => false,
            };
            Ok((found, updated, draft::find(c, &username, &id)?))
        })
        .await?;
    match (found, updated, row) {
        (true, true, Some(row)) => {
            let draft = super::draft(row)?;
            let version = draft.version;
            Ok(With::etag(draft, version))
        }
        (true, _, _) => Err(DeskCode::VersionDiffers.into()),
        (false, _, _) => Err(DeskCode::NotFound.into()),
    }
}
