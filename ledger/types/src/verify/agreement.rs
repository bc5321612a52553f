//! Do the attestations of a run agree with each other, with the specification and with the commitments?
//!
//! The rules that completed or disputed the task are in the contract; this is the verifier's own reading,
//! under the same names.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::DatasetId;
use crate::object::DatasetCommitment;
use crate::task::{Attestation, InputUsed, TaskSpec};

/// What can differ, in the order in which the ledger lists it.
pub(super) const CODES: [&str; 13] = [
    "attestation_missing",
    "algorithm_differs",
    "parameters_differ",
    "transcript_differs",
    "bytes_differ",
    "items_differ",
    "seed_commitment_differs",
    "input_commitment_differs",
    "row_count_differs",
    "canary_failed",
    "canary_missing",
    "result_missing",
    "result_unexpected",
];

/// The codes of everything that differs, each once, in the order of [`CODES`].
pub(super) fn differences(
    spec: &TaskSpec,
    attestations: &[Attestation],
    committed: &BTreeMap<DatasetId, DatasetCommitment>,
) -> Vec<&'static str> {
    let mut found = BTreeSet::new();
    let of = |org| attestations.iter().find(|a| &a.org == org);
    for org in spec.members() {
        let Some(a) = of(org) else {
            found.insert("attestation_missing");
            continue;
        };
        alone(spec, a, committed, &mut found);
        for peer in spec.members().filter(|p| *p != org) {
            if let Some(b) = of(peer) {
                direction(a, b, &mut found);
            }
        }
    }
    CODES.into_iter().filter(|c| found.contains(c)).collect()
}

fn alone(
    spec: &TaskSpec,
    a: &Attestation,
    committed: &BTreeMap<DatasetId, DatasetCommitment>,
    found: &mut BTreeSet<&'static str>,
) {
    let receives = spec.receives(&a.org);
    // Of a party with data: what its owner published. A third has neither the one nor the other.
    let published = spec.party(&a.org).map(|p| committed.get(&p.dataset));
    let agrees = |same: fn(&DatasetCommitment, &InputUsed) -> bool| match (published, &a.input) {
        (None, None) => true,
        (Some(Some(committed)), Some(used)) => same(committed, used),
        _ => false,
    };
    let facts = [
        (a.algorithm != spec.algorithm, "algorithm_differs"),
        (!agrees(|c, i| c.root == i.commitment), "input_commitment_differs"),
        (!agrees(|c, i| c.rows == i.rows), "row_count_differs"),
        (a.canaries_ok == Some(false), "canary_failed"),
        (receives && a.canaries_ok.is_none(), "canary_missing"),
        (receives && a.result.is_none(), "result_missing"),
        (!receives && a.result.is_some(), "result_unexpected"),
    ];
    found.extend(facts.into_iter().filter(|(differs, _)| *differs).map(|(_, code)| code));
}

/// From `a` to `b`; the caller asks for both directions.
fn direction(a: &Attestation, b: &Attestation, found: &mut BTreeSet<&'static str>) {
    if a.parameters != b.parameters {
        found.insert("parameters_differ");
    }
    let sent = a.channels.iter().find(|c| c.peer == b.org);
    let got = b.channels.iter().find(|c| c.peer == a.org);
    match (sent, got) {
        (Some(sent), Some(got)) => {
            let facts = [
                (sent.sent != got.received, "transcript_differs"),
                (sent.sent_bytes != got.received_bytes, "bytes_differ"),
                (got.peer_items != a.input.as_ref().map_or(0, |i| i.items), "items_differ"),
                (got.peer_seed_commitment != a.seed_commitment, "seed_commitment_differs"),
            ];
            found.extend(facts.into_iter().filter(|(differs, _)| *differs).map(|(_, code)| code));
        }
        _ => {
            found.insert("transcript_differs");
        }
    }
}
