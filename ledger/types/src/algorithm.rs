//! The built-in algorithms. A descriptor says what an algorithm computes, for how many parties, under which security
//! model and assumptions, what it lets each side learn beside the result, and what it costs. Its canonical digest stands
//! in the genesis document ([`Registration`]), so that a consortium agrees at its start on which algorithms exist; a node
//! whose own descriptor has another digest refuses to run ([`crate::task::AlgorithmRef`] names what a task uses).
//!
//! Words for people are no part of it: assumptions and leakage are stable codes that the desk and the console put into
//! Chinese and English. A change of a descriptor is a new version of the algorithm.

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

use crate::cbor;
use crate::id::ChainId;
use crate::object::TaskKindName;
use crate::preimage::{self, Tag};
use crate::task::{
    AlgorithmRef, PSI_CIRCUIT, PSI_CIRCUIT_VERSION, PSI_DELEGATED, PSI_DELEGATED_VERSION, PSI_ECDH, PSI_ECDH_VERSION,
    PSI_RR22, PSI_RR22_LOW, PSI_RR22_LOW_VERSION, PSI_RR22_VERSION, PSI_STAR, PSI_STAR_VERSION, PSI_UNBALANCED,
    PSI_UNBALANCED_VERSION, PsiOutput, TaskKind, TaskSpec,
};

/// Against whom an algorithm protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityModel {
    /// Parties that follow the protocol and look at what they see.
    SemiHonest,
    /// A party that deviates learns nothing more; but it can make the result wrong without being noticed.
    MaliciousPrivacy,
    /// A party that deviates learns nothing more, and a result that is not that of some input of it is not accepted.
    Malicious,
}

impl SecurityModel {
    /// The name as it is encoded.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SemiHonest => "semi_honest",
            Self::MaliciousPrivacy => "malicious_privacy",
            Self::Malicious => "malicious",
        }
    }
}

/// Cost at one role of a two-party algorithm. `own` items are that party's, `peer` items the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleCost {
    /// Nanoseconds of one core per own item, with the vector kernels.
    pub own_item_ns: u32,
    /// Nanoseconds of one core per item of the peer, with the vector kernels.
    pub peer_item_ns: u32,
    /// Nanoseconds of one core per own item, without them.
    pub own_item_portable_ns: u32,
    /// Nanoseconds of one core per item of the peer, without them.
    pub peer_item_portable_ns: u32,
    /// Bytes held per own item.
    pub own_item_memory_bytes: u32,
    /// Bytes held per item of the peer.
    pub peer_item_memory_bytes: u32,
}

/// What an algorithm costs, as far as it can be said from the sizes of the inputs. Both directions together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostModel {
    /// At the party that learns the result.
    pub receiver: RoleCost,
    /// At the other party.
    pub sender: RoleCost,
    /// Bits on the wire per item of the receiver.
    pub receiver_item_bits: u32,
    /// Bits on the wire per item of the sender.
    pub sender_item_bits: u32,
    /// Bytes on the wire whatever the sizes.
    pub fixed_bytes: u32,
    /// Milliseconds of one core whatever the sizes.
    pub fixed_ms: u32,
    /// Times that one side waits for the other.
    pub rounds: u16,
}

/// What everybody should know of an algorithm before a task names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// Version of this structure, 1.
    pub v: u8,
    /// Name, e.g. `psi.ecdh-ristretto255`.
    pub id: String,
    /// Version, e.g. `1`.
    pub version: String,
    /// What it computes.
    pub kind: TaskKindName,
    /// Fewest parties with data.
    pub parties_min: u16,
    /// Most parties with data.
    pub parties_max: u16,
    /// What its receiver can be given: codes of [`output_code`], sorted.
    pub outputs: Vec<String>,
    /// Against whom it protects.
    pub security: SecurityModel,
    /// What must be hard, and what else is assumed: stable codes, sorted.
    pub assumptions: Vec<String>,
    /// What is learned beside the result: stable codes, sorted.
    pub leakage: Vec<String>,
    /// What it costs.
    pub cost: CostModel,
}

impl Descriptor {
    /// Name and version.
    pub fn reference(&self) -> AlgorithmRef {
        AlgorithmRef { id: self.id.clone(), version: self.version.clone() }
    }

    /// Whether it can do what a task asks for, by the number of parties and the output.
    pub fn fits(&self, spec: &TaskSpec) -> bool {
        let TaskKind::Psi(psi) = &spec.kind;
        self.can_give(&psi.output, spec.parties.len(), spec.third().is_some())
    }

    /// Whether it can give an output among so many parties with data; `third`: its receiver brings none.
    pub fn can_give(&self, output: &PsiOutput, parties: usize, third: bool) -> bool {
        let count = u16::try_from(parties).unwrap_or(u16::MAX);
        let code = output_code(output, third);
        (self.parties_min..=self.parties_max).contains(&count) && self.outputs.iter().any(|o| o == code)
    }

    /// Tagged digest of the canonical bytes.
    pub fn digest(&self, suite: SuiteId, chain: &ChainId) -> Digest {
        preimage::digest(suite, Tag::Algorithm, chain, &cbor::to_bytes(self))
    }
}

/// The code of an output, as descriptors name it; `third`: its receiver brings no data.
pub fn output_code(output: &PsiOutput, third: bool) -> &'static str {
    match output {
        PsiOutput::Rows(rows) if rows.both => "rows_both",
        PsiOutput::Rows(_) if third => "rows_third",
        PsiOutput::Rows(_) => "rows",
        PsiOutput::Cardinality => "cardinality",
        PsiOutput::Aggregates(_) => "aggregates",
    }
}

/// An algorithm that the consortium agreed on: its name, its version and the digest of its descriptor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Name.
    pub id: String,
    /// Version.
    pub version: String,
    /// Digest of its descriptor.
    pub digest: Digest,
}

impl Registration {
    /// Name and version.
    pub fn reference(&self) -> AlgorithmRef {
        AlgorithmRef { id: self.id.clone(), version: self.version.clone() }
    }
}

impl AlgorithmRef {
    /// The kind of task it is for: the part of the name before the first dot. So the ledger can tell without knowing the
    /// descriptor.
    pub fn family(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

/// Every algorithm that this software describes, sorted by name and version. Whether its engine is built in is another
/// question: `mpc_party` answers it.
pub fn builtin() -> Vec<Descriptor> {
    vec![psi_circuit(), psi_delegated(), psi_ecdh(), psi_rr22(), psi_rr22_low(), psi_star(), psi_unbalanced()]
}

/// The descriptor of an algorithm.
pub fn find(algorithm: &AlgorithmRef) -> Option<Descriptor> {
    builtin().into_iter().find(|d| d.id == algorithm.id && d.version == algorithm.version)
}

/// What a new genesis document lists.
pub fn registrations(suite: SuiteId, chain: &ChainId) -> Vec<Registration> {
    let one =
        |d: &Descriptor| Registration { id: d.id.clone(), version: d.version.clone(), digest: d.digest(suite, chain) };
    builtin().iter().map(one).collect()
}

fn codes(list: &[&str]) -> Vec<String> {
    list.iter().map(|c| (*c).to_owned()).collect()
}

// docs/protocols/circuit-psi.md, for one summed column that may hold nulls. Nearly all of it grows with the sender's set: 1.27
// bins a key, 58 gates a bin (2^18), two transfers a gate. Times measured at 2^18 and, without vector kernels, 2^14
// (docs/benchmarks.md). Wire, per item of the sender: 158 bits of table, 295 of gates, 163
// of products, 44 of agreeing on transfers; per item of the receiver 221 bits of targets.
fn psi_circuit() -> Descriptor {
    Descriptor {
        v: 1,
        id: PSI_CIRCUIT.to_owned(),
        version: PSI_CIRCUIT_VERSION.to_owned(),
        kind: TaskKindName::Psi,
        parties_min: 2,
        parties_max: 2,
        outputs: codes(&["aggregates", "cardinality"]),
        security: SecurityModel::SemiHonest,
        assumptions: codes(&["ccr_hash_aes", "cdh_ristretto255", "dual_lpn_exconv", "random_oracle"]),
        leakage: codes(&[
            "deviating_receiver_evades_minimum",
            "minimum_reached",
            "receiver_chooses_guesses",
            "repeated_runs_compare",
            "set_sizes",
            "stops_early",
        ]),
        cost: CostModel {
            receiver: RoleCost {
                own_item_ns: 1_000,
                peer_item_ns: 12_500,
                own_item_portable_ns: 4_000,
                peer_item_portable_ns: 97_000,
                own_item_memory_bytes: 220,
                peer_item_memory_bytes: 250,
            },
            sender: RoleCost {
                own_item_ns: 13_200,
                peer_item_ns: 200,
                own_item_portable_ns: 96_000,
                peer_item_portable_ns: 800,
                own_item_memory_bytes: 400,
                peer_item_memory_bytes: 60,
            },
            receiver_item_bits: 221,
            sender_item_bits: 660,
            fixed_bytes: 400_000,
            fixed_ms: 120,
            rounds: 30,
        },
    }
}

// docs/protocols/ecdh-psi.md. Times: 76 µs per item and side measured on one core without a vector kernel ("Cost"; the
// sender's are 32 µs to answer and 44 µs for its own); with it, the target of crypto.md §1.3 (14 µs per item and side),
// divided alike. Wire: 64 bytes per item of the receiver and at most 12 per item of the sender (§1.3: 76 B). Memory:
// "Memory" there, rounded up.
fn psi_ecdh() -> Descriptor {
    Descriptor {
        v: 1,
        id: PSI_ECDH.to_owned(),
        version: PSI_ECDH_VERSION.to_owned(),
        kind: TaskKindName::Psi,
        parties_min: 2,
        parties_max: 2,
        outputs: codes(&["rows", "rows_both"]),
        security: SecurityModel::MaliciousPrivacy,
        assumptions: codes(&["ddh_ristretto255", "one_more_gap_dh_ristretto255", "random_oracle"]),
        leakage: codes(&["receiver_chooses_guesses", "repeated_runs_compare", "set_sizes", "stops_early"]),
        cost: CostModel {
            receiver: RoleCost {
                own_item_ns: 14_000,
                peer_item_ns: 200,
                own_item_portable_ns: 76_000,
                peer_item_portable_ns: 200,
                own_item_memory_bytes: 128,
                peer_item_memory_bytes: 24,
            },
            sender: RoleCost {
                own_item_ns: 8_000,
                peer_item_ns: 6_000,
                own_item_portable_ns: 44_000,
                peer_item_portable_ns: 32_000,
                own_item_memory_bytes: 56,
                peer_item_memory_bytes: 48,
            },
            receiver_item_bits: 512,
            sender_item_bits: 96,
            fixed_bytes: 4_096,
            fixed_ms: 2,
            rounds: 3,
        },
    }
}

// RR22 (Raghuraman, Rindal, CCS 2022), malicious variant; crypto.md §1.2. Times measured at 2^20 and, without vector
// kernels, 2^18 (docs/benchmarks.md), divided by whose set drives the step: VOLE and OKVS grow with the receiver's set.
// Wire: 1.35·128 bits per item of the receiver with padding (177), 128 per item of the sender, 305 together; 97 KB for base
// OTs and the puncturable PRF trees. Memory: 250 bytes per item and party. Fixed time: 62 ms at 2^16 (Table 2) less what
// the items take.
fn psi_rr22() -> Descriptor {
    Descriptor {
        v: 1,
        id: PSI_RR22.to_owned(),
        version: PSI_RR22_VERSION.to_owned(),
        kind: TaskKindName::Psi,
        parties_min: 2,
        parties_max: 2,
        outputs: codes(&["rows", "rows_both"]),
        security: SecurityModel::Malicious,
        assumptions: codes(&["ccr_hash_aes", "cdh_ristretto255", "dual_lpn_exconv", "random_oracle"]),
        leakage: codes(&[
            "receiver_chooses_guesses",
            "receiver_slack_1_35",
            "repeated_runs_compare",
            "set_sizes",
            "stops_early",
        ]),
        cost: CostModel {
            receiver: RoleCost {
                own_item_ns: 440,
                peer_item_ns: 90,
                own_item_portable_ns: 2_500,
                peer_item_portable_ns: 600,
                own_item_memory_bytes: 200,
                peer_item_memory_bytes: 50,
            },
            sender: RoleCost {
                own_item_ns: 150,
                peer_item_ns: 200,
                own_item_portable_ns: 1_200,
                peer_item_portable_ns: 1_400,
                own_item_memory_bytes: 50,
                peer_item_memory_bytes: 200,
            },
            receiver_item_bits: 177,
            sender_item_bits: 128,
            fixed_bytes: 100_000,
            fixed_ms: 50,
            rounds: 4,
        },
    }
}

// The low-traffic form (docs/protocols/rr22-psi.md, "The low-traffic form"): 1.248 values of 64 bits per item of the
// receiver (80), 128 bits per item of the sender. Its bins of 2^18 leave the second-level cache, its values are half as
// long: a tenth slower at the receiver, as fast at the sender and without vector kernels.
fn psi_rr22_low() -> Descriptor {
    let fast = psi_rr22();
    let cost = CostModel {
        receiver: RoleCost { own_item_ns: 520, ..fast.cost.receiver },
        receiver_item_bits: 80,
        fixed_bytes: 100_000,
        ..fast.cost
    };
    let outputs = codes(&["rows"]);
    // No paper proves the values of 64 bits against malicious parties: said where the algorithm is chosen.
    let assumptions = codes(&[
        "ccr_hash_aes",
        "cdh_ristretto255",
        "dual_lpn_exconv_gf64",
        "extraction_2_40_unreviewed",
        "random_oracle",
    ]);
    Descriptor {
        assumptions,
        id: PSI_RR22_LOW.to_owned(),
        version: PSI_RR22_LOW_VERSION.to_owned(),
        outputs,
        cost,
        ..fast
    }
}

// Star of OPPRFs (KMPRT17/NTY21 with RR22's OPRF); crypto.md §1.4. Costs are those of one link; the receiver has one to
// every sender. Times measured with three parties of 2^20 (docs/benchmarks.md); the sender's table is a second OKVS over
// its own items. Wire per link: 1.35·128 bits per item of the receiver, 1.35·64 per item of the sender (262 together).
fn psi_star() -> Descriptor {
    Descriptor {
        v: 1,
        id: PSI_STAR.to_owned(),
        version: PSI_STAR_VERSION.to_owned(),
        kind: TaskKindName::Psi,
        parties_min: 3,
        parties_max: 8,
        outputs: codes(&["rows"]),
        security: SecurityModel::SemiHonest,
        assumptions: codes(&["ccr_hash_aes", "cdh_ristretto255", "dual_lpn_exconv", "random_oracle"]),
        leakage: codes(&["receiver_chooses_guesses", "repeated_runs_compare", "set_sizes", "stops_early"]),
        cost: CostModel {
            receiver: RoleCost {
                own_item_ns: 540,
                peer_item_ns: 120,
                own_item_portable_ns: 2_200,
                peer_item_portable_ns: 600,
                own_item_memory_bytes: 250,
                peer_item_memory_bytes: 50,
            },
            sender: RoleCost {
                own_item_ns: 200,
                peer_item_ns: 200,
                own_item_portable_ns: 1_600,
                peer_item_portable_ns: 1_500,
                own_item_memory_bytes: 120,
                peer_item_memory_bytes: 200,
            },
            receiver_item_bits: 177,
            sender_item_bits: 90,
            fixed_bytes: 100_000,
            fixed_ms: 50,
            rounds: 5,
        },
    }
}

// Tags under a PRF key that the data parties agree on; the receiver, a third, compares tags. A tag is a hash and a short
// string per item (measured with two data parties of 2^20, docs/benchmarks.md): the file is what takes time.
fn psi_delegated() -> Descriptor {
    Descriptor {
        v: 1,
        id: PSI_DELEGATED.to_owned(),
        version: PSI_DELEGATED_VERSION.to_owned(),
        kind: TaskKindName::Psi,
        parties_min: 2,
        parties_max: 8,
        outputs: codes(&["rows_third"]),
        security: SecurityModel::SemiHonest,
        assumptions: codes(&["ccr_hash_aes", "random_oracle", "third_colludes_with_no_party"]),
        leakage: codes(&["repeated_runs_compare", "set_sizes", "stops_early", "third_counts_overlaps"]),
        cost: CostModel {
            receiver: RoleCost {
                own_item_ns: 0,
                peer_item_ns: 120,
                own_item_portable_ns: 0,
                peer_item_portable_ns: 180,
                own_item_memory_bytes: 0,
                peer_item_memory_bytes: 64,
            },
            sender: RoleCost {
                own_item_ns: 250,
                peer_item_ns: 0,
                own_item_portable_ns: 300,
                peer_item_portable_ns: 0,
                own_item_memory_bytes: 64,
                peer_item_memory_bytes: 0,
            },
            receiver_item_bits: 0,
            sender_item_bits: 256,
            fixed_bytes: 4_096,
            fixed_ms: 2,
            rounds: 3,
        },
    }
}

// docs/protocols/unbalanced-psi.md, "Cost"; a first run, which makes the set-up of the epoch and downloads it: later runs
// have neither the sender's own items nor their bits. Times: docs/protocols/voprf.md, "Cost" (6.2 µs per own item of the
// sender, 14.7 per question; 41 and 51 at the receiver), with the filter 0.3 more; without vector kernels those of
// `psi_ecdh`. Wire: 64 bytes per question, 9.05 per item of the sender; a payload is not counted, as everywhere. Memory: tags
// and the filter in the making (86 bytes); the receiver reads the set-up from its disk.
fn psi_unbalanced() -> Descriptor {
    Descriptor {
        v: 1,
        id: PSI_UNBALANCED.to_owned(),
        version: PSI_UNBALANCED_VERSION.to_owned(),
        kind: TaskKindName::Psi,
        parties_min: 2,
        parties_max: 2,
        outputs: codes(&["rows"]),
        security: SecurityModel::MaliciousPrivacy,
        assumptions: codes(&["one_more_gap_dh_ristretto255", "random_oracle"]),
        leakage: codes(&[
            "epoch_key_opens_all",
            "receiver_chooses_guesses",
            "repeated_runs_compare",
            "sender_slack_1_13",
            "set_sizes",
            "stops_early",
        ]),
        cost: CostModel {
            receiver: RoleCost {
                own_item_ns: 92_000,
                peer_item_ns: 10,
                own_item_portable_ns: 92_000,
                peer_item_portable_ns: 30,
                own_item_memory_bytes: 400,
                peer_item_memory_bytes: 0,
            },
            sender: RoleCost {
                own_item_ns: 6_500,
                peer_item_ns: 14_700,
                own_item_portable_ns: 44_000,
                peer_item_portable_ns: 60_000,
                own_item_memory_bytes: 130,
                peer_item_memory_bytes: 0,
            },
            receiver_item_bits: 512,
            sender_item_bits: 73,
            fixed_bytes: 4_096,
            fixed_ms: 10,
            rounds: 4,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn chain(name: &str) -> ChainId {
        ChainId::new(name).expect("a slug")
    }

    #[test]
    fn every_builtin_is_named_once_found_again_and_written_in_sorted_codes() {
        let all = builtin();
        assert!(all.windows(2).all(|w| w[0].reference() < w[1].reference()), "sorted, each once");
        for d in &all {
            assert_eq!(find(&d.reference()).as_ref(), Some(d));
            assert_eq!(d.reference().family(), "psi");
            assert!(d.parties_min >= 2 && d.parties_min <= d.parties_max);
            for list in [&d.assumptions, &d.leakage, &d.outputs] {
                assert!(!list.is_empty() && list.windows(2).all(|w| w[0] < w[1]), "{}: {list:?}", d.id);
                let snake = |c: &String| c.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                assert!(list.iter().all(snake), "{list:?}");
            }
            let bytes = cbor::to_bytes(d);
            assert_eq!(cbor::from_bytes::<Descriptor>(&bytes).expect("canonical"), *d);
        }
        assert_eq!(find(&AlgorithmRef { id: PSI_ECDH.into(), version: "2".into() }), None);
    }

    #[test]
    fn an_algorithm_is_for_so_many_parties_and_so_many_receivers_without_data() {
        let rows = PsiOutput::Rows(crate::task::RowsOutput { join: crate::task::RowJoin::Inner, both: false });
        let given = |d: Descriptor, third| (1..=9).filter(|n| d.can_give(&rows, *n, third)).collect::<Vec<_>>();
        assert_eq!(given(psi_ecdh(), false), [2]);
        assert_eq!(given(psi_star(), false), [3, 4, 5, 6, 7, 8]);
        assert_eq!(given(psi_delegated(), true), [2, 3, 4, 5, 6, 7, 8]);
        for (d, third) in [(psi_rr22(), true), (psi_star(), true), (psi_delegated(), false)] {
            assert_eq!(given(d, third), [0; 0]);
        }
    }

    #[test]
    fn a_digest_speaks_of_one_chain_one_suite_and_every_field() {
        let d = psi_ecdh();
        let base = d.digest(SuiteId::Gm, &chain("a"));
        let mut cheaper = d.clone();
        cheaper.cost.rounds -= 1;
        let mut leakier = d.clone();
        leakier.leakage.pop();
        let others = [
            d.digest(SuiteId::Gm, &chain("b")),
            d.digest(SuiteId::Intl, &chain("a")),
            cheaper.digest(SuiteId::Gm, &chain("a")),
            leakier.digest(SuiteId::Gm, &chain("a")),
            psi_rr22().digest(SuiteId::Gm, &chain("a")),
        ];
        assert!(others.iter().all(|o| *o != base));
        assert_eq!(others.iter().collect::<BTreeSet<_>>().len(), others.len());
        let listed = registrations(SuiteId::Gm, &chain("a"));
        assert!(listed.iter().any(|r| r.id == PSI_ECDH && r.digest == base));
        assert_eq!(listed.len(), builtin().len());
    }
}
