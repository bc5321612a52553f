//! Each field of an attestation that is compared is changed in turn: the task must be disputed, and by the
//! right name. Fields that are not compared must not stop it.

#[path = "world/mod.rs"]
mod world;

use std::collections::{BTreeMap, BTreeSet};

use ledger_contract::dispute::{self, DisputeCode};
use ledger_types::id::DatasetId;
use ledger_types::object::DatasetCommitment;
use ledger_types::task::{Attestation, InputUsed, TaskStatus};
use world::{World, attestation, commitment, dataset_id, digest, org, spec, task_attest};

type Change = fn(&mut Attestation);

fn input(a: &mut Attestation) -> &mut InputUsed {
    a.input.as_mut().unwrap()
}

/// Who lies, how, and what it is called.
const LIES: &[(&str, Change, DisputeCode)] = &[
    ("rsj", |a| a.algorithm.version = "2".into(), DisputeCode::AlgorithmDiffers),
    ("bank", |a| a.algorithm.id = "psi.other".into(), DisputeCode::AlgorithmDiffers),
    ("rsj", |a| a.parameters = digest(41), DisputeCode::ParametersDiffer),
    ("bank", |a| a.parameters = digest(41), DisputeCode::ParametersDiffer),
    ("rsj", |a| a.channels[0].sent = digest(99), DisputeCode::TranscriptDiffers),
    ("rsj", |a| a.channels[0].received = digest(99), DisputeCode::TranscriptDiffers),
    ("bank", |a| a.channels[0].sent = digest(99), DisputeCode::TranscriptDiffers),
    ("bank", |a| a.channels[0].received = digest(99), DisputeCode::TranscriptDiffers),
    ("rsj", |a| a.channels[0].sent_bytes += 1, DisputeCode::BytesDiffer),
    ("rsj", |a| a.channels[0].received_bytes -= 1, DisputeCode::BytesDiffer),
    ("bank", |a| a.channels[0].sent_bytes = 0, DisputeCode::BytesDiffer),
    ("bank", |a| a.channels[0].received_bytes = u64::MAX, DisputeCode::BytesDiffer),
    ("rsj", |a| a.channels[0].peer_items += 1, DisputeCode::ItemsDiffer),
    ("bank", |a| a.channels[0].peer_items -= 1, DisputeCode::ItemsDiffer),
    ("rsj", |a| input(a).items -= 1, DisputeCode::ItemsDiffer),
    ("bank", |a| input(a).items += 1, DisputeCode::ItemsDiffer),
    ("rsj", |a| a.seed_commitment = digest(99), DisputeCode::SeedCommitmentDiffers),
    ("rsj", |a| a.channels[0].peer_seed_commitment = digest(99), DisputeCode::SeedCommitmentDiffers),
    ("bank", |a| a.seed_commitment = digest(99), DisputeCode::SeedCommitmentDiffers),
    ("bank", |a| a.channels[0].peer_seed_commitment = digest(99), DisputeCode::SeedCommitmentDiffers),
    ("rsj", |a| input(a).commitment = digest(99), DisputeCode::InputCommitmentDiffers),
    ("bank", |a| input(a).commitment = digest(99), DisputeCode::InputCommitmentDiffers),
    ("rsj", |a| input(a).rows -= 1, DisputeCode::RowCountDiffers),
    ("bank", |a| input(a).rows += 1, DisputeCode::RowCountDiffers),
    ("bank", |a| a.canaries_ok = Some(false), DisputeCode::CanaryFailed),
    ("rsj", |a| a.canaries_ok = Some(false), DisputeCode::CanaryFailed),
    ("bank", |a| a.canaries_ok = None, DisputeCode::CanaryMissing),
    ("bank", |a| a.result = None, DisputeCode::ResultMissing),
    ("rsj", |a| a.result = Some(digest(50)), DisputeCode::ResultUnexpected),
];

/// Statements about itself that nobody can contradict.
const HARMLESS: &[(&str, Change)] = &[
    ("rsj", |a| a.canaries_ok = Some(true)),
    ("rsj", |a| a.software = "shuzheng 9.9.9".into()),
    ("bank", |a| input(a).nulls += 1),
    ("bank", |a| input(a).duplicates += 1),
    ("bank", |a| a.finished_ms += 100_000),
    ("bank", |a| a.result = Some(digest(51))),
];

fn run(liar: &str, change: Change, first: &str) -> (TaskStatus, Vec<String>) {
    let (mut w, id, session) = World::ready();
    let second = if first == "rsj" { "bank" } else { "rsj" };
    for o in [first, second] {
        let mut a = attestation(o);
        if o == liar {
            change(&mut a);
        }
        w.must(&format!("{o}/node"), task_attest(id, session, a));
    }
    let task = w.task(id);
    (task.status, task.disputes)
}

#[test]
fn each_contradiction_is_a_dispute_by_its_own_name_whoever_attests_first() {
    for (i, (liar, change, code)) in LIES.iter().enumerate() {
        for first in ["rsj", "bank"] {
            let (status, disputes) = run(liar, *change, first);
            assert_eq!(status, TaskStatus::Disputed, "lie {i} of {liar}");
            assert_eq!(disputes, [code.as_str()], "lie {i} of {liar}");
        }
    }
    let lied: BTreeSet<_> = LIES.iter().map(|l| l.2).collect();
    let all: BTreeSet<_> = DisputeCode::ALL.iter().copied().filter(|c| *c != DisputeCode::AttestationMissing).collect();
    assert_eq!(lied, all, "every dispute code has a lie");
}

#[test]
fn what_concerns_a_party_alone_disputes_nothing() {
    for (party, change) in HARMLESS {
        assert_eq!(run(party, *change, "rsj"), (TaskStatus::Completed, vec![]));
    }
}

fn committed() -> BTreeMap<DatasetId, DatasetCommitment> {
    [(dataset_id("rsj.insured"), commitment(1)), (dataset_id("bank.clients"), commitment(1))].into()
}

#[test]
fn a_dispute_names_whose_statement_differs_from_whose() {
    let mut lie = attestation("rsj");
    lie.channels[0].sent = digest(99);
    let found = dispute::compare(&spec(1), &[attestation("bank"), lie], &committed());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, DisputeCode::TranscriptDiffers);
    assert_eq!((&found[0].org, found[0].peer.as_ref()), (&org("rsj"), Some(&org("bank"))));
}

#[test]
fn a_missing_statement_and_a_missing_commitment_never_agree() {
    let one = [attestation("bank")];
    let codes = |found: Vec<dispute::Dispute>| found.into_iter().map(|d| d.code).collect::<Vec<_>>();
    assert_eq!(codes(dispute::compare(&spec(1), &one, &committed())), [DisputeCode::AttestationMissing]);
    let both = [attestation("bank"), attestation("rsj")];
    assert_eq!(codes(dispute::compare(&spec(1), &both, &committed())), []);
    let mut nothing = codes(dispute::compare(&spec(1), &both, &BTreeMap::new()));
    nothing.dedup();
    assert_eq!(nothing, [DisputeCode::InputCommitmentDiffers, DisputeCode::RowCountDiffers]);
    let names: BTreeSet<_> = DisputeCode::ALL.iter().map(|c| c.as_str()).collect();
    assert_eq!(names.len(), DisputeCode::ALL.len());
    for code in DisputeCode::ALL {
        assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{code}\""));
    }
}
