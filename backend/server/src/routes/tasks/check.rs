use backend_api::endpoint::NoQuery;
use backend_api::task::ConsistencyReport;
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn check(call: Call, _: NoQuery, (): ()) -> Result<ConsistencyReport, Fault> {
    let id: TaskId = call.id()?;
    super::on_ledger(&call.desk, &id)?;
    Ok(view::party::consistency(call.language, &call.desk.party.consistency_check(id).await?))
}
