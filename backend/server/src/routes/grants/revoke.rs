use backend_api::endpoint::NoQuery;
use backend_api::grant::{GrantCommitted, RevocationCreateSigned};
use backend_api::preview::PreviewCreate;

use crate::call::Call;
use crate::fault::Fault;
use crate::{actions, sign};

pub(crate) async fn revoke(call: Call, _: NoQuery, body: RevocationCreateSigned) -> Result<GrantCommitted, Fault> {
    call.same_id("/request/grant", &body.request.grant)?;
    let request = PreviewCreate::RevocationCreate(body.request);
    let action = actions::action(&call.desk, &call.caller()?.account, &request)?;
    let receipt = sign::sign(&call, body.signing, action).await?;
    Ok(GrantCommitted { grant: super::load(&call.desk, call.language, &call.parameter).await?, receipt })
}
