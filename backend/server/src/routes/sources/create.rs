use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::source::{Source, SourceCreate};
use mpc_party::source::SourceId;

use crate::call::{Call, parse};
use crate::fault::Fault;
use crate::view;

/// Longest name in characters.
const NAME_CHARS_MAX: usize = 128;

pub(crate) async fn create(call: Call, _: NoQuery, body: SourceCreate) -> Result<Source, Fault> {
    let id: SourceId = parse("/id", &body.id)?;
    let name = body.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            "/name",
            (format!("1 至 {NAME_CHARS_MAX} 个字符"), format!("1 to {NAME_CHARS_MAX} characters")),
        ));
    }
    let location = super::location(&call.desk, "/location", &body.location)?;
    let made = call.desk.party.register_source(id, name.to_owned(), location).await?;
    Ok(view::source::source(&made, &super::published(&call.desk)?))
}
