use backend_api::Timestamp;
use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::task::{Refusal, RunCreate, RunStarted};
use ledger_types::action::{Action, TaskRetry};
use ledger_types::id::TaskId;
use mpc_party::task::RunStarted as Started;

use crate::call::Call;
use crate::desk::now_ms;
use crate::fault::Fault;
use crate::{sign, text};

pub(crate) async fn run(call: Call, _: NoQuery, body: RunCreate) -> Result<RunStarted, Fault> {
    let id: TaskId = call.id()?;
    super::on_ledger(&call.desk, &id)?;
    if body.force {
        let refusal = match call.desk.party.run_now(id, true).await? {
            Started::Started { .. } => None,
            Started::Refused { by, code } => Some(Refusal {
                by: by.to_string(),
                asked_by: call.desk.org.to_string(),
                explanation: text::title(call.language, &code),
                code,
                at: Timestamp(now_ms()),
            }),
        };
        return Ok(RunStarted { task: super::load(&call, &id).await?, receipt: None, refusal });
    }
    let Some(signing) = body.signing else {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            "/signing",
            ("再次运行需要签名", "another attempt is signed"),
        ));
    };
    let receipt = sign::sign(&call, signing, Action::TaskRetry(TaskRetry { task: id })).await?;
    Ok(RunStarted { task: super::load(&call, &id).await?, receipt: Some(receipt), refusal: None })
}
