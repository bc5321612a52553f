use backend_api::dataset::{DatasetCommitted, DatasetCreateSigned};
use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn create(call: Call, _: NoQuery, body: DatasetCreateSigned) -> Result<DatasetCommitted, Fault> {
    let id = body.request.id.clone();
    super::change(&call, &id, PreviewCreate::DatasetCreate(body.request), body.signing).await
}
