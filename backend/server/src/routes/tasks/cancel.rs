use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;
use backend_api::task::{CancellationCreateSigned, TaskCommitted};
use ledger_types::id::TaskId;

use crate::call::Call;
use crate::fault::Fault;

/// The ledger's record stops the run on every node; this node's own stops at once.
pub(crate) async fn cancel(call: Call, _: NoQuery, body: CancellationCreateSigned) -> Result<TaskCommitted, Fault> {
    let id: TaskId = call.id()?;
    super::on_ledger(&call.desk, &id)?;
    call.same_id("/request/task", &body.request.task)?;
    let done = super::step(&call, &id, PreviewCreate::CancellationCreate(body.request), body.signing).await?;
    match call.desk.party.cancel_run(&id) {
        Ok(()) | Err(mpc_party::PartyError::NotRunning(_)) => Ok(done),
        Err(e) => Err(e.into()),
    }
}
