//! The files in `tests/vectors/`: they must be what this program makes, so that they cannot go stale.

use std::path::PathBuf;

use ledger_contract::evidence::Rules;
use ledger_crypto::Verifier;
use ledger_types::SuiteId;
use ledger_types::bundle::EvidenceBundle;
use ledger_types::task::Attestation;
use ledger_types::verify::{Check, CheckId, CheckStatus, Options, Report, Verdict, verify_json};
use serde_json::{Value, json};

use crate::several::Members;
use crate::story::{Ending, Story, digest, honest};
use crate::{encoding, forged, tamper};

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

/// Compares a file with what it should be, or writes it.
fn hold(name: &str, wanted: &[u8]) {
    let path = directory().join(name);
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(&path, wanted).expect("written");
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} differs from what the code makes; see main.rs on how to write it again",
        path.display()
    );
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("json");
    bytes.push(b'\n');
    bytes
}

/// What a verifier must say. A verifier without the rules says nothing about `policy.replay`.
fn expectation(report: &Report) -> Value {
    let failed = |replay: bool| {
        let of = |c: &&Check| replay || c.id != CheckId::PolicyReplay;
        let one = |c: &Check| json!([c.id, c.subject, c.code]);
        report.failed().filter(of).map(one).collect::<Vec<_>>()
    };
    json!({
        "verdict": report.verdict,
        "failed": failed(true),
        "outcome": report.facts.outcome,
        "verdict_without_rules": if failed(false).is_empty() { Verdict::Verified } else { Verdict::Failed },
    })
}

fn good() -> Vec<(String, EvidenceBundle)> {
    let endings = [
        ("completed", Ending::Completed),
        ("both", Ending::Both),
        ("disputed", Ending::Disputed),
        ("waiting", Ending::Waiting),
        ("ready", Ending::Ready),
        ("failed", Ending::Failed),
        ("cancelled", Ending::Cancelled),
    ];
    let mut out: Vec<_> =
        endings.map(|(name, ending)| (format!("gm-{name}"), Story::play(SuiteId::Gm, ending, &honest).bundle())).into();
    let lie = |org: &'static str| {
        move |a: &mut Attestation| {
            if a.org.as_str() == org {
                a.channels[1].sent = digest("another transcript");
            }
        }
    };
    for (name, members) in [("three", Members::Star), ("third", Members::Third)] {
        let play = |suite| members.play(suite, &honest, |_| ()).bundle();
        out.push((format!("gm-{name}-completed"), play(SuiteId::Gm)));
        out.push((format!("intl-{name}-completed"), play(SuiteId::Intl)));
        out.push((format!("gm-{name}-disputed"), members.play(SuiteId::Gm, &honest, lie("rsj")).bundle()));
    }
    out.push(("intl-completed".into(), Story::play(SuiteId::Intl, Ending::Completed, &honest).bundle()));
    out
}

#[test]
fn good_bundles_are_those_in_the_files() {
    let mut list = Vec::new();
    for (name, bundle) in good() {
        let report = verify_json(&bundle.to_json(), &Options { rules: Some(&Rules), ..Options::default() });
        assert_eq!(report.verdict, Verdict::Verified, "{name}");
        let checks: Vec<_> = report
            .checks
            .iter()
            .filter(|c| c.id != CheckId::PolicyReplay)
            .map(|c| json!([c.id, c.subject, c.status, c.code]))
            .collect();
        let genesis = report.facts.genesis.expect("a fact of a good bundle");
        list.push(json!({
            "name": name, "outcome": report.facts.outcome, "genesis": genesis.to_string(),
            "signatures": report.facts.signatures, "checks": checks,
        }));
        hold(&format!("evidence/good/{name}.json"), &bundle.to_json());
    }
    hold("evidence/good.json", &pretty(&Value::Array(list)));
}

#[test]
fn tampered_bundles_fail_the_checks_in_the_files() {
    let verifier = Verifier::new(SuiteId::Gm, 64);
    let intl = Verifier::new(SuiteId::Intl, 64);
    let mut list = Vec::new();
    for (base, bundle) in good() {
        // Every kind of place in one bundle; of the others one that was not there, and the other suite.
        let cases = match base.as_str() {
            "gm-completed" => tamper::one_of_each_kind(&bundle).0,
            "intl-completed" => tamper::one_of_each_kind(&bundle)
                .0
                .into_iter()
                .filter(|c| c.name.contains("sig") || c.name.contains("key") || c.name.contains("path"))
                .collect(),
            _ => Vec::new(),
        };
        for case in cases {
            let shared = if bundle.suite == SuiteId::Gm { &verifier } else { &intl };
            let options = Options { rules: Some(&Rules), verifier: Some(shared), trusted_genesis: None };
            let report = verify_json(&case.apply(&bundle), &options);
            let expected = if case.is_harmless() { Verdict::Verified } else { Verdict::Failed };
            assert_eq!(report.verdict, expected, "{base}: {}", case.name);
            list.push(json!({
                "name": case.name, "base": base, "changes": case.changes, "expect": expectation(&report),
            }));
        }
    }
    let mut text = String::from("[\n");
    let lines: Vec<String> = list.iter().map(Value::to_string).collect();
    text.push_str(&lines.join(",\n"));
    text.push_str("\n]\n");
    hold("evidence/tampered.json", text.as_bytes());
}

#[test]
fn forged_histories_fail_the_check_that_they_were_made_for() {
    let verifier = Verifier::new(SuiteId::Gm, 64);
    let mut list = Vec::new();
    for (i, forged) in forged::all().into_iter().enumerate() {
        let options = Options { rules: Some(&Rules), verifier: Some(&verifier), trusted_genesis: None };
        let report = verify_json(&forged.bundle.to_json(), &options);
        let found = report.failed().any(|c| (c.id, c.code.as_deref()) == (forged.expect.0, Some(forged.expect.1)));
        let failed: Vec<_> = report.failed().collect();
        assert!(found, "{}: expected {:?}, found {failed:#?}", forged.name, forged.expect);
        assert!(report.checks.iter().all(|c| (c.status == CheckStatus::Ok) || c.code.is_some()));
        let file = format!("{i:02}.json");
        list.push(json!({ "name": forged.name, "file": file, "expect": expectation(&report) }));
        hold(&format!("evidence/forged/{file}"), &forged.bundle.to_json());
    }
    hold("evidence/forged.json", &pretty(&Value::Array(list)));
}

#[test]
fn golden_bytes_are_those_in_the_files() {
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        let vectors = encoding::vectors(suite);
        assert_eq!(vectors["txs"].as_array().map(Vec::len), Some(19), "one of every action");
        hold(&format!("encoding/{suite}.json"), &pretty(&vectors));
    }
}
