//! Do the attestations of a run agree with each other, with the specification and with the ledger?
//!
//! What is compared is what nodes *stated*. Agreement shows that both ends saw the same conversation over
//! the inputs that the owners committed to; it does not show that a node computed honestly.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ledger_types::id::{DatasetId, OrgId};
use ledger_types::object::DatasetCommitment;
use ledger_types::task::{Attestation, InputUsed, TaskSpec};
use serde::Serialize;

/// What differs, by its stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeCode {
    /// A party has not attested.
    AttestationMissing,
    /// Another algorithm or version than the specification ran.
    AlgorithmDiffers,
    /// The parties negotiated different parameters.
    ParametersDiffer,
    /// What one end sent is not what the other received.
    TranscriptDiffers,
    /// The bytes one end sent are not as many as the other received.
    BytesDiffer,
    /// The items one end announced are not as many as it says it used.
    ItemsDiffer,
    /// The commitment to a seed that the peer received is not the one its owner states.
    SeedCommitmentDiffers,
    /// The rows that were read are not those of the published version.
    InputCommitmentDiffers,
    /// The number of rows read is not that of the published version.
    RowCountDiffers,
    /// A canary was not found where it must be, or found where it must not be.
    CanaryFailed,
    /// A party that is given a result does not say whether the canaries were right.
    CanaryMissing,
    /// A party that is given a result has no commitment to it.
    ResultMissing,
    /// A party that is given no result has one.
    ResultUnexpected,
}

impl DisputeCode {
    /// All of them, for the catalogue of codes.
    pub const ALL: &'static [Self] = &[
        Self::AttestationMissing,
        Self::AlgorithmDiffers,
        Self::ParametersDiffer,
        Self::TranscriptDiffers,
        Self::BytesDiffer,
        Self::ItemsDiffer,
        Self::SeedCommitmentDiffers,
        Self::InputCommitmentDiffers,
        Self::RowCountDiffers,
        Self::CanaryFailed,
        Self::CanaryMissing,
        Self::ResultMissing,
        Self::ResultUnexpected,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AttestationMissing => "attestation_missing",
            Self::AlgorithmDiffers => "algorithm_differs",
            Self::ParametersDiffer => "parameters_differ",
            Self::TranscriptDiffers => "transcript_differs",
            Self::BytesDiffer => "bytes_differ",
            Self::ItemsDiffer => "items_differ",
            Self::SeedCommitmentDiffers => "seed_commitment_differs",
            Self::InputCommitmentDiffers => "input_commitment_differs",
            Self::RowCountDiffers => "row_count_differs",
            Self::CanaryFailed => "canary_failed",
            Self::CanaryMissing => "canary_missing",
            Self::ResultMissing => "result_missing",
            Self::ResultUnexpected => "result_unexpected",
        }
    }
}

impl fmt::Display for DisputeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dispute {
    /// What differs.
    pub code: DisputeCode,
    /// In whose attestation.
    pub org: OrgId,
    /// Against whose, when two are compared.
    pub peer: Option<OrgId>,
}

/// Every difference, sorted; none when the run is completed. `committed` holds, per dataset of the
/// specification, what its owner published as the version that the task names.
pub fn compare(
    spec: &TaskSpec,
    attestations: &[Attestation],
    committed: &BTreeMap<DatasetId, DatasetCommitment>,
) -> Vec<Dispute> {
    let mut out = BTreeSet::new();
    let by_org: BTreeMap<&OrgId, &Attestation> = attestations.iter().map(|a| (&a.org, a)).collect();
    for org in spec.members() {
        let mut differs = |code, peer: Option<&OrgId>| {
            out.insert(Dispute { code, org: org.clone(), peer: peer.cloned() });
        };
        let Some(own) = by_org.get(org) else {
            differs(DisputeCode::AttestationMissing, None);
            continue;
        };
        for code in alone(spec, own, committed) {
            differs(code, None);
        }
        // Every two members share a channel.
        for peer in spec.members().filter(|p| *p != org) {
            let Some(other) = by_org.get(peer) else { continue };
            for code in crosswise(own, other) {
                differs(code, Some(peer));
            }
        }
    }
    out.into_iter().collect()
}

// What one attestation says against specification and ledger.
fn alone(spec: &TaskSpec, a: &Attestation, committed: &BTreeMap<DatasetId, DatasetCommitment>) -> Vec<DisputeCode> {
    let mut out = Vec::new();
    let (root_differs, rows_differ) = match (spec.party(&a.org), &a.input) {
        // A third reads nothing.
        (None, None) => (false, false),
        (Some(party), Some(input)) => {
            let committed = committed.get(&party.dataset);
            let differs = |what: fn(&DatasetCommitment, &InputUsed) -> bool| committed.is_none_or(|c| what(c, input));
            (differs(|c, i| c.root != i.commitment), differs(|c, i| c.rows != i.rows))
        }
        _ => (true, true),
    };
    if a.algorithm != spec.algorithm {
        out.push(DisputeCode::AlgorithmDiffers);
    }
    if root_differs {
        out.push(DisputeCode::InputCommitmentDiffers);
    }
    if rows_differ {
        out.push(DisputeCode::RowCountDiffers);
    }
    let receives = spec.receives(&a.org);
    match a.canaries_ok {
        Some(false) => out.push(DisputeCode::CanaryFailed),
        None if receives => out.push(DisputeCode::CanaryMissing),
        _ => {}
    }
    match (receives, a.result.is_some()) {
        (true, false) => out.push(DisputeCode::ResultMissing),
        (false, true) => out.push(DisputeCode::ResultUnexpected),
        _ => {}
    }
    out
}

// What `own` says against what `other` says of the same conversation. Called for both orders, so it is
// enough to compare the direction from `own` to `other`.
fn crosswise(own: &Attestation, other: &Attestation) -> Vec<DisputeCode> {
    let mut out = Vec::new();
    if own.parameters != other.parameters {
        out.push(DisputeCode::ParametersDiffer);
    }
    let there = own.channels.iter().find(|c| c.peer == other.org);
    let back = other.channels.iter().find(|c| c.peer == own.org);
    let (Some(there), Some(back)) = (there, back) else {
        out.push(DisputeCode::TranscriptDiffers);
        return out;
    };
    if there.sent != back.received {
        out.push(DisputeCode::TranscriptDiffers);
    }
    if there.sent_bytes != back.received_bytes {
        out.push(DisputeCode::BytesDiffer);
    }
    if back.peer_items != own.input.as_ref().map_or(0, |i| i.items) {
        out.push(DisputeCode::ItemsDiffer);
    }
    if back.peer_seed_commitment != own.seed_commitment {
        out.push(DisputeCode::SeedCommitmentDiffers);
    }
    out
}
