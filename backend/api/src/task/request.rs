//! What is asked of a task: its specification, answers to it, runs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Refusal, TaskDetail};
use crate::Timestamp;
use crate::algorithm::AlgorithmRef;
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
    /// Of the rows of a key the first counts. A result with all own rows, or with those that match nothing, has the later
    /// own ones all the same.
    First,
    /// Match every row with every row.
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

/// What a private set intersection gives to its receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PsiOutput {
    /// Rows of a join.
    Rows {
        /// Which rows are in the result.
        join: RowJoin,
        /// Whether the other side gets a file too, of its own rows and the columns that the receiver releases. The receiver
        /// learns the result first and proves to the other, key by key, what matched; it cannot claim what it does not
        /// hold, but can keep matches to itself. Needs an algorithm that gives `rows_both`, and a grant on the receiver's
        /// dataset for the other side.
        #[serde(default)]
        both: bool,
    },
    /// The number of keys that both sides hold, and not which.
    Cardinality,
    /// Sums and averages over matched rows, and not which rows matched.
    Aggregates {
        /// In the order of the result's columns; each once.
        functions: Vec<Aggregate>,
    },
}

/// Which of its own rows somebody's result has. The other side's rows that match nothing it never has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowJoin {
    /// Those that match.
    Inner,
    /// All, with repeated keys and without key; released columns are empty where nothing matches.
    Left,
    /// Those that do not match.
    Unmatched,
}

/// One aggregate over the matched rows of the side that does not receive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// What is computed.
    pub function: AggregateFunction,
    /// Of which column; it stands among the `payload` of that party.
    pub column: String,
}

/// What is computed of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunction {
    /// Sum of its values; rows without a value count as nothing.
    Sum,
    /// Sum divided by the number of values.
    Average,
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
    /// Columns released to the receiver for matched rows; of the receiver's own dataset: columns it keeps. Of a result to
    /// both sides: columns that a side keeps and releases to the other.
    #[serde(default)]
    pub payload: Vec<String>,
    /// The grant under which another uses this dataset; null for the receiver's own, unless the result goes to both. Absent: the preview fills in the
    /// one in force for this purpose that lasts longest.
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
    /// By which algorithm; see `GET /v1/algorithms`. Absent: the one that `POST /v1/psi_estimates` recommends (the preview
    /// fills it in).
    #[serde(default)]
    pub algorithm: Option<AlgorithmRef>,
    /// Fewest distinct keys that must match for the result to be released; 0, the default, for none. For rows the
    /// receiver's node enforces it: it writes no file and fails the run with `matches_below_minimum` when fewer match. For
    /// a cardinality and for aggregates the protocol does: nobody learns more than that there were fewer.
    #[serde(default)]
    pub min_matches: Option<u64>,
    /// What the receiver is given; absent: the rows that match.
    #[serde(default)]
    pub output: Option<PsiOutput>,
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
