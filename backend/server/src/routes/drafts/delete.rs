use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_db::local::draft;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn delete(call: Call, _: NoQuery, (): ()) -> Result<(), Fault> {
    let (username, id) = (call.caller()?.username.clone(), call.parameter.clone());
    let deleted = call.desk.write("delete_draft", move |c| draft::delete(c, &username, &id)).await?;
    if deleted { Ok(()) } else { Err(DeskCode::NotFound.into()) }
}
