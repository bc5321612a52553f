use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::ledger::{Block, CertificateSignature, HeaderField};
use backend_db::read::transaction::{self, Filter, Order};
use ledger_types::cbor;
use ledger_types::id::Height;

use crate::call::Call;
use crate::desk::signed;
use crate::fault::Fault;
use crate::view;

/// Transactions shown with a block; the list of transactions has all.
const SHOWN_MAX: i64 = 100;

pub(crate) async fn block(call: Call, _: NoQuery, (): ()) -> Result<Block, Fault> {
    let desk = &call.desk;
    let height: Height = match call.parameter.parse() {
        Ok(height) => height,
        Err(_) => desk.ledger.height_of(&call.id()?)?.ok_or(DeskCode::NotFound)?,
    };
    let record = desk.ledger.block(height)?.ok_or(DeskCode::NotFound)?;
    // The ledger is ahead of the read model by a moment.
    desk.projected_to(height).await?;
    let h = signed(height);
    let (row, transactions) = desk
        .read("show_block", move |c| {
            let filter = Filter { height: Some(h), ..Filter::default() };
            let rows = transaction::list(c, filter, Order::OldestFirst, None, SHOWN_MAX)?;
            Ok((backend_db::read::block::find(c, h)?, rows))
        })
        .await?;
    let row = row.ok_or(DeskCode::NotFound)?;
    let header = &record.header;
    let fields = serde_json::to_value(header).map_err(Fault::internal)?;
    let field = |(name, value): (&String, &serde_json::Value)| HeaderField {
        name: name.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    };
    let signature = |s: &ledger_types::block::CommitSignature| CertificateSignature {
        validator: desk.org_ref(s.validator.as_str(), call.language),
        signature: s.sig.to_string(),
    };
    Ok(Block {
        summary: view::ledger::block(desk, call.language, &row),
        previous_hash: header.prev.to_string(),
        state_root: header.state_root.to_string(),
        transactions_root: header.tx_root.to_string(),
        receipts_root: header.receipts_root.to_string(),
        header: fields.as_object().map(|o| o.iter().map(field).collect()).unwrap_or_default(),
        header_canonical: hex::encode(cbor::to_bytes(header)),
        round: record.certificate.round,
        certificate: record.certificate.signatures.iter().map(signature).collect(),
        transaction_list: transactions.iter().map(|t| view::ledger::transaction(desk, call.language, t)).collect(),
    })
}
