use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;
use backend_api::task::{TaskCommitted, TaskCreateSigned};

use crate::actions;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn create(call: Call, _: NoQuery, mut body: TaskCreateSigned) -> Result<TaskCommitted, Fault> {
    actions::complete_task(&call.desk, &mut body.request).await?;
    let id = actions::spec(&body.request)?.id(call.desk.ledger.suite(), call.desk.chain());
    super::step(&call, &id, PreviewCreate::TaskCreate(body.request), body.signing).await
}
