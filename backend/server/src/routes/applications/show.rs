use backend_api::application::Application;
use backend_api::endpoint::NoQuery;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Application, Fault> {
    super::load(&call.desk, call.language, &call.parameter).await
}
