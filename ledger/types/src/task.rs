//! A task from proposal to outcome. The specification is what everybody signs; the rest is what the
//! contract records about it.

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::cbor;
use crate::id::{AccountRef, ChainId, DatasetId, GrantId, Height, OrgId, SessionId, TaskId, TimeMs};
use crate::object::{Purpose, Revocation, TaskKindName};
use crate::preimage::{self, Tag};
pub use crate::psi::{
    Aggregate, AggregateFunction, AggregatesOutput, DuplicateRule, PsiOutput, PsiSpec, ResultFormat, RowJoin,
    RowsOutput,
};

/// Which algorithm, in which version; see [`crate::algorithm`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlgorithmRef {
    /// Name, e.g. `psi.ecdh-ristretto255`.
    pub id: String,
    /// Version, e.g. `1`.
    pub version: String,
}

/// Numbers over a private set intersection: how many keys match, sums and averages over their rows (circuit-PSI).
pub const PSI_CIRCUIT: &str = "psi.circuit-gf128";
/// Its version.
pub const PSI_CIRCUIT_VERSION: &str = "1";
/// Private set intersection by Diffie–Hellman on Ristretto255, in OPRF form.
pub const PSI_ECDH: &str = "psi.ecdh-ristretto255";
/// Its version.
pub const PSI_ECDH_VERSION: &str = "1";
/// Private set intersection by RR22 (VOLE and OKVS), malicious variant.
pub const PSI_RR22: &str = "psi.rr22-gf128";
/// Its version.
pub const PSI_RR22_VERSION: &str = "1";
/// The low-traffic form of RR22, malicious variant.
pub const PSI_RR22_LOW: &str = "psi.rr22-low-gf128";
/// Its version.
pub const PSI_RR22_LOW_VERSION: &str = "1";
/// Private set intersection of three to eight parties by a star of oblivious programmable PRFs.
pub const PSI_STAR: &str = "psi.star-opprf";
/// Its version.
pub const PSI_STAR_VERSION: &str = "1";
/// Private set intersection whose result goes to a third party, by tags under a key that the data parties share.
pub const PSI_DELEGATED: &str = "psi.delegated-prf";
/// Its version.
pub const PSI_DELEGATED_VERSION: &str = "1";
/// Unbalanced private set intersection: a verifiable oblivious function, and a set-up by epoch.
pub const PSI_UNBALANCED: &str = "psi.unbalanced-voprf";
/// Its version.
pub const PSI_UNBALANCED_VERSION: &str = "1";

/// What is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// 隐私求交
    Psi(PsiSpec),
}

impl TaskKind {
    /// The kind without its parameters.
    pub fn name(&self) -> TaskKindName {
        match self {
            Self::Psi(_) => TaskKindName::Psi,
        }
    }
}

/// One party of a task and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskParty {
    /// The organisation, owner of the dataset.
    pub org: OrgId,
    /// Its dataset.
    pub dataset: DatasetId,
    /// The version of it.
    pub version: u32,
    /// Key columns, in order.
    pub keys: Vec<String>,
    /// Columns released to the receiver for matched rows; for the receiver's own dataset: columns it keeps
    /// in its result file. Of a result to both sides: columns that a side keeps in its file and releases to the other. A
    /// key may stand here too when the receiver is a third: it sees no other keys.
    pub payload: Vec<String>,
    /// The grant under which another uses this dataset; absent for the receiver's own, unless the result goes to both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
}

/// The specification of a task; its digest is the task id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    /// Version of this structure, 1.
    pub v: u8,
    /// Title for people.
    pub title: String,
    /// Purpose of use.
    pub purpose: Purpose,
    /// What is computed.
    pub kind: TaskKind,
    /// By which algorithm.
    pub algorithm: AlgorithmRef,
    /// Who brings data, in the order that gives protocol roles.
    pub parties: Vec<TaskParty>,
    /// Who learns the result: one of the parties, or a third that brings no data. Of a result to both, who learns it first
    /// and proves it to the other.
    pub receiver: OrgId,
    /// Not started after this time (block time).
    pub not_after_ms: TimeMs,
    /// How many times a failed run may be tried again under the same approvals.
    pub attempts_max: u8,
    /// 16 random bytes: two tasks with equal words stay two tasks.
    pub salt: ByteBuf,
    /// The task that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerun_of: Option<TaskId>,
}

impl TaskSpec {
    /// The id: tagged digest of the canonical bytes.
    pub fn id(&self, suite: SuiteId, chain: &ChainId) -> TaskId {
        TaskId(preimage::digest(suite, Tag::Task, chain, &cbor::to_bytes(self)))
    }

    /// Whether an organisation is given a result.
    pub fn receives(&self, org: &OrgId) -> bool {
        let TaskKind::Psi(psi) = &self.kind;
        org == &self.receiver || (psi.output.to_both() && self.party(org).is_some())
    }

    /// Who comes to see what a party releases. Nobody sees what the receiver brings, unless the result goes to both: then
    /// the other party does.
    pub fn released_to(&self, org: &OrgId) -> Option<&OrgId> {
        let TaskKind::Psi(psi) = &self.kind;
        if org != &self.receiver {
            return Some(&self.receiver);
        }
        let mut others = self.parties.iter().map(|p| &p.org).filter(|o| *o != org);
        others.next().filter(|_| psi.output.to_both())
    }

    /// The party of an organisation.
    pub fn party(&self, org: &OrgId) -> Option<&TaskParty> {
        self.parties.iter().find(|p| &p.org == org)
    }

    /// The receiver, when it brings no data.
    pub fn third(&self) -> Option<&OrgId> {
        self.party(&self.receiver).is_none().then_some(&self.receiver)
    }

    /// Every organisation whose approval and node the task needs: the parties in their order, then the third.
    pub fn members(&self) -> impl Iterator<Item = &OrgId> {
        self.parties.iter().map(|p| &p.org).chain(self.third())
    }

    /// Whether an organisation brings data or receives.
    pub fn has_member(&self, org: &OrgId) -> bool {
        &self.receiver == org || self.party(org).is_some()
    }

    /// The role of a member.
    pub fn role(&self, org: &OrgId) -> ProtocolRole {
        if &self.receiver == org { ProtocolRole::Receiver } else { ProtocolRole::Sender }
    }
}

/// H(task ‖ previous block ‖ height ‖ attempt).
pub fn session_id(
    suite: SuiteId,
    chain: &ChainId,
    task: &TaskId,
    prev_block: &Digest,
    height: Height,
    attempt: u8,
) -> SessionId {
    let mut bytes = Vec::with_capacity(73);
    bytes.extend_from_slice(&task.0.0);
    bytes.extend_from_slice(&prev_block.0);
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.push(attempt);
    SessionId(preimage::digest(suite, Tag::Session, chain, &bytes))
}

/// One approver's signature on the task; the transaction that carried it is the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Who.
    pub by: AccountRef,
    /// When (block time).
    pub at_ms: TimeMs,
    /// At which height.
    pub height: Height,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Waiting for approvals.
    Proposed,
    /// Every party approved; the nodes may run it.
    Ready,
    /// The attestations of all parties agree.
    Completed,
    /// The attestations contradict each other or the ledger.
    Disputed,
    /// A run failed; it may be tried again within `attempts_max`.
    Failed,
    /// A party said no.
    Rejected,
    /// The proposer withdrew it.
    Cancelled,
}

/// One run of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Session of the run.
    pub session: SessionId,
    /// 1, 2, …
    pub attempt: u8,
    /// When (block time) it became ready.
    pub ready_at_ms: TimeMs,
    /// At which height.
    pub height: Height,
    /// Attestations so far, in the order of arrival.
    pub attestations: Vec<Attestation>,
    /// Failures so far.
    pub failures: Vec<RunFailure>,
}

/// A failure or refusal reported by a party's node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFailure {
    /// Whose node reported.
    pub org: OrgId,
    /// Stable code, e.g. `policy_refused`, `peer_lost`.
    pub code: String,
    /// What happened, without any value of the data.
    pub detail: String,
    /// When (block time).
    pub at_ms: TimeMs,
}

/// An attempt to start a task that the rules do not permit, recorded by the node that refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Whose node refused.
    pub by: OrgId,
    /// Whose node asked.
    pub asked_by: OrgId,
    /// Stable code of the first rule that forbade it.
    pub code: String,
    /// When (block time).
    pub at_ms: TimeMs,
}

/// Role in a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProtocolRole {
    /// Learns the result.
    Receiver,
    /// Learns nothing but sizes.
    Sender,
}

/// The input one party used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputUsed {
    /// Dataset.
    pub dataset: DatasetId,
    /// Version.
    pub version: u32,
    /// Commitment root re-derived from the rows that were read.
    pub commitment: Digest,
    /// Rows read.
    pub rows: u64,
    /// Distinct keys that entered the protocol (canaries excluded).
    pub items: u64,
    /// Rows without a key.
    pub nulls: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
}

/// One end's view of the channel to one peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelView {
    /// The other end.
    pub peer: OrgId,
    /// Transcript digest of what was sent.
    pub sent: Digest,
    /// Transcript digest of what was received.
    pub received: Digest,
    /// Bytes sent, frames' headers included.
    pub sent_bytes: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Items the peer announced.
    pub peer_items: u64,
    /// The peer's seed commitment as received before the run.
    pub peer_seed_commitment: Digest,
}

/// What a party's node states about a run it took part in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Whose node.
    pub org: OrgId,
    /// Its role.
    pub role: ProtocolRole,
    /// Algorithm that ran.
    pub algorithm: AlgorithmRef,
    /// Digest of what all members negotiated.
    pub parameters: Digest,
    /// What it read; a third that only receives has nothing to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<InputUsed>,
    /// Channels, one per other member of the task.
    pub channels: Vec<ChannelView>,
    /// Whether every canary was found where it must be and not found where it must not be; a party that
    /// sees no result says `None`.
    pub canaries_ok: Option<bool>,
    /// Commitment to the seed of its randomness, sent to every peer before the run.
    pub seed_commitment: Digest,
    /// Salted commitment to the result file; the receiver alone has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Digest>,
    /// Version of the software.
    pub software: String,
    /// Its own clock at the start.
    pub started_ms: TimeMs,
    /// Its own clock at the end.
    pub finished_ms: TimeMs,
}

/// A task with all that the contract knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Identifier.
    pub id: TaskId,
    /// What was proposed.
    pub spec: TaskSpec,
    /// By whom.
    pub proposed_by: AccountRef,
    /// When (block time).
    pub proposed_at_ms: TimeMs,
    /// Where it stands.
    pub status: TaskStatus,
    /// One per member at most.
    pub approvals: Vec<Approval>,
    /// Reason of a rejection or cancellation, and who gave it.
    pub closed: Option<Revocation>,
    /// Runs, oldest first.
    pub runs: Vec<Run>,
    /// Refused attempts to run it.
    pub refusals: Vec<Refusal>,
    /// What differs, when disputed: stable codes.
    pub disputes: Vec<String>,
    /// When (block time) it reached its final state.
    pub finished_at_ms: Option<TimeMs>,
}

impl Task {
    /// The latest run.
    pub fn run(&self) -> Option<&Run> {
        self.runs.last()
    }
}
