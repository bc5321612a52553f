use backend_api::dataset::{DatasetCommitted, UsageLimitsSetSigned};
use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn set_usage_limits(
    call: Call,
    _: NoQuery,
    body: UsageLimitsSetSigned,
) -> Result<DatasetCommitted, Fault> {
    call.same_id("/request/dataset", &body.request.dataset)?;
    let id = body.request.dataset.clone();
    super::change(&call, &id, PreviewCreate::UsageLimitsSet(body.request), body.signing).await
}
