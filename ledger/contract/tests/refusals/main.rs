//! Every way to be refused, by table: each case has its own code, and no code is without a case. The world
//! checks on the way that a refusal changes nothing but the sender's nonce.

#[path = "../world/mod.rs"]
mod world;

mod accounts;
mod admission;
mod applications;
mod attestations;
mod datasets;
mod limits;
mod specifications;
mod tasks;

use std::collections::BTreeSet;

use ledger_contract::RuleCode;

/// What is tried, the code it must get, and how it is tried.
pub(crate) struct Case {
    pub(crate) what: &'static str,
    pub(crate) code: RuleCode,
    pub(crate) run: fn() -> RuleCode,
}

pub(crate) fn case(what: &'static str, code: RuleCode, run: fn() -> RuleCode) -> Case {
    Case { what, code, run }
}

fn all() -> Vec<Case> {
    [
        admission::cases(),
        accounts::cases(),
        datasets::cases(),
        limits::cases(),
        applications::cases(),
        specifications::cases(),
        tasks::cases(),
        attestations::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn each_breach_is_refused_with_its_own_code() {
    let wrong: Vec<String> = all()
        .into_iter()
        .filter_map(|c| {
            let got = (c.run)();
            (got != c.code).then(|| format!("{}: expected {}, got {got}", c.what, c.code))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_code_is_without_a_case() {
    let covered: BTreeSet<RuleCode> = all().iter().map(|c| c.code).collect();
    let missing: Vec<_> = RuleCode::ALL.iter().filter(|c| !covered.contains(c)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
