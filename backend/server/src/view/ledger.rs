//! Blocks and transactions.

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::ledger as api;
use backend_db::read::block::Block as BlockRow;
use backend_db::read::transaction::Transaction as TxRow;

use crate::desk::{Desk, unsigned};

/// A block in a list.
pub fn block(desk: &Desk, language: Language, b: &BlockRow) -> api::BlockSummary {
    api::BlockSummary {
        height: unsigned(b.height),
        hash: b.hash.clone(),
        time: Timestamp(unsigned(b.time_ms)),
        proposer: desk.org_ref(&b.proposer, language),
        transactions: u32::try_from(b.tx_count).unwrap_or(0),
        signatures: u32::try_from(b.signatures).unwrap_or(0),
        validators: u32::try_from(b.validators).unwrap_or(0),
    }
}

/// A transaction in a list.
pub fn transaction(desk: &Desk, language: Language, t: &TxRow) -> api::TransactionSummary {
    api::TransactionSummary {
        id: t.id.clone(),
        height: unsigned(t.height),
        index: u32::try_from(t.idx).unwrap_or(0),
        time: Timestamp(unsigned(t.time_ms)),
        action: t.action.clone(),
        organisation: desk.org_ref(&t.org, language),
        actor: t.actor.clone(),
        accepted: t.accepted,
        code: t.code.clone(),
    }
}
