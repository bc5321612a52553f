//! The face of the ledger room towards the other rooms and towards tools: submit, query, subscribe from a
//! height, fetch proofs. `ledger_node` implements it in process.

#![forbid(unsafe_code)]

pub mod evidence;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use ledger_contract::StateRead;
use ledger_crypto::Verifier;
use ledger_types::block::{Certificate, Genesis, Header, ValidatorSet};
use ledger_types::id::{AccountRef, ChainId, DatasetId, Height, OrgId, TaskId, TimeMs, TxId};
use ledger_types::proof::{ProofError, TxProof, verify_certificate};
use ledger_types::receipt::{EventKind, Receipt};
use ledger_types::state_path::{StatePath, StatePathError};
use ledger_types::tx::SignedTx;
use ledger_types::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

/// A committed block with its receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockRecord {
    /// Header.
    pub header: Header,
    /// Hash of the header.
    pub hash: Digest,
    /// Decision.
    pub certificate: Certificate,
    /// Transactions, in order.
    pub txs: Vec<SignedTx>,
    /// Receipts, in the same order.
    pub receipts: Vec<Receipt>,
}

/// A committed transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxRecord {
    /// The transaction.
    pub tx: SignedTx,
    /// What came of it.
    pub receipt: Receipt,
    /// Time of its block.
    pub time_ms: TimeMs,
}

/// Where the replica stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainStatus {
    /// Last committed height; 0 before the first block.
    pub height: Height,
    /// Hash of the last block; of the genesis document at height 0.
    pub hash: Digest,
    /// Root of the world state.
    pub state_root: Digest,
    /// Time of the last block.
    pub time_ms: TimeMs,
    /// Transactions waiting.
    pub pending: usize,
}

/// A value of the world state with the proof that ties it, or its absence, to a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateProof {
    /// Key as the contract writes it.
    #[serde(with = "serde_bytes")]
    pub key: Vec<u8>,
    /// Canonical bytes of the object; `None` proves absence.
    pub value: Option<serde_bytes::ByteBuf>,
    /// Path to the header's state root.
    pub path: StatePath,
    /// Header with the state root.
    pub header: Header,
    /// Decision on the header.
    pub certificate: Certificate,
}

/// Why a state proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateProofError {
    /// The header was not decided by the validators.
    #[error(transparent)]
    Header(#[from] ProofError),
    /// The path does not prove the value or its absence.
    #[error(transparent)]
    Path(#[from] StatePathError),
}

impl StateProof {
    /// Checks that the validators decided the header and that the value, or its absence, lies under its state
    /// root. Needs nothing but the validator set.
    pub fn verify(
        &self,
        verifier: &Verifier,
        suite: SuiteId,
        chain: &ChainId,
        validators: &ValidatorSet,
    ) -> Result<(), StateProofError> {
        verify_certificate(verifier, suite, chain, validators, &self.header, &self.certificate)?;
        let value = self.value.as_ref().map(|v| v.as_slice());
        Ok(self.path.verify(suite, chain, &self.key, value, &self.header.state_root)?)
    }
}

/// What evidence to look for; all given conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceQuery {
    /// By task.
    pub task: Option<TaskId>,
    /// By dataset.
    pub dataset: Option<DatasetId>,
    /// By organisation.
    pub org: Option<OrgId>,
    /// By the account that signed.
    pub actor: Option<AccountRef>,
    /// By kind of event.
    pub kind: Option<EventKind>,
    /// Not before (block time).
    pub from_ms: Option<TimeMs>,
    /// Not after (block time).
    pub to_ms: Option<TimeMs>,
    /// Continue after this place.
    pub after: Option<(Height, u32)>,
    /// Most rows to return.
    pub limit: usize,
}

/// One transaction that is evidence for the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Id.
    pub tx: TxId,
    /// Height.
    pub height: Height,
    /// Place in the block.
    pub index: u32,
    /// Block time.
    pub time_ms: TimeMs,
    /// Who signed.
    pub actor: AccountRef,
    /// Name of the action.
    pub action: String,
    /// The receipt with its events.
    pub receipt: Receipt,
}

/// Why a transaction did not get into the queue. Rules that need state are told by the receipt instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The transaction is malformed, for another chain, expired, too large, badly signed or replayed.
    #[error("transaction refused: {code}")]
    Refused {
        /// Stable code, from the same catalogue as receipts.
        code: String,
        /// Parameters for the message.
        params: std::collections::BTreeMap<String, String>,
    },
    /// The queue is full.
    #[error("the ledger's queue is full; try again")]
    Busy,
    /// Not committed in time; it may still be.
    #[error("not committed within {0:?}")]
    TimedOut(Duration),
    /// The history asked for is no longer kept, or not yet there.
    #[error("height {0} is not available on this node")]
    NotAvailable(Height),
    /// The store or the engine failed.
    #[error("ledger: {0}")]
    Internal(String),
}

/// The ledger as the other rooms see it.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// The genesis document.
    fn genesis(&self) -> &Genesis;

    /// The suite of the chain.
    fn suite(&self) -> SuiteId {
        self.genesis().suite
    }

    /// Where the replica stands.
    fn status(&self) -> ChainStatus;

    /// A consistent view of the world state at the tip, for rules.
    fn view(&self) -> Arc<dyn StateRead + Send + Sync>;

    /// Puts a transaction into the queue and tells the other nodes of it.
    async fn submit(&self, tx: SignedTx) -> Result<TxId, LedgerError>;

    /// Waits until the transaction is committed.
    async fn wait(&self, tx: &TxId, at_most: Duration) -> Result<TxRecord, LedgerError>;

    /// A committed transaction.
    fn tx(&self, tx: &TxId) -> Result<Option<TxRecord>, LedgerError>;

    /// A committed transaction with its self-contained proof.
    fn tx_proof(&self, tx: &TxId) -> Result<Option<TxProof>, LedgerError>;

    /// A block.
    fn block(&self, height: Height) -> Result<Option<BlockRecord>, LedgerError>;

    /// A block's header alone.
    fn header(&self, height: Height) -> Result<Option<Header>, LedgerError>;

    /// The height of the block with this hash.
    fn height_of(&self, hash: &Digest) -> Result<Option<Height>, LedgerError>;

    /// A value as of a height; the tip when `None`.
    fn value(&self, key: &[u8], at: Option<Height>) -> Result<Option<Vec<u8>>, LedgerError>;

    /// A value, or its absence, with proof.
    fn state_proof(&self, key: &[u8], at: Option<Height>) -> Result<StateProof, LedgerError>;

    /// Evidence, oldest first.
    fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceRow>, LedgerError>;

    /// Every block from `from` on, without gaps, for ever.
    fn subscribe(&self, from: Height) -> BoxStream<'static, Arc<BlockRecord>>;
}
