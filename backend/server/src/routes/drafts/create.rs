use backend_api::catalogue::DeskCode;
use backend_api::draft::{Draft, DraftCreate};
use backend_api::endpoint::NoQuery;
use backend_db::local::draft::{self, Draft as Row};

use crate::answer::With;
use crate::call::Call;
use crate::desk::{now_ms, signed};
use crate::fault::Fault;

pub(crate) async fn create(call: Call, _: NoQuery, body: DraftCreate) -> Result<With<Draft>, Fault> {
    let content = super::checked(&body.title, &body.content)?;
    let now = signed(now_ms());
    let row = Row {
        id: uuid::Uuid::now_v7().simple().to_string(),
        username: call.caller()?.username.clone(),
        kind: body.kind.as_str().to_owned(),
        title: body.title,
        content,
        version: 1,
        created_ms: now,
        updated_ms: now,
    };
    let insert = row.clone();
    let room = call
        .desk
        .write("create_draft", move |c| {
            if draft::count(c, &insert.username)? >= super::DRAFTS_MAX {
                return Ok(false);
            }
            draft::insert(c, &insert).map(|()| true)
        })
        .await?;
    if !room {
        return Err(Fault::from(DeskCode::StateConflict).with("max", super::DRAFTS_MAX));
    }
    Ok(With::etag(super::draft(row)?, 1))
}
