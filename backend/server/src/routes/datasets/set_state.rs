use backend_api::dataset::{DatasetCommitted, DatasetStateChangeSigned};
use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn set_state(
    call: Call,
    _: NoQuery,
    body: DatasetStateChangeSigned,
) -> Result<DatasetCommitted, Fault> {
    call.same_id("/request/dataset", &body.request.dataset)?;
    let id = body.request.dataset.clone();
    super::change(&call, &id, PreviewCreate::DatasetStateChange(body.request), body.signing).await
}
