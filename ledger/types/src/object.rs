//! The business objects of the world state. One object is one leaf of the state tree, stored as canonical
//! CBOR under the key that `ledger_contract::state_key` gives it.

use std::collections::BTreeSet;

use ledger_crypto::{Digest, PublicKey};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, AccountRef, ApplicationId, DatasetId, GrantId, Height, OrgId, TimeMs};
use crate::usage::UsageLimits;

/// What an account may do. One account may hold several roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 数据提供方: publishes datasets, sets policy, reviews applications, approves tasks on its data.
    DataOwner,
    /// 数据需求方: applies for data, proposes, approves for its own side and cancels tasks.
    Requester,
    /// 审计方: reads evidence; changes nothing.
    Auditor,
    /// 平台运营方: registers and freezes the accounts of its own organisation.
    Operator,
    /// The organisation's node: attests and reports failures. Never given to a person.
    Node,
}

/// Whether an organisation, account or dataset may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In use.
    Active,
    /// Stopped for the time being; can be enabled again.
    Frozen,
}

/// A member of the consortium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Identifier.
    pub id: OrgId,
    /// Chinese name, e.g. 人社局.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Identity of the organisation's node: mesh, validator votes, account `node`.
    pub node_key: PublicKey,
    /// Whether the organisation takes part.
    pub status: Status,
}

/// An account and the key with which it signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Identifier.
    pub id: AccountRef,
    /// Name to show, e.g. 李伟.
    pub display_name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// The key that verifies its signatures.
    pub key: PublicKey,
    /// Raised by one with every key change.
    pub key_version: u32,
    /// Whether it may act.
    pub status: Status,
}

/// Anti-replay window of one account: the highest nonce used and which of the [`NONCE_WINDOW`] before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonceWindow {
    /// Highest nonce used so far; 0 when none. The first nonce is 1.
    pub high: u64,
    /// Bit `i` (word `i / 64`, bit `i % 64`) says whether nonce `high - i` was used. Trailing zero words are cut.
    pub seen: Vec<u64>,
}

/// How far below the highest nonce a late transaction may lie.
pub const NONCE_WINDOW: u64 = 4096;

/// How far above the highest nonce the next one may lie.
pub const NONCE_AHEAD_MAX: u64 = 1 << 20;

/// Sensitivity of a dataset or column (数据分级), after GB/T 43697: 1 public … 4 core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// 公开
    Public,
    /// 内部 (一般数据)
    Internal,
    /// 敏感 (重要数据)
    Sensitive,
    /// 核心
    Core,
}

/// Logical type of a column, independent of the source's own type names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Character string.
    Text,
    /// Whole number.
    Integer,
    /// Fixed or floating number.
    Number,
    /// True or false.
    Boolean,
    /// Calendar date.
    Date,
    /// Point in time.
    Timestamp,
    /// Octets.
    Binary,
}

/// What may be done with a column: the vocabulary of DESIGN §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Disclosure {
    /// May be shown as it is.
    Plaintext,
    /// May be used as a join key; the receiver learns which of its own keys matched.
    PlaintextAfterJoin,
    /// May be shown for the rows that matched a join.
    PlaintextAsJoinPayload,
    /// May be shown after GROUP BY.
    PlaintextAfterGroupBy,
    /// Only the outcome of a comparison may be shown.
    PlaintextAfterCompare,
    /// Only aggregates may be shown.
    PlaintextAfterAggregate,
    /// May be computed on, never shown.
    EncryptedOnly,
}

/// Whom a rule speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// Every member of the consortium.
    Any,
    /// One organisation.
    Org(OrgId),
}

/// Purpose of use (用途), a term both sides agree on, e.g. `loan-review`.
pub type Purpose = String;

/// One permission on one column. Without a rule nothing is permitted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// Who may.
    pub grantee: Grantee,
    /// For which purpose; absent means for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// What.
    pub allow: Disclosure,
    /// Until when (block time); absent means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after_ms: Option<TimeMs>,
}

/// A column as the catalogue shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name in the source.
    pub name: String,
    /// Logical type.
    pub data_type: ColumnType,
    /// What it means, for people.
    pub description: String,
    /// Grade.
    pub sensitivity: Sensitivity,
    /// What may be done with it.
    pub rules: Vec<ColumnRule>,
}

/// What the owner commits to when it publishes a version: a Merkle root over salted rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetCommitment {
    /// Scheme, at present `salted-rows/1`: leaf = H(row tag ‖ chain ‖ salt_i ‖ canonical row).
    pub scheme: String,
    /// Merkle root over the leaves in row order.
    pub root: Digest,
    /// Number of rows.
    pub rows: u64,
    /// Digest of the canonical schema (column names and types in order).
    pub schema: Digest,
}

/// One version of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetVersion {
    /// 1, 2, …
    pub version: u32,
    /// What was committed.
    pub commitment: DatasetCommitment,
    /// When (block time) it was published.
    pub published_at_ms: TimeMs,
    /// At which height.
    pub height: Height,
}

/// A dataset in the catalogue: metadata, policy, commitments; never rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Identifier.
    pub id: DatasetId,
    /// The organisation that owns it.
    pub owner: OrgId,
    /// Title for people.
    pub title: String,
    /// Description for people.
    pub description: String,
    /// Theme (主题), e.g. `社会保障`.
    pub theme: String,
    /// Grade of the whole.
    pub sensitivity: Sensitivity,
    /// Columns with their policy.
    pub columns: Vec<Column>,
    /// Raised by one with every change of columns' rules or of limits.
    pub policy_version: u32,
    /// How much partners may use it: one entry per partner, and one for all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<UsageLimits>,
    /// Versions, oldest first.
    pub versions: Vec<DatasetVersion>,
    /// Whether it may be used.
    pub status: Status,
    /// Who published it.
    pub published_by: AccountRef,
}

/// What an applicant asks to do with one column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnUse {
    /// Column name.
    pub column: String,
    /// What is asked for, or granted.
    pub disclosure: Disclosure,
}

/// Kinds of task a grant may cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKindName {
    /// 隐私求交
    Psi,
}

/// The scope of an application and of the grant it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Columns and their uses.
    pub columns: Vec<ColumnUse>,
    /// Purpose.
    pub purpose: Purpose,
    /// Kinds of task.
    pub kinds: BTreeSet<TaskKindName>,
    /// Until when (block time).
    pub not_after_ms: TimeMs,
    /// How many tasks.
    pub uses: u32,
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStatus {
    /// Waiting for the owner.
    Submitted,
    /// Approved; the grant says what exactly.
    Approved(GrantId),
    /// Rejected, with the owner's reason.
    Rejected(String),
}

/// An application for data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Identifier.
    pub id: ApplicationId,
    /// Which dataset.
    pub dataset: DatasetId,
    /// Who applies.
    pub applicant: AccountRef,
    /// For what.
    pub scope: Scope,
    /// Reason in words (public to the consortium).
    pub reason: String,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// When it was submitted (block time).
    pub submitted_at_ms: TimeMs,
    /// Who reviewed it.
    pub reviewed_by: Option<AccountRef>,
    /// When it was reviewed (block time).
    pub reviewed_at_ms: Option<TimeMs>,
}

/// A revocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Who revoked.
    pub by: AccountRef,
    /// When (block time).
    pub at_ms: TimeMs,
    /// Why.
    pub reason: String,
}

/// A grant: the owner's signed permission to one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Identifier.
    pub id: GrantId,
    /// The application it answers.
    pub application: ApplicationId,
    /// The dataset.
    pub dataset: DatasetId,
    /// The organisation that gives.
    pub grantor: OrgId,
    /// The organisation that may use.
    pub grantee: OrgId,
    /// What, for what, until when, how often. Never wider than the application.
    pub scope: Scope,
    /// How many tasks have consumed it.
    pub used: u32,
    /// Who granted.
    pub granted_by: AccountRef,
    /// When (block time).
    pub granted_at_ms: TimeMs,
    /// Set when revoked.
    pub revoked: Option<Revocation>,
}

/// Settings of the chain that rules read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Longest distance between a transaction's `valid_until` and the height it is executed at.
    pub valid_until_span_max: Height,
    /// Most bytes of one transaction.
    pub tx_bytes_max: u32,
    /// Most transactions of one block.
    pub block_txs_max: u32,
    /// Most bytes of one block body.
    pub block_bytes_max: u32,
    /// How far a proposer's clock may be ahead of a validator's, in milliseconds.
    pub clock_drift_max_ms: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            valid_until_span_max: 600,
            tx_bytes_max: 256 * 1024,
            block_txs_max: 4000,
            block_bytes_max: 4 * 1024 * 1024,
            clock_drift_max_ms: 5_000,
        }
    }
}

/// The organisation's own node account.
pub const NODE_ACCOUNT: &str = "node";

/// The account that a node signs with.
pub fn node_account(org: &OrgId) -> AccountRef {
    AccountRef { org: org.clone(), account: AccountId::new(NODE_ACCOUNT).expect("a constant slug") }
}
