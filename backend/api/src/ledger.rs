//! The explorer (浏览器): chain, blocks, transactions.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::page::page;

/// The chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chain {
    /// Chain id.
    pub id: String,
    /// `gm` (SM2, SM3, SM4) or `intl` (Ed25519, SHA-256, AES-GCM).
    pub suite: String,
    /// Digest of the genesis document: compare it with the one you trust.
    pub genesis: String,
    /// Height.
    pub height: u64,
    /// Hash of the latest block.
    pub block_hash: String,
    /// Its time.
    pub time: Timestamp,
    /// State root of the latest block.
    pub state_root: String,
    /// Transactions so far.
    pub transactions: u64,
    /// Milliseconds between blocks, mean of the last 20 that held transactions or fewer.
    #[schema(required)]
    pub block_interval_ms: Option<u64>,
    /// Who votes on blocks.
    pub validators: Vec<OrganisationRef>,
    /// Transactions per day for the last 14 days, oldest first.
    pub daily: Vec<DailyCount>,
}

/// Transactions of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DailyCount {
    /// UTC day, `YYYY-MM-DD`.
    pub day: String,
    /// Transactions.
    pub transactions: u64,
}

/// A block in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockSummary {
    /// Height.
    pub height: u64,
    /// Hash of the header.
    pub hash: String,
    /// Time agreed in the header.
    pub time: Timestamp,
    /// Who proposed it.
    pub proposer: OrganisationRef,
    /// Transactions in it.
    pub transactions: u32,
    /// Signatures in its certificate.
    pub signatures: u32,
    /// Validators at that height.
    pub validators: u32,
}

page!(/// A page of blocks, newest first.
    BlockPage of BlockSummary);

/// Filters of the list of blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BlockQuery {
    /// `true`: leave out blocks without transactions.
    pub non_empty: Option<bool>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// A vote in a commit certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateSignature {
    /// Validator.
    pub validator: OrganisationRef,
    /// Signature, hex.
    pub signature: String,
}

/// One field of a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeaderField {
    /// Name.
    pub name: String,
    /// Value; digests in hex.
    pub value: String,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Block {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: BlockSummary,
    /// Hash of the block before.
    pub previous_hash: String,
    /// Root of the world state after this block.
    pub state_root: String,
    /// Root of its transactions.
    pub transactions_root: String,
    /// Root of its receipts.
    pub receipts_root: String,
    /// Every header field, in canonical order.
    pub header: Vec<HeaderField>,
    /// Canonical CBOR of the header, hex; its tagged digest is the hash.
    pub header_canonical: String,
    /// Round of the certificate.
    pub round: u32,
    /// Votes.
    pub certificate: Vec<CertificateSignature>,
    /// Transactions.
    pub transaction_list: Vec<TransactionSummary>,
}

/// A transaction in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionSummary {
    /// Transaction id.
    pub id: String,
    /// Height.
    pub height: u64,
    /// Position in the block.
    pub index: u32,
    /// Block time.
    pub time: Timestamp,
    /// Ledger action, e.g. `dataset_publish`.
    pub action: String,
    /// Signer's organisation.
    pub organisation: OrganisationRef,
    /// Signer, `org/account`.
    pub actor: String,
    /// Accepted by the rules.
    pub accepted: bool,
    /// Code of the refusal.
    #[schema(required)]
    pub code: Option<String>,
}

page!(/// A page of transactions, newest first.
    TransactionPage of TransactionSummary);

/// Filters of the list of transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TransactionQuery {
    /// Only in this block.
    pub height: Option<u64>,
    /// Only this ledger action.
    pub action: Option<String>,
    /// Only by accounts of this organisation.
    pub organisation: Option<String>,
    /// `false`: only refused ones.
    pub accepted: Option<bool>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transaction {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: TransactionSummary,
    /// The signed structure, decoded.
    #[schema(value_type = Object)]
    pub decoded: serde_json::Value,
    /// Canonical CBOR of it, hex; its tagged digest is the id.
    pub canonical: String,
    /// Signature, hex.
    pub signature: String,
    /// Public key that verifies it, hex.
    pub public_key: String,
    /// What the rules answered, in words, in the language asked for.
    pub outcome: String,
    /// Events it caused.
    pub events: Vec<String>,
    /// Receipt with inclusion proof, header and certificate: what the verifiers check. Null while not available.
    #[schema(required, value_type = Option<Object>)]
    pub proof: Option<serde_json::Value>,
}

/// What to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// A height, a hash or the start of one, an id, a word of a title.
    pub q: String,
}

/// Kind of thing found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A block.
    Block,
    /// A transaction.
    Transaction,
    /// A task.
    Task,
    /// A dataset.
    Dataset,
    /// An application.
    Application,
    /// A grant.
    Grant,
    /// An organisation.
    Organisation,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// Kind.
    pub kind: HitKind,
    /// Id to open it with.
    pub id: String,
    /// Title.
    pub title: String,
}

/// At most 20 things found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchResult {
    /// Best first.
    pub items: Vec<SearchHit>,
}
