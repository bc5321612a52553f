use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::organisation::Organisation;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Organisation, Fault> {
    let all = super::all(&call.desk, call.language).await?;
    all.into_iter().find(|o| o.id == call.parameter).ok_or_else(|| DeskCode::NotFound.into())
}
