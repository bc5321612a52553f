use backend_api::endpoint::NoQuery;
use backend_api::source::{SourceLocation, SourceProbe};

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn probe(call: Call, _: NoQuery, body: SourceLocation) -> Result<SourceProbe, Fault> {
    let location = super::location(&call.desk, "", &body)?;
    Ok(view::source::probe(&call.desk.party.probe(location).await?))
}
