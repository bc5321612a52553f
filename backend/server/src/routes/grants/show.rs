use backend_api::endpoint::NoQuery;
use backend_api::grant::Grant;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Grant, Fault> {
    super::load(&call.desk, call.language, &call.parameter).await
}
