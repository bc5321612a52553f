//! Evidence bundles made by a real chain execution in memory, good, tampered with and forged, against the
//! offline verification; and the vectors in `tests/vectors/` that the TypeScript verifier is held to.
//!
//! `UPDATE_VECTORS=1 cargo test -p ledger-contract --test evidence` writes the vectors again.

// The bans of clippy.toml are for the rules; the tests read and write files.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod chain;
mod encoding;
mod forged;
mod several;
mod story;
mod tamper;
mod vectors;

use ledger_contract::evidence::{Rules, verify_bundle};
use ledger_crypto::Verifier;
use ledger_types::SuiteId;
use ledger_types::bundle::EvidenceBundle;
use ledger_types::task::{Attestation, TaskStatus};
use ledger_types::verify::{CheckId, CheckStatus, Options, Report, Unknown, Verdict, verify_json};

use story::{Ending, Story, honest};

fn report(bundle: &EvidenceBundle) -> Report {
    verify_bundle(&bundle.to_json(), None)
}

fn with(verifier: &Verifier) -> Options<'_> {
    Options { trusted_genesis: None, rules: Some(&Rules), verifier: Some(verifier) }
}

#[test]
fn every_honest_story_verifies_and_says_how_it_ended() {
    let endings = [
        (Ending::Completed, TaskStatus::Completed),
        (Ending::Both, TaskStatus::Completed),
        (Ending::Disputed, TaskStatus::Disputed),
        (Ending::Waiting, TaskStatus::Proposed),
        (Ending::Ready, TaskStatus::Ready),
        (Ending::Failed, TaskStatus::Failed),
        (Ending::Cancelled, TaskStatus::Cancelled),
    ];
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        for (ending, status) in endings {
            let report = report(&Story::play(suite, ending, &honest).bundle());
            assert_eq!(report.verdict, Verdict::Verified, "{suite} {ending:?}: {:#?}", report.failed().next());
            assert_eq!(report.facts.outcome, Some(status));
        }
    }
}

#[test]
fn a_completed_task_leaves_no_check_undone() {
    let story = Story::play(SuiteId::Gm, Ending::Completed, &honest);
    let json = story.bundle().to_json();
    let report = verify_bundle(&json, Some(story.chain.genesis.hash()));
    let undone: Vec<_> = report.checks.iter().filter(|c| c.status != CheckStatus::Ok).collect();
    assert!(undone.is_empty(), "{undone:#?}");
    for id in CheckId::ALL {
        assert!(report.checks.iter().any(|c| c.id == id), "{id:?}");
    }
    assert!(!report.cannot_know.contains(&Unknown::GenesisOrigin));
    assert!(!report.cannot_know.contains(&Unknown::Omissions));
    assert!(!report.cannot_know.contains(&Unknown::Rules));
    assert_eq!(report.facts.transactions, json_items(&json));
}

fn json_items(json: &[u8]) -> usize {
    let value: serde_json::Value = serde_json::from_slice(json).expect("json");
    value["items"].as_array().expect("a list").len()
}

#[test]
fn every_lie_of_three_is_a_dispute_by_its_name() {
    for (name, code, liar, change) in several::LIES {
        let lie = |a: &mut Attestation| {
            if a.org.as_str() == liar {
                change(a);
            }
        };
        let report = report(&several::Members::Star.play(SuiteId::Gm, &honest, lie).bundle());
        assert_eq!((report.verdict, report.facts.outcome), (Verdict::Verified, Some(TaskStatus::Disputed)), "{name}");
        let attested = report.checks.iter().find(|c| c.id == CheckId::TaskAttestations).expect("checked");
        assert_eq!(attested.params.get("codes").map(String::as_str), Some(code), "{name}");
    }
}

#[test]
fn another_genesis_than_the_trusted_one_fails() {
    let story = Story::play(SuiteId::Gm, Ending::Waiting, &honest);
    let report = verify_bundle(&story.bundle().to_json(), Some(story::digest("another")));
    let failed: Vec<_> = report.failed().map(|c| (c.id, c.code.as_deref())).collect();
    assert_eq!(failed, [(CheckId::GenesisAnchor, Some("other_genesis"))]);
}

#[test]
fn every_other_leaf_of_the_document_is_covered_by_a_check() {
    let bundle = Story::play(SuiteId::Gm, Ending::Completed, &honest).bundle();
    let verifier = Verifier::new(SuiteId::Gm, 64);
    // The first place of each kind is in `tampered_bundles_fail_the_checks_in_the_files`.
    let (_, cases) = tamper::one_of_each_kind(&bundle);
    assert!(cases.len() > 500, "{} places", cases.len());
    for case in cases {
        let report = verify_json(&case.apply(&bundle), &with(&verifier));
        let expected = if case.is_harmless() { Verdict::Verified } else { Verdict::Failed };
        assert_eq!(report.verdict, expected, "{} at {}", case.name, case.place);
    }
}

#[test]
fn bytes_that_are_no_bundle_are_refused_without_a_panic() {
    let json = Story::play(SuiteId::Gm, Ending::Waiting, &honest).bundle().to_json();
    let cases: [&[u8]; 6] = [b"", b"{}", b"[]", b"null", b"\xff\xfe", &json[..json.len() / 2]];
    for bytes in cases {
        let report = verify_bundle(bytes, None);
        let failed: Vec<_> = report.failed().map(|c| (c.id, c.code.as_deref())).collect();
        assert_eq!(failed, [(CheckId::BundleForm, Some("shape"))]);
    }
}

#[test]
fn a_report_reads_back() {
    let bundle = Story::play(SuiteId::Gm, Ending::Disputed, &honest).bundle();
    let report = report(&bundle);
    let text = serde_json::to_string(&report).expect("json");
    assert_eq!(serde_json::from_str::<Report>(&text).expect("the same"), report);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    /// Whatever is done to the bytes, the verifier answers.
    #[test]
    fn no_change_of_the_document_makes_the_verifier_panic(
        at in 0.0..1.0_f64,
        by in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..6),
        cut in 0..6_usize,
        digits in proptest::prelude::any::<bool>(),
    ) {
        use std::sync::LazyLock;
        static GOOD: LazyLock<(Vec<u8>, Verifier)> = LazyLock::new(|| {
            let bundle = Story::play(SuiteId::Gm, Ending::Waiting, &honest).bundle();
            (bundle.to_json(), Verifier::new(SuiteId::Gm, 64))
        });
        let (json, verifier) = &*GOOD;
        let from = (json.len() as f64 * at) as usize;
        let to = (from + cut).min(json.len());
        // Hex digits reach the decoders of the structures; other bytes the reader of the document.
        let by: Vec<u8> = if digits { by.iter().map(|b| b"0123456789abcdef"[usize::from(b % 16)]).collect() } else { by };
        let changed = [&json[..from], &by, &json[to..]].concat();
        let report = verify_json(&changed, &with(verifier));
        if report.verdict == Verdict::Verified {
            // White space, or nothing, was changed.
            let meant = EvidenceBundle::from_json(&changed).expect("verified");
            proptest::prop_assert_eq!(meant, EvidenceBundle::from_json(json).expect("good"));
        }
    }
}
