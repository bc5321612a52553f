use backend_api::endpoint::NoQuery;
use backend_api::organisation::OrganisationList;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn list(call: Call, _: NoQuery, (): ()) -> Result<OrganisationList, Fault> {
    Ok(OrganisationList { items: super::all(&call.desk, call.language).await? })
}
