use backend_api::endpoint::NoQuery;
use backend_api::task::TaskLog;
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn log(call: Call, _: NoQuery, (): ()) -> Result<TaskLog, Fault> {
    let id: TaskId = call.id()?;
    let task = super::on_ledger(&call.desk, &id)?;
    Ok(view::party::log(call.language, &task, &call.desk.party.log(&id)?))
}
