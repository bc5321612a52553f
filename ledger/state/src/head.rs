//! What is stored of a block besides its effects.

use ledger_types::Digest;
use ledger_types::block::{Certificate, Header};
use ledger_types::id::{Height, TimeMs};
use ledger_types::receipt::Receipt;
use ledger_types::tx::SignedTx;
use serde::{Deserialize, Serialize};

/// The last committed block; genesis at height 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tip {
    /// Height.
    pub height: Height,
    /// Hash of the header; of the genesis document at height 0.
    pub hash: Digest,
    /// Root of the world state.
    pub state_root: Digest,
    /// Block time.
    pub time_ms: TimeMs,
}

/// A committed block without its transactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Header.
    pub header: Header,
    /// Its hash.
    pub hash: Digest,
    /// The decision.
    pub certificate: Certificate,
}

/// One transaction of a block and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The transaction.
    pub tx: SignedTx,
    /// Its receipt.
    pub receipt: Receipt,
}
