use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::ledger::Transaction;
use backend_db::read::transaction;
use ledger_contract::read;
use ledger_types::id::TxId;
use ledger_types::receipt::Outcome;

use crate::call::Call;
use crate::fault::Fault;
use crate::text;
use crate::view;

pub(crate) async fn transaction(call: Call, _: NoQuery, (): ()) -> Result<Transaction, Fault> {
    let desk = &call.desk;
    let id: TxId = call.id()?;
    let record = desk.ledger.tx(&id)?.ok_or(DeskCode::NotFound)?;
    desk.projected_to(record.receipt.height).await?;
    let name = id.to_string();
    let row = desk.read("find_transaction", move |c| transaction::find(c, &name)).await?.ok_or(DeskCode::NotFound)?;
    let tx = record.tx.decode().map_err(Fault::internal)?;
    let outcome = match &record.receipt.outcome {
        Outcome::Applied => match call.language {
            backend_api::catalogue::Language::ZhCn => "已生效".to_owned(),
            backend_api::catalogue::Language::En => "Applied".to_owned(),
        },
        Outcome::Refused { code, params } => {
            let params = text::params(call.language, params);
            format!("{} {params}", text::title(call.language, code)).trim_end().to_owned()
        }
    };
    let key = read::account(desk.ledger.view().as_ref(), &tx.sender)?.map(|a| hex::encode(a.key.as_bytes()));
    let proof = match desk.ledger.tx_proof(&id) {
        Ok(Some(proof)) => Some(serde_json::to_value(proof).map_err(Fault::internal)?),
        Ok(None) | Err(ledger_client::LedgerError::NotAvailable(_)) => None,
        Err(e) => return Err(e.into()),
    };
    Ok(Transaction {
        summary: view::ledger::transaction(desk, call.language, &row),
        decoded: serde_json::to_value(&tx).map_err(Fault::internal)?,
        canonical: hex::encode(&record.tx.tx),
        signature: record.tx.sig.to_string(),
        public_key: key.unwrap_or_default(),
        outcome,
        events: record.receipt.events.iter().map(|e| view::encoded_name(&e.kind)).collect(),
        proof,
    })
}
