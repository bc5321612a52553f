use std::path::PathBuf;

use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::task::TaskResult;
use ledger_types::id::TaskId;
use ledger_types::task::TaskStatus;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn result(call: Call, _: NoQuery, (): ()) -> Result<TaskResult, Fault> {
    find(&call).map(|(result, _)| result)
}

/// The result and where it is. Only where one is due (at the receiver, or at both), and only of a task that the ledger calls
/// completed: a disputed result must not be used.
pub(super) fn find(call: &Call) -> Result<(TaskResult, PathBuf), Fault> {
    let id: TaskId = call.id()?;
    let task = super::on_ledger(&call.desk, &id)?;
    if !task.spec.receives(&call.desk.org) {
        return Err(Fault::from(DeskCode::NotReceiver).with("receiver", &task.spec.receiver));
    }
    if task.status != TaskStatus::Completed {
        return Err(Fault::with_code("result_missing"));
    }
    let runs = call.desk.party.runs(&id)?;
    view::party::result(&runs).ok_or_else(|| Fault::with_code("result_missing"))
}
