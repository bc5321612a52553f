use backend_api::endpoint::NoQuery;
use mpc_party::source::SourceId;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn delete(call: Call, _: NoQuery, (): ()) -> Result<(), Fault> {
    Ok(call.desk.party.remove_source(&call.id::<SourceId>()?)?)
}
