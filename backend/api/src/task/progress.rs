//! What a node tells of its runs: progress, log, report, result, consistency check.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ResultFormat, TaskDetail, TaskState};
use crate::Timestamp;
use crate::organisation::OrganisationRef;

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
    /// Cut off, and may go on.
    Interrupted,
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
    /// How often this run was resumed.
    pub resumptions: u32,
    /// The run is cut off now, and may go on.
    #[schema(required)]
    pub interruption: Option<RunInterruption>,
    /// Neither side has made progress for a while.
    #[schema(required)]
    pub stall: Option<RunStall>,
    /// Whether the run can be paused now and go on later.
    pub can_pause: bool,
    /// Number of this snapshot; the SSE event id.
    pub sequence: u64,
}

/// A run that is cut off and may go on from its last checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunInterruption {
    /// Code of what cut it off.
    pub code: String,
    /// The same in words.
    pub title: String,
    /// Organisations at which somebody paused it; it goes on when each of them says so.
    pub paused_by: Vec<OrganisationRef>,
    /// When it is given up (this node's clock).
    pub until: Timestamp,
    /// Whether this node can be asked to go on now.
    pub can_resume: bool,
}

/// Nothing moves: what each side does, since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunStall {
    /// Since when (this node's clock).
    pub since: Timestamp,
    /// What each side does.
    pub sides: Vec<StalledSide>,
}

/// What a party does while nothing moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StalledSide {
    /// The organisation.
    pub organisation: OrganisationRef,
    /// Its stage.
    pub stage: String,
    /// What it does.
    pub does: Standstill,
}

/// What a party does while nothing moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standstill {
    /// It computes or reads.
    Computes,
    /// It waits for the other side or for the link.
    Waits,
    /// No sign of life of it reaches this node.
    Silent,
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
    /// Code of the failure, or of what cut the run off.
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
    /// How often the latest run was resumed after it was cut off or paused; null when this node took no part in one.
    #[schema(required)]
    pub resumptions: Option<u32>,
    /// The result, at the receiver only.
    #[schema(required)]
    pub result: Option<TaskResult>,
    /// What this node measured of the last run; null when it took no part in it.
    #[schema(required)]
    pub own_run: Option<OwnRun>,
    /// Every comparison of what the parties' nodes stated of the last run; empty until all have attested.
    pub cross_checks: Vec<CrossCheck>,
    /// Transactions of the task in order.
    pub evidence: Vec<crate::evidence::EvidenceItem>,
    /// When the report was made.
    pub made_at: Timestamp,
}

/// One comparison of the attestations with each other and with the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CrossCheck {
    /// The dispute that it would raise.
    pub code: String,
    /// What holds, in the language asked for.
    pub label: String,
    /// It holds.
    pub ok: bool,
}

/// How long a phase took on this node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhaseTime {
    /// Stage, as in the progress.
    pub phase: String,
    /// Wall time.
    pub took_ms: u64,
}

/// What this node measured of a run, beside what it attested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnRun {
    /// Which run.
    pub attempt: u32,
    /// Rows whose key is not of the form that its rule expects; they take part as they are.
    #[schema(required)]
    pub irregular: Option<u64>,
    /// Own keys that the other side holds too: at the receiver, for those who may take the result.
    #[schema(required)]
    pub matched_keys: Option<u64>,
    /// Stages in their order.
    pub phases: Vec<PhaseTime>,
    /// From the start to the end on this node.
    #[schema(required)]
    pub total_ms: Option<u64>,
    /// Frames sent.
    #[schema(required)]
    pub sent_frames: Option<u64>,
    /// Frames received.
    #[schema(required)]
    pub received_frames: Option<u64>,
    /// Most memory resident in the node's process from its start to the end of the run.
    #[schema(required)]
    pub memory_peak_bytes: Option<u64>,
    /// Canaries of both sides that were found; all, or the run would have failed (receiver only).
    #[schema(required)]
    pub joint_canaries_found: Option<u32>,
    /// Own canaries that the other side does not know and that were not found; all (receiver only).
    #[schema(required)]
    pub private_canaries_absent: Option<u32>,
    /// The other side's own canaries that were there and matched nothing; all (receiver only).
    #[schema(required)]
    pub peer_canaries_present: Option<u32>,
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
