//! Verification of an evidence bundle, offline and without trusting whoever made it.
//!
//! Checks are made in stages: the document's form, genesis, blocks, transactions and states, the task's
//! story. A stage is only entered when nothing failed before; what was not reached is listed as not
//! checked. `docs/evidence-bundle.md` is the specification that this module and the TypeScript verifier
//! implement independently; `tests/vectors` holds both to it.

mod agreement;
mod chain;
mod items;
mod permission;
mod report;
mod retell;
mod story;
mod usage;

use ledger_crypto::{Digest, Verifier};

use crate::bundle::{BundleError, EvidenceBundle, OpenBundle};

pub use report::{Check, CheckId, CheckStatus, Facts, Report, Unknown, Verdict};
use report::{Findings, finding};

/// Applies the rules again. The rules are a crate above this one, so the caller brings them.
pub trait Replay {
    /// Executes the bundle's transactions on the genesis state and compares receipts and states.
    /// The subject is the first transaction or state that differs; the code says how.
    fn replay(&self, bundle: &EvidenceBundle, open: &OpenBundle) -> Result<(), ReplayDiffers>;
}

/// Where a replay differs from what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayDiffers {
    /// `tx:<id>` or `state:<height>/<key hex>`.
    pub subject: String,
    /// Stable code.
    pub code: &'static str,
    /// Parameters for the words.
    pub params: Vec<(&'static str, String)>,
}

/// What a verification is told from outside.
#[derive(Default)]
pub struct Options<'a> {
    /// Digest of the genesis document that the reader trusts, from another source than the bundle.
    pub trusted_genesis: Option<Digest>,
    /// The rules.
    pub rules: Option<&'a dyn Replay>,
    /// A verifier that already knows the keys; used when it is of the bundle's suite.
    pub verifier: Option<&'a Verifier>,
}

/// Verifies a JSON document.
pub fn verify_json(json: &[u8], options: &Options<'_>) -> Report {
    match EvidenceBundle::from_json(json) {
        Ok(bundle) => verify(&bundle, options),
        Err(error) => {
            let mut findings = Findings::default();
            note_form(&mut findings, &error);
            finish(findings, Facts::default(), options)
        }
    }
}

/// Verifies a bundle.
pub fn verify(bundle: &EvidenceBundle, options: &Options<'_>) -> Report {
    let mut findings = Findings::default();
    let mut facts = Facts::default();
    match bundle.open() {
        Err(error) => note_form(&mut findings, &error),
        Ok(open) => {
            findings.note(CheckId::BundleForm, "bundle", Ok(()));
            stages(bundle, &open, options, &mut findings, &mut facts);
        }
    }
    finish(findings, facts, options)
}

fn stages(bundle: &EvidenceBundle, open: &OpenBundle, options: &Options<'_>, f: &mut Findings, facts: &mut Facts) {
    let suite = open.genesis.suite;
    let own;
    let verifier = match options.verifier.filter(|v| v.suite() == suite) {
        Some(shared) => shared,
        None => {
            own = Verifier::new(suite, 64);
            &own
        }
    };
    chain::order(bundle, open, f);
    chain::genesis(bundle, open, options, f);
    if f.failed() {
        return;
    }
    chain::blocks(open, verifier, f);
    if f.failed() {
        return;
    }
    items::transactions(open, verifier, f);
    items::states(bundle, open, f);
    if f.failed() {
        return;
    }
    let votes: usize = open.blocks.iter().map(|(_, c)| c.signatures.len()).sum();
    let last = open.blocks.last().map(|(h, _)| h);
    *facts = Facts {
        chain: Some(open.genesis.chain.clone()),
        suite: Some(suite),
        genesis: Some(open.genesis.hash()),
        task: Some(bundle.task),
        height: last.map(|h| h.height),
        time_ms: last.map(|h| h.time_ms),
        blocks: open.blocks.len(),
        transactions: open.items.len(),
        signatures: votes + open.items.len(),
        ..Facts::default()
    };
    story::task(bundle, open, f, facts);
    match options.rules {
        None => f.skip(CheckId::PolicyReplay, "bundle", "no_rules"),
        Some(_) if f.failed() => {}
        Some(rules) => match rules.replay(bundle, open) {
            Ok(()) => {
                f.note(CheckId::PolicyReplay, "bundle", Ok(()));
            }
            Err(d) => {
                let params = d.params.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
                f.note(CheckId::PolicyReplay, d.subject, Err((d.code, params)));
            }
        },
    }
}

fn note_form(findings: &mut Findings, error: &BundleError) {
    let (subject, result) = match error {
        BundleError::TooLarge => ("bundle".to_owned(), finding("too_large", [])),
        BundleError::Shape(_) => ("bundle".to_owned(), finding("shape", [])),
        BundleError::UnknownFormat { .. } => ("bundle".to_owned(), finding("unknown_format", [])),
        BundleError::Part { at, .. } => (at.clone(), finding("not_canonical", [])),
        BundleError::UnknownVersion { at, .. } => (at.clone(), finding("unknown_version", [])),
    };
    findings.note(CheckId::BundleForm, subject, Err(result));
}

/// Lists what was not reached, and what nobody can know.
fn finish(mut findings: Findings, facts: Facts, options: &Options<'_>) -> Report {
    for id in CheckId::ALL {
        if !findings.checks.iter().any(|c| c.id == id) {
            findings.skip(id, "bundle", "not_reached");
        }
    }
    let verdict = if findings.failed() { Verdict::Failed } else { Verdict::Verified };
    let state_shown = findings.checks.iter().any(|c| c.id == CheckId::TaskState && c.status == CheckStatus::Ok);
    let cannot_know = Unknown::ALL
        .into_iter()
        .filter(|u| match u {
            Unknown::GenesisOrigin => options.trusted_genesis.is_none(),
            Unknown::Omissions => !state_shown,
            Unknown::Rules => options.rules.is_none(),
            _ => true,
        })
        .collect();
    Report { verdict, facts, checks: findings.checks, cannot_know }
}
