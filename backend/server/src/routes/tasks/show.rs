use backend_api::endpoint::NoQuery;
use backend_api::task::TaskDetail;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<TaskDetail, Fault> {
    let id = call.id()?;
    super::load(&call, &id).await
}
