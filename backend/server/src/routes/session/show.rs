use backend_api::endpoint::NoQuery;
use backend_api::session::Session;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Session, Fault> {
    let caller = call.caller()?;
    super::session(&call, &caller.username, caller.csrf_token.clone(), caller.expires_ms).await
}
