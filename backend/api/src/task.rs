//! Tasks (可信计算任务).

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::page::page;
use crate::policy::{Disclosure, PolicyVerdict};
use crate::signing::{LedgerReceipt, signed};

/// Kind of task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// 隐私求交
    Psi,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waiting for approvals.
    Proposed,
    /// Every party approved; the nodes run it.
    Ready,
    /// The attestations of all parties agree.
    Completed,
    /// The attestations contradict each other or the ledger.
    Disputed,
    /// A run failed; it may be tried again.
    Failed,
    /// A party said no.
    Rejected,
    /// The proposer withdrew it.
    Cancelled,
}

/// What to do with rows whose keys are equal within one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateRule {
    /// Refuse to run when there are any.
    Reject,
    /// Keep the first row of each key.
    First,
    /// Match every row with every row (inner join).
    Join,
}

/// File format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResultFormat {
    /// UTF-8 CSV with a header line.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// One party of a task and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPartySpec {
    /// The organisation, owner of the dataset.
    pub organisation: String,
    /// Its dataset.
    pub dataset: String,
    /// The version of it; absent: the latest (the preview fills it in).
    #[serde(default)]
    pub version: Option<u32>,
    /// Key columns, in order.
    pub keys: Vec<String>,
    /// Columns released to the receiver for matched rows; of the receiver's own dataset: columns it keeps.
    #[serde(default)]
    pub payload: Vec<String>,
    /// The grant under which the receiver uses this dataset; null for the receiver's own.
    #[serde(default)]
    pub grant: Option<String>,
}

/// Proposes a private set intersection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskCreate {
    /// Kind of task.
    pub kind: TaskKind,
    /// Title for people.
    pub title: String,
    /// Purpose of use; must be the grants' purpose.
    pub purpose: String,
    /// The two parties.
    pub parties: Vec<TaskPartySpec>,
    /// Who learns the result: one of the parties.
    pub receiver: String,
    /// Canonical rule per key column, in the order of `keys`, e.g. `id-cn/1`; see `GET /v1/key_rules`.
    pub key_rules: Vec<String>,
    /// Duplicates.
    pub duplicates: DuplicateRule,
    /// Format of the receiver's file.
    pub format: ResultFormat,
    /// Not started after this time.
    pub not_after: Timestamp,
    /// How many times a failed run may be tried again under the same approvals; 3 by default.
    #[serde(default)]
    pub attempts_max: Option<u8>,
    /// 16 random bytes, hex; the preview (or the server) fills it in when absent.
    #[serde(default)]
    pub salt: Option<String>,
    /// The task this one repeats.
    #[serde(default)]
    pub rerun_of: Option<String>,
}
signed!(/// Proposes a task, signed by a requester.
    TaskCreateSigned of TaskCreate);

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalDecision {
    /// Yes, for this organisation.
    Approve,
    /// No, for this organisation.
    Reject,
}

/// Answers a proposed task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalCreate {
    /// Digest of the specification the person read, i.e. the task's id; 409 when it is another task's.
    pub task: String,
    /// Yes or no.
    pub decision: ApprovalDecision,
    /// Why not; needed to reject.
    #[serde(default)]
    pub reason: Option<String>,
}
signed!(/// Answers a proposed task, signed by a person of a party.
    ApprovalCreateSigned of ApprovalCreate);

/// Withdraws a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancellationCreate {
    /// The task.
    pub task: String,
    /// Why; public to the consortium.
    pub reason: String,
}
signed!(/// Withdraws a task, signed by its proposer.
    CancellationCreateSigned of CancellationCreate);

/// Runs a task (again).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunCreate {
    /// `true`: tell this node to start even if the ledger does not permit it: the drill that shows that the other
    /// party's node refuses and records why. `false`: another attempt of a failed task (signed by the proposer).
    #[serde(default)]
    pub force: bool,
    /// Needed unless `force`: another attempt is a signed ledger action.
    #[serde(default)]
    pub signing: Option<crate::signing::Signing>,
}

/// What became of the request to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunStarted {
    /// The task.
    pub task: TaskDetail,
    /// The transaction of the new attempt; null for a forced start.
    #[schema(required)]
    pub receipt: Option<LedgerReceipt>,
    /// Outcome of a forced start: the code with which it was refused, and by whom.
    #[schema(required)]
    pub refusal: Option<Refusal>,
}

/// Which side of a task this organisation is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskInvolvement {
    /// 我发布的: proposed here.
    Published,
    /// 我参与的: proposed elsewhere, takes part here.
    Joined,
    /// Neither; seen as a member of the consortium.
    Observed,
}

/// Role in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProtocolRole {
    /// Learns the result.
    Receiver,
    /// Learns nothing but sizes.
    Sender,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskSummary {
    /// Digest of its specification.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: TaskKind,
    /// Purpose.
    pub purpose: String,
    /// Where it stands.
    pub state: TaskState,
    /// Which side this organisation is on.
    pub involvement: TaskInvolvement,
    /// It waits for an approval of this organisation.
    pub needs_me: bool,
    /// Proposer's organisation.
    pub proposer: OrganisationRef,
    /// The person, `org/account`.
    pub proposed_by: String,
    /// Who takes part.
    pub parties: Vec<OrganisationRef>,
    /// Who learns the result.
    pub receiver: OrganisationRef,
    /// Approvals so far.
    pub approvals: u32,
    /// Approvals needed.
    pub approvals_needed: u32,
    /// Runs so far.
    pub attempts: u32,
    /// When it was proposed (block time).
    pub proposed_at: Timestamp,
    /// Not started after this time.
    pub not_after: Timestamp,
    /// When it reached its final state (block time).
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    /// Latest change (block time).
    pub updated_at: Timestamp,
}

page!(/// A page of tasks.
    TaskPage of TaskSummary);

/// Order of a list of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskSort {
    /// Latest change first.
    #[default]
    UpdatedAt,
    /// Latest proposal first.
    ProposedAt,
    /// By title.
    Title,
}

/// Filters of the list of tasks. With `Accept: text/csv` the list comes as CSV.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Words in the title or purpose, or the start of the id.
    pub q: Option<String>,
    /// Which side this organisation is on.
    pub involvement: Option<TaskInvolvement>,
    /// Only of this kind.
    pub kind: Option<TaskKind>,
    /// Only in this state.
    pub state: Option<TaskState>,
    /// Only those that name this dataset.
    pub dataset: Option<String>,
    /// Only with this organisation.
    pub org: Option<String>,
    /// `true`: only those that wait for this organisation.
    pub needs_me: Option<bool>,
    /// Order.
    pub sort: Option<TaskSort>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

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
    /// Dataset it read.
    pub dataset: String,
    /// Version.
    pub version: u32,
    /// Commitment re-derived from the rows that were read.
    pub commitment: String,
    /// Rows read.
    pub rows: u64,
    /// Distinct keys that entered the protocol.
    pub items: u64,
    /// Rows without a key.
    pub nulls: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
    /// Channels, one per peer.
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
    /// Canonical CBOR of the specification, hex; its tagged digest is the id.
    pub canonical: String,
    /// Parties, in protocol order.
    pub party_list: Vec<TaskParty>,
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

/// State of a run on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Not started here.
    Waiting,
    /// Running.
    Running,
    /// Finished well.
    Finished,
    /// Failed.
    Failed,
    /// Stopped by a person.
    Cancelled,
}

/// Live progress, one lane per party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskProgress {
    /// The task.
    pub task: String,
    /// State on the ledger.
    pub state: TaskState,
    /// Run, 0 before the first.
    pub attempt: u32,
    /// Session of the run.
    #[schema(required)]
    pub session: Option<String>,
    /// State of the run on this node.
    pub run: RunState,
    /// Lanes; a peer's lane is what it told this node over the mesh.
    pub parties: Vec<PartyProgress>,
    /// Number of this snapshot; the SSE event id.
    pub sequence: u64,
}

/// One party's lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartyProgress {
    /// The organisation.
    pub organisation: OrganisationRef,
    /// Stage id, e.g. `waiting`, `reading`, `preparing`, `exchanging`, `writing`, `attesting`, `done`.
    pub stage: String,
    /// 1-based index of the stage; 0 before the first.
    pub stage_index: u32,
    /// Number of stages.
    pub stages: u32,
    /// Units done in this stage.
    pub done: u64,
    /// Units of this stage; null while unknown.
    #[schema(required)]
    pub total: Option<u64>,
    /// Rows read.
    pub rows: u64,
    /// Bytes sent to peers.
    pub sent_bytes: u64,
    /// Bytes received from peers.
    pub received_bytes: u64,
    /// Resident memory of the party's process, if it tells.
    #[schema(required)]
    pub memory_bytes: Option<u64>,
    /// Last sign of life (this node's clock).
    #[schema(required)]
    pub heartbeat_at: Option<Timestamp>,
    /// Estimated time to the end.
    #[schema(required)]
    pub eta_ms: Option<u64>,
    /// Code of the failure.
    #[schema(required)]
    pub error: Option<String>,
}

/// One line of a task's log on this node. Holds no values of the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskLogLine {
    /// This node's clock.
    pub at: Timestamp,
    /// `info`, `warn` or `error`.
    pub level: String,
    /// Run.
    pub attempt: u32,
    /// Stage.
    pub stage: String,
    /// What happened.
    pub message: String,
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskLog {
    /// Lines, oldest first.
    pub items: Vec<TaskLogLine>,
}

/// The report (任务报告): everything about the task on one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskReport {
    /// The task.
    pub task: TaskDetail,
    /// Milliseconds from proposal to the last approval (block times).
    #[schema(required)]
    pub approval_ms: Option<u64>,
    /// Milliseconds from ready to completed (block times).
    #[schema(required)]
    pub run_ms: Option<u64>,
    /// The result, at the receiver only.
    #[schema(required)]
    pub result: Option<TaskResult>,
    /// Transactions of the task in order.
    pub evidence: Vec<crate::evidence::EvidenceItem>,
    /// When the report was made.
    pub made_at: Timestamp,
}

/// The result file, known at the receiver only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskResult {
    /// Run it comes from.
    pub attempt: u32,
    /// Format.
    pub format: ResultFormat,
    /// Rows.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
    /// Columns in order.
    pub columns: Vec<String>,
    /// Salted commitment as attested on the ledger.
    pub commitment: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Name to save it under.
    pub filename: String,
}

/// Consistency check (一致性检查): digests re-derived from what this node still holds, beside the ledger's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsistencyReport {
    /// The task.
    pub task: String,
    /// Every comparison that could be made agrees.
    pub consistent: bool,
    /// Comparisons.
    pub items: Vec<ConsistencyItem>,
    /// What this check does not show, in words.
    pub not_checked: Vec<String>,
    /// When.
    pub checked_at: Timestamp,
}

/// Outcome of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsistencyOutcome {
    /// Both agree.
    Equal,
    /// They differ.
    Differs,
    /// This node no longer holds what would be needed.
    Unavailable,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsistencyItem {
    /// Stable name, e.g. `spec`, `input_commitment`, `transcript_sent`, `result`.
    pub name: String,
    /// What was compared, in the language asked for.
    pub label: String,
    /// Outcome.
    pub outcome: ConsistencyOutcome,
    /// Value on the ledger.
    pub expected: String,
    /// Value re-derived here.
    #[schema(required)]
    pub actual: Option<String>,
    /// What differs exactly, e.g. the row; null when equal.
    #[schema(required)]
    pub detail: Option<String>,
}

/// A canonical key rule (规范化规则).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyRule {
    /// Versioned id, e.g. `id-cn/1`.
    pub id: String,
    /// Name, in the language asked for.
    pub title: String,
    /// What it does, in the language asked for.
    pub description: String,
}

/// The key rules this node knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyRuleList {
    /// Rules.
    pub items: Vec<KeyRule>,
}
