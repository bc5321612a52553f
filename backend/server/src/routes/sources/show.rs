use backend_api::endpoint::NoQuery;
use backend_api::source::Source;
use mpc_party::source::SourceId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Source, Fault> {
    let source = call.desk.party.source(&call.id::<SourceId>()?)?;
    Ok(view::source::source(&source, &super::published(&call.desk)?))
}
