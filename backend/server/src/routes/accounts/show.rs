use backend_api::account::Account;
use backend_api::endpoint::NoQuery;

use crate::answer::With;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<With<Account>, Fault> {
    let account = super::load(&call.desk, &call.parameter).await?;
    let version = account.version;
    Ok(With::etag(account, version))
}
