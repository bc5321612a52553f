use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use ledger_client::evidence::{CollectError, evidence_bundle};
use ledger_types::id::TaskId;

use crate::answer::Document;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn bundle(call: Call, _: NoQuery, (): ()) -> Result<Document, Fault> {
    let id: TaskId = call.id()?;
    let ledger = call.desk.ledger.clone();
    let made = tokio::task::spawn_blocking(move || evidence_bundle(ledger.as_ref(), &id)).await;
    let bundle = made.map_err(Fault::internal)?.map_err(|e| match e {
        CollectError::UnknownTask(_) => DeskCode::NotFound.into(),
        CollectError::TooMany => Fault::from(DeskCode::TooLarge).detail(e.to_string()),
        CollectError::Ledger(e) => e.into(),
        other => Fault::internal(other),
    })?;
    let short: String = id.to_string().chars().take(12).collect();
    Ok(Document { json: bundle.to_json(), filename: format!("evidence-{short}.json") })
}
