use backend_api::dataset::Dataset;
use backend_api::endpoint::NoQuery;

use crate::answer::With;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<With<Dataset>, Fault> {
    let dataset = super::load(&call.desk, call.language, &call.id()?).await?;
    let tag = super::tag(&dataset);
    Ok(With::etag(dataset, tag))
}
