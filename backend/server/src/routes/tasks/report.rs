use backend_api::Timestamp;
use backend_api::account::Role;
use backend_api::endpoint::NoQuery;
use backend_api::task::TaskReport;
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::desk::now_ms;
use crate::fault::Fault;
use crate::routes::evidence::timeline;
use crate::view;

pub(crate) async fn report(call: Call, _: NoQuery, (): ()) -> Result<TaskReport, Fault> {
    let id: TaskId = call.id()?;
    let task = super::on_ledger(&call.desk, &id)?;
    let ready_at = task.runs.first().map(|r| r.ready_at_ms);
    let finished = task.finished_at_ms;
    // How many rows matched is for those who may take the result.
    let may_see = call.caller()?.roles.iter().any(|r| matches!(r, Role::DataOwner | Role::Requester));
    let own = call.desk.party.runs(&id)?;
    let resumptions = own.last().map(|run| run.resumptions);
    let log = if own.is_empty() { Vec::new() } else { call.desk.party.log(&id)? };
    let runs = if may_see && task.spec.receives(&call.desk.org) { own.as_slice() } else { &[] };
    Ok(TaskReport {
        task: super::load(&call, &id).await?,
        approval_ms: ready_at.map(|ms| ms.saturating_sub(task.proposed_at_ms)),
        run_ms: task.run().zip(finished).map(|(r, end)| end.saturating_sub(r.ready_at_ms)),
        resumptions,
        own_run: view::report::own_run(&task, &own, &log, may_see),
        cross_checks: view::report::cross_checks(&call.desk, call.language, &task)?,
        result: view::party::result(runs).map(|(result, _)| result),
        evidence: timeline(&call, vec![("task".to_owned(), id.to_string())]).await?,
        made_at: Timestamp(now_ms()),
    })
}
