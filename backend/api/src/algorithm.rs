//! Algorithms (算法): what the consortium agreed on, what this node can run, and what a run would cost.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::task::{PsiOutput, TaskKind};

/// Which algorithm, in which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlgorithmRef {
    /// Name, e.g. `psi.ecdh-ristretto255`.
    pub id: String,
    /// Version, e.g. `1`.
    pub version: String,
}

/// Whether this node can run an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlgorithmState {
    /// Agreed on, described alike, built in.
    Usable,
    /// This node's software does not have its engine.
    NotInBuild,
    /// This node's software describes it otherwise than the consortium agreed.
    DescriptorDiffers,
    /// The consortium did not agree on it.
    NotRegistered,
}

/// Against whom an algorithm protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecurityModel {
    /// Parties that follow the protocol and look at what they see.
    SemiHonest,
    /// A party that deviates learns nothing more, but can make the result wrong.
    MaliciousPrivacy,
    /// A party that deviates learns nothing more and cannot have a false result accepted.
    Malicious,
}

/// An assumption or a leakage: a stable code and its words in the language asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlgorithmFact {
    /// Stable code.
    pub code: String,
    /// In words.
    pub text: String,
}

/// What an algorithm costs per item, for people who want to check an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlgorithmCost {
    /// Bits on the wire per item of the receiver.
    pub receiver_item_bits: u32,
    /// Bits on the wire per item of the sender.
    pub sender_item_bits: u32,
    /// Bytes on the wire whatever the sizes.
    pub fixed_bytes: u32,
    /// Nanoseconds of one core at the slower side, per item of either side, as this node would compute.
    pub item_ns: u32,
    /// Bytes of memory at the larger side, per item of either side.
    pub item_memory_bytes: u32,
    /// Times that one side waits for the other.
    pub rounds: u32,
    /// This node computes with vector kernels.
    pub vectorised: bool,
}

/// What this node's software says of an algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlgorithmDescription {
    /// What it does, in words.
    pub summary: String,
    /// Fewest parties.
    pub parties_min: u32,
    /// Most parties.
    pub parties_max: u32,
    /// What its receiver can be given: `rows`, `cardinality`, `aggregates`.
    pub outputs: Vec<String>,
    /// Against whom it protects.
    pub security: SecurityModel,
    /// The same in words.
    pub security_text: String,
    /// What must be hard.
    pub assumptions: Vec<AlgorithmFact>,
    /// What is learned beside the result.
    pub leakage: Vec<AlgorithmFact>,
    /// What it costs.
    pub cost: AlgorithmCost,
    /// Canonical CBOR of the descriptor, hex; its tagged digest is `digest`.
    pub canonical: String,
    /// Digest of the descriptor.
    pub digest: String,
}

/// An algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Algorithm {
    /// Name.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title in the language asked for.
    pub title: String,
    /// What it is for; null when this node does not know the kind.
    #[schema(required)]
    pub kind: Option<TaskKind>,
    /// Whether this node can run it.
    pub state: AlgorithmState,
    /// Why not, and what to do; null when it can.
    #[schema(required)]
    pub state_reason: Option<String>,
    /// Digest of the descriptor that the consortium agreed on at genesis; null when it did not.
    #[schema(required)]
    pub registered_digest: Option<String>,
    /// What this node's software says of it; null when it does not know it.
    #[schema(required)]
    pub description: Option<AlgorithmDescription>,
}

/// Every algorithm that the consortium agreed on or that this node's software describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlgorithmList {
    /// Sorted by name and version.
    pub items: Vec<Algorithm>,
}

/// One side of an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PsiEstimateParty {
    /// Its dataset.
    pub dataset: String,
    /// The version of it; absent: the latest.
    #[serde(default)]
    pub version: Option<u32>,
}

/// Asks what a private set intersection of two datasets would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PsiEstimateCreate {
    /// The two datasets; one is this organisation's.
    pub parties: Vec<PsiEstimateParty>,
    /// Who learns the result: the owner of one of them.
    pub receiver: String,
    /// What the receiver is given; absent: the rows that match. Only algorithms that can give it are compared.
    #[serde(default)]
    pub output: Option<PsiOutput>,
    /// Memory that the run may take on this node; absent: what is free now.
    #[serde(default)]
    pub memory_bytes: Option<u64>,
}

/// One side as it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EstimatedParty {
    /// The owner.
    pub organisation: OrganisationRef,
    /// Dataset.
    pub dataset: String,
    /// Version.
    pub version: u32,
    /// Rows, from the ledger.
    pub rows: u64,
    /// It learns the result.
    pub receives: bool,
}

/// The link as it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EstimatedLink {
    /// When it was measured; null: it was not, and 100 Mbit/s and 20 ms are assumed.
    #[schema(required)]
    pub measured_at: Option<Timestamp>,
    /// Round trip, microseconds.
    pub rtt_us: u64,
    /// Bytes per second in the slower direction.
    pub bytes_per_s: u64,
}

/// What one algorithm would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EstimateOption {
    /// The algorithm; only one whose state is `usable` can be named in a task.
    pub algorithm: Algorithm,
    /// It is the one to take.
    pub recommended: bool,
    /// The whole run.
    pub time_ms: u64,
    /// Of it: computing at the slower side.
    pub compute_ms: u64,
    /// Of it: bytes on their way.
    pub transfer_ms: u64,
    /// Memory on this node.
    pub memory_bytes: u64,
    /// Memory on the peer's node.
    pub peer_memory_bytes: u64,
    /// Bytes on the wire, both directions, without released columns.
    pub traffic_bytes: u64,
    /// This node has memory enough.
    pub fits: bool,
}

/// What a private set intersection would cost, by algorithm. An upper bound of the usual, not a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PsiEstimate {
    /// Both sides.
    pub parties: Vec<EstimatedParty>,
    /// The link between them.
    pub link: EstimatedLink,
    /// Threads that a run computes with on this node; the peer is taken to have as many.
    pub threads: u32,
    /// Memory that the run may take on this node; null when the system does not say.
    #[schema(required)]
    pub memory_bytes: Option<u64>,
    /// Every algorithm for this kind of task, sorted by name.
    pub options: Vec<EstimateOption>,
    /// The one to take; null when this node can run none.
    #[schema(required)]
    pub recommended: Option<AlgorithmRef>,
    /// Why: `only_usable`, `only_fits`, `least_memory`, `small_and_quick`, `fastest`, `few_against_many`.
    #[schema(required)]
    pub reason: Option<String>,
    /// The same in words.
    #[schema(required)]
    pub reason_text: Option<String>,
}
