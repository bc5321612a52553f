//! What a side can state about a run: the material of its attestation.

use std::time::Duration;

use mpc_core::SeedCommitment;
use mpc_net::{Traffic, TranscriptDigest};

pub use super::canary::CanaryOutcome;
use super::checkpoint::Leg;
use super::claims::Returned;
use super::header::Role;
use super::matches::Matches;
use super::params::{Agreement, SessionId};
use super::progress::Phase;

/// How long a phase took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseTime {
    /// Which.
    pub phase: Phase,
    /// Wall time.
    pub took: Duration,
}

/// The report of one side. Holds counts and digests, no data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReport {
    /// The session.
    pub session: SessionId,
    /// Role of this side.
    pub role: Role,
    /// What was negotiated; its digest is equal on both sides.
    pub agreement: Agreement,
    /// Own distinct items, canaries excluded.
    pub own_items: u64,
    /// Items the peer announced, canaries excluded.
    pub peer_items: u64,
    /// Own items that matched; the sender knows when the result goes to both.
    pub matched: Option<u64>,
    /// What the canaries showed; the sender knows when the result goes to both.
    pub canaries: Option<CanaryOutcome>,
    /// How often the run was resumed.
    pub resumed: u32,
    /// The resumptions that are in the transcripts; one that was cut off before its next checkpoint is not.
    pub legs: Vec<Leg>,
    /// Digest of every frame sent, in the segments that a run with checkpoints has.
    pub sent: TranscriptDigest,
    /// Digest of every frame received, likewise.
    pub received: TranscriptDigest,
    /// Frames and bytes of what is in the transcripts.
    pub traffic: Traffic,
    /// Wall time of each phase, since the last resumption.
    pub phases: Vec<PhaseTime>,
    /// Commitment to the own seed.
    pub seed: SeedCommitment,
    /// Commitment to the peer's seed, as received before the run.
    pub peer_seed: SeedCommitment,
}

/// The receiver's result and report.
#[derive(Debug)]
pub struct ReceiverOutcome {
    /// Which own items the sender holds too, with the payloads it released.
    pub matches: Matches,
    /// What can be attested.
    pub report: RunReport,
}

/// The sender's report, and its result when it goes to both.
#[derive(Debug)]
pub struct SenderOutcome {
    /// Which own items the receiver proved to hold too, with the columns it gave back; when the parameters say so.
    pub matches: Option<Matches>,
    /// What can be attested.
    pub report: RunReport,
}

impl SenderOutcome {
    pub(crate) fn new(report: RunReport, returned: Option<Returned>) -> Self {
        let Some(Returned { matches, canaries }) = returned else { return Self { matches: None, report } };
        let report = RunReport { matched: Some(matches.len() as u64), canaries: Some(canaries), ..report };
        Self { matches: Some(matches), report }
    }
}
