//! Do the attestations of a run agree with each other, with the specification and with the commitments?
//!
//! The rules that completed or disputed the task are in the contract; this is the verifier's own reading,
//! under the same names.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::DatasetId;
use crate::object::DatasetCommitment;
use crate::task::{Attestation, TaskSpec};

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
    for party in &spec.parties {
        let Some(a) = of(&party.org) else {
            found.insert("attestation_missing");
            continue;
        };
        alone(spec, a, committed.get(&party.dataset), &mut found);
        for peer in spec.parties.iter().filter(|p| p.org != party.org) {
            if let Some(b) = of(&peer.org) {
                direction(a, b, &mut found);
            }
        }
    }
    CODES.into_iter().filter(|c| found.contains(c)).collect()
}

fn alone(spec: &TaskSpec, a: &Attestation, committed: Option<&DatasetCommitment>, found: &mut BTreeSet<&'static str>) {
    let receives = spec.receives(&a.org);
    let facts = [
        (a.algorithm != spec.algorithm, "algorithm_differs"),
        (committed.is_none_or(|c| c.root != a.input.commitment), "input_commitment_differs"),
        (committed.is_none_or(|c| c.rows != a.input.rows), "row_count_differs"),
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
    if a.seed_commitment != b.peer_seed_commitment {
        found.insert("seed_commitment_differs");
    }
    let sent = a.channels.iter().find(|c| c.peer == b.org);
    let got = b.channels.iter().find(|c| c.peer == a.org);
    match (sent, got) {
        (Some(sent), Some(got)) => {
            let facts = [
                (sent.sent != got.received, "transcript_differs"),
                (sent.sent_bytes != got.received_bytes, "bytes_differ"),
                (got.peer_items != a.input.items, "items_differ"),
            ];
            found.extend(facts.into_iter().filter(|(differs, _)| *differs).map(|(_, code)| code));
        }
        _ => {
            found.insert("transcript_differs");
        }
    }
}
