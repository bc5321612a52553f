use backend_api::catalogue::DeskCode;
use backend_api::draft::Draft;
use backend_api::endpoint::NoQuery;
use backend_db::local::draft;

use crate::answer::With;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<With<Draft>, Fault> {
    let (username, id) = (call.caller()?.username.clone(), call.parameter.clone());
    let row = call.desk.read("find_draft", move |c| draft::find(c, &username, &id)).await?;
    let draft = super::draft(row.ok_or(DeskCode::NotFound)?)?;
    let version = draft.version;
    Ok(With::etag(draft, version))
}
