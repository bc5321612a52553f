use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;
use backend_api::task::{ApprovalCreateSigned, TaskCommitted};
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::fault::Fault;

/// The task's id is the digest of its specification: a person who read another specification names another task.
pub(crate) async fn approve(call: Call, _: NoQuery, body: ApprovalCreateSigned) -> Result<TaskCommitted, Fault> {
    let id: TaskId = call.id()?;
    super::on_ledger(&call.desk, &id)?;
    call.same_id("/request/task", &body.request.task)?;
    super::step(&call, &id, PreviewCreate::ApprovalCreate(body.request), body.signing).await
}
