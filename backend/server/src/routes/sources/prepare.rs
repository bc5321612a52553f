use backend_api::endpoint::NoQuery;
use backend_api::source::{Preparation, PreparationCreate};
use mpc_party::source::SourceId;

use crate::call::{Call, parse};
use crate::fault::Fault;
use crate::view;

pub(crate) async fn prepare(call: Call, _: NoQuery, body: PreparationCreate) -> Result<Preparation, Fault> {
    let source: SourceId = call.id()?;
    let dataset = parse("/dataset", &body.dataset)?;
    let made = call.desk.party.prepare_dataset(&source, dataset, body.columns).await?;
    Ok(view::source::preparation(&made))
}
