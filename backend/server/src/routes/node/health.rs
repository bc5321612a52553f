use backend_api::endpoint::NoQuery;
use backend_api::node::Health;

use crate::answer::With;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn health(call: Call, _: NoQuery, (): ()) -> Result<With<Health>, Fault> {
    let rooms = super::rooms(&call.desk, call.language);
    let healthy = rooms.iter().all(|r| r.healthy);
    let value =
        Health { healthy, height: call.desk.ledger.status().height, read_model_lag: super::lag(&call.desk), rooms };
    Ok(With { value, etag: None, cookie: None, status: (!healthy).then_some(503) })
}
