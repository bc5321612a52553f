use backend_api::endpoint::NoQuery;
use backend_api::task::TaskProgress;
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

/// This node calls the other one; the rules of the ledger are asked again at both.
pub(crate) async fn resume(call: Call, _: NoQuery, (): ()) -> Result<TaskProgress, Fault> {
    let id: TaskId = call.id()?;
    let task = super::on_ledger(&call.desk, &id)?;
    call.desk.party.resume_run(&id)?;
    Ok(view::party::progress(&call.desk, call.language, &task, call.desk.party.progress(&id).as_ref()))
}
