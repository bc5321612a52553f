//! Every code that a layer can say has texts in both languages.

use backend_api::catalogue::{self, Layer};
use ledger_contract::RuleCode;
use ledger_contract::dispute::DisputeCode;
use mpc_party::task::RUN_CODES;

#[test]
fn every_code_of_the_rules_the_disputes_and_the_runs_is_in_the_catalogue() {
    let rules = RuleCode::ALL.iter().map(|c| c.as_str());
    let disputes = DisputeCode::ALL.iter().map(|c| c.as_str());
    let missing: Vec<&str> =
        rules.chain(disputes).chain(RUN_CODES.iter().copied()).filter(|c| catalogue::find(c).is_none()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_catalogue_names_no_rule_that_does_not_exist() {
    let known = |code: &str| code.parse::<RuleCode>().is_ok() || DisputeCode::ALL.iter().any(|d| d.as_str() == code);
    let unknown: Vec<&str> =
        catalogue::entries().filter(|e| e.layer == Layer::Rule).map(|e| e.code).filter(|c| !known(c)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
}

/// Codes that a source of another layer can give, taken from its text: a new one without a text is found here.
#[test]
fn every_code_in_the_sources_of_party_and_protocol_is_in_the_catalogue() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for file in [
        "mpc/party/src/error.rs",
        "mpc/party/src/task/error.rs",
        "mpc/party/src/connector/error.rs",
        "mpc/psi/src/ecdh/error.rs",
        "mpc/net/src/error.rs",
    ] {
        let text = std::fs::read_to_string(root.join(file)).expect("the source tree is here");
        let body = text.split("pub fn code(&self)").nth(1).unwrap_or_else(|| panic!("{file} has no fn code"));
        let body = body.split("\n    }\n").next().expect("split gives at least one part");
        let codes: Vec<&str> = body
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
            .collect();
        assert!(codes.len() > 5, "{file}: {codes:?}");
        let missing: Vec<&&str> = codes.iter().filter(|c| catalogue::find(c).is_none()).collect();
        assert!(missing.is_empty(), "{file}: {missing:?}");
    }
}

/// The other way round: what no source says any more is not explained to anybody.
#[test]
fn the_catalogue_names_no_code_of_the_party_room_that_its_sources_do_not_say() {
    fn read(dir: &std::path::Path, text: &mut String) {
        for entry in std::fs::read_dir(dir).expect("the source tree is here") {
            let path = entry.expect("a readable directory").path();
            if path.is_dir() {
                read(&path, text);
            } else if path.extension().is_some_and(|e| e == "rs") {
                text.push_str(&std::fs::read_to_string(&path).expect("a readable source"));
            }
        }
    }
    let mut text = String::new();
    read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mpc/party/src"), &mut text);
    let stale: Vec<&str> = catalogue::entries()
        .filter(|e| e.layer == Layer::Party && !text.contains(&format!("\"{}\"", e.code)))
        .map(|e| e.code)
        .collect();
    assert_eq!(stale, Vec::<&str>::new());
}
