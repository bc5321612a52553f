use backend_api::endpoint::NoQuery;
use backend_api::source::{Source, SourceStateChange};
use mpc_party::source::SourceId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn set_state(call: Call, _: NoQuery, body: SourceStateChange) -> Result<Source, Fault> {
    let state = view::source::party_state(body.state);
    let source = call.desk.party.set_source_state(&call.id::<SourceId>()?, state)?;
    Ok(view::source::source(&source, &super::published(&call.desk)?))
}
