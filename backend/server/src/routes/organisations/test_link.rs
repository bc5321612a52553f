use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::organisation::LinkTest;
use ledger_types::id::OrgId;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn test_link(call: Call, _: NoQuery, (): ()) -> Result<LinkTest, Fault> {
    let peer: OrgId = call.id()?;
    let member = call.desk.genesis().organisations.iter().any(|o| o.id == peer);
    if !member || peer == call.desk.org {
        return Err(DeskCode::NotFound.into());
    }
    let found = call.desk.party.test_link(&peer).await?;
    Ok(super::link_test(&call.desk, call.language, &found))
}
