use backend_api::dataset::{ColumnPolicySetSigned, DatasetCommitted};
use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn set_column_policy(
    call: Call,
    _: NoQuery,
    body: ColumnPolicySetSigned,
) -> Result<DatasetCommitted, Fault> {
    call.same_id("/request/dataset", &body.request.dataset)?;
    let id = body.request.dataset.clone();
    super::change(&call, &id, PreviewCreate::ColumnPolicySet(body.request), body.signing).await
}
