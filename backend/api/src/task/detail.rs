//! The task page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ProtocolRole, TaskCreate, TaskPartySpec, TaskSummary};
use crate::Timestamp;
use crate::algorithm::Algorithm;
use crate::organisation::OrganisationRef;
use crate::policy::{Disclosure, PolicyVerdict};
use crate::signing::LedgerReceipt;

/// One party of a task and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskParty {
    /// The organisation.
    pub organisation: OrganisationRef,
    /// This organisation.
    pub is_self: bool,
    /// Its role in the protocol.
    pub role: ProtocolRole,
    /// What it brings.
    pub spec: TaskPartySpec,
    /// Title of its dataset.
    pub dataset_title: String,
    /// Commitment of that version, from the ledger.
    #[schema(required)]
    pub commitment: Option<String>,
    /// Its approval.
    #[schema(required)]
    pub approval: Option<Approval>,
}

/// A receiver that brings no data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskThird {
    /// The organisation.
    pub organisation: OrganisationRef,
    /// This organisation.
    pub is_self: bool,
    /// Its approval: it consents to receive.
    #[schema(required)]
    pub approval: Option<Approval>,
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// Who, `org/account`.
    pub by: String,
    /// When (block time).
    pub at: Timestamp,
    /// At which height.
    pub height: u64,
}

/// What a column is used for in a task; for the approval page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ColumnFlow {
    /// Whose column.
    pub organisation: String,
    /// Dataset.
    pub dataset: String,
    /// Column.
    pub column: String,
    /// In which form it is used.
    pub disclosure: Disclosure,
    /// Organisations that come to see values of it (for matched rows only).
    pub visible_to: Vec<String>,
}

/// A refused attempt to start the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// Whose node refused.
    pub by: String,
    /// Whose node asked.
    pub asked_by: String,
    /// Stable code of the rule that forbade it.
    pub code: String,
    /// In words, in the language asked for.
    pub explanation: String,
    /// When (block time when on the ledger, else this node's clock).
    pub at: Timestamp,
}

/// A failure reported by a party's node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunFailure {
    /// Whose node.
    pub organisation: String,
    /// Stable code.
    pub code: String,
    /// What it means, in the language asked for.
    pub title: String,
    /// The cause.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// The node's own particulars.
    pub detail: String,
    /// When (block time).
    pub at: Timestamp,
}

/// One channel as one end saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelView {
    /// The other end.
    pub peer: String,
    /// Transcript digest of what was sent.
    pub sent: String,
    /// Transcript digest of what was received.
    pub received: String,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Items the peer announced.
    pub peer_items: u64,
}

/// What a party's node stated about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attestation {
    /// Whose node.
    pub organisation: String,
    /// Its role.
    pub role: ProtocolRole,
    /// Algorithm and version.
    pub algorithm: String,
    /// Digest of the protocol parameters.
    pub parameters: String,
    /// Dataset it read; null for a receiver that brings no data, as are version and commitment.
    #[schema(required)]
    pub dataset: Option<String>,
    /// Version.
    #[schema(required)]
    pub version: Option<u32>,
    /// Commitment re-derived from the rows that were read.
    #[schema(required)]
    pub commitment: Option<String>,
    /// Rows read.
    pub rows: u64,
    /// Distinct keys that entered the protocol.
    pub items: u64,
    /// Rows without a key.
    pub nulls: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
    /// Channels, one per other member.
    pub channels: Vec<ChannelView>,
    /// Planted rows were found exactly where they must be; null for a party that sees no result.
    #[schema(required)]
    pub canaries_ok: Option<bool>,
    /// Commitment to the seed of its randomness.
    pub seed_commitment: String,
    /// Salted commitment to the result file; the receiver alone has one.
    #[schema(required)]
    pub result: Option<String>,
    /// Software version.
    pub software: String,
    /// Its own clock at the start.
    pub started_at: Timestamp,
    /// Its own clock at the end.
    pub finished_at: Timestamp,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// 1, 2, …
    pub attempt: u32,
    /// Session: chosen by the ledger, by no single party.
    pub session: String,
    /// When it became ready (block time).
    pub ready_at: Timestamp,
    /// At which height.
    pub height: u64,
    /// What the nodes stated.
    pub attestations: Vec<Attestation>,
    /// What failed.
    pub failures: Vec<RunFailure>,
}

/// The task page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskDetail {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: TaskSummary,
    /// The specification as proposed.
    pub spec: TaskCreate,
    /// Algorithm and version, e.g. `psi.ecdh-ristretto255/1`.
    pub algorithm: String,
    /// What is known of it, and whether this node can run it.
    pub algorithm_detail: Algorithm,
    /// Canonical CBOR of the specification, hex; its tagged digest is the id.
    pub canonical: String,
    /// Parties, in protocol order.
    pub party_list: Vec<TaskParty>,
    /// The receiver, when it is none of them: it brings no data, and gets what they release.
    #[schema(required)]
    pub third: Option<TaskThird>,
    /// Which column is used in which form and who comes to see it.
    pub flows: Vec<ColumnFlow>,
    /// What each party can learn besides the result, in words.
    pub leakage: Vec<String>,
    /// The policy verdict on the present state.
    pub verdict: PolicyVerdict,
    /// The last completed task with the same parties and datasets, to compare with.
    #[schema(required)]
    pub previous: Option<PreviousRun>,
    /// Runs, oldest first.
    pub runs: Vec<Run>,
    /// Refused attempts to start it.
    pub refusals: Vec<Refusal>,
    /// What differs, when disputed, in words.
    pub disputes: Vec<Dispute>,
    /// Who closed it, when rejected or cancelled, `org/account`.
    #[schema(required)]
    pub closed_by: Option<String>,
    /// Why.
    #[schema(required)]
    pub closed_reason: Option<String>,
    /// What I may do now.
    pub actions: Vec<TaskAction>,
}

/// What differs from the last approved run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviousRun {
    /// That task.
    pub task: String,
    /// When it completed (block time).
    pub finished_at: Timestamp,
    /// Fields that differ.
    pub differences: Vec<Difference>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// Path of the field.
    pub path: String,
    /// Value then; null when it was absent.
    #[schema(required)]
    pub before: Option<String>,
    /// Value now; null when it is absent.
    #[schema(required)]
    pub after: Option<String>,
}

/// One point on which attestations contradict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dispute {
    /// Stable code.
    pub code: String,
    /// In words, in the language asked for.
    pub explanation: String,
}

/// An action on a task and whether I may take it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskAction {
    /// Which.
    pub name: TaskActionName,
    /// I may.
    pub allowed: bool,
    /// Why not, in the language asked for.
    #[schema(required)]
    pub reason: Option<String>,
}

/// Actions on a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskActionName {
    /// Approve or reject.
    Approve,
    /// Withdraw, or stop a run.
    Cancel,
    /// Another attempt.
    RunAgain,
    /// The fail-closed drill.
    ForceRun,
    /// Download the result.
    DownloadResult,
    /// Consistency check.
    ConsistencyCheck,
    /// New task with the same parameters.
    Clone,
}

/// A task and where its latest step stands on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskCommitted {
    /// The task after the step.
    pub task: TaskDetail,
    /// The transaction.
    pub receipt: LedgerReceipt,
}
