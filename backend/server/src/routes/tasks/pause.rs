use backend_api::endpoint::NoQuery;
use backend_api::task::TaskProgress;
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

/// Both nodes keep what they have; the other one shows who paused.
pub(crate) async fn pause(call: Call, _: NoQuery, (): ()) -> Result<TaskProgress, Fault> {
    let id: TaskId = call.id()?;
    let task = super::on_ledger(&call.desk, &id)?;
    call.desk.party.pause_run(&id)?;
    Ok(view::party::progress(&call.desk, call.language, &task, call.desk.party.progress(&id).as_ref()))
}
