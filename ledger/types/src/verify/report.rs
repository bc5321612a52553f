//! What a verification says: checks with stable ids, so that every surface finds its own words for them.

use std::collections::BTreeMap;

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

use crate::id::{ChainId, Height, TaskId, TimeMs};
use crate::task::TaskStatus;

/// A kind of check. The text form is stable: words in Chinese and English hang on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CheckId {
    /// The document is a bundle and every part is in canonical form.
    #[serde(rename = "bundle.form")]
    BundleForm,
    /// Blocks, items and states are complete and in order, none twice.
    #[serde(rename = "bundle.order")]
    BundleOrder,
    /// The genesis document is for this chain and suite and names a proper validator set.
    #[serde(rename = "genesis.document")]
    GenesisDocument,
    /// The genesis document is the one the verifier was told to trust.
    #[serde(rename = "genesis.anchor")]
    GenesisAnchor,
    /// Block 1 follows on the genesis document.
    #[serde(rename = "genesis.first_block")]
    GenesisFirstBlock,
    /// The header is of this chain and fits its neighbours in the bundle.
    #[serde(rename = "block.chain")]
    BlockChain,
    /// The header names the validator set of the genesis document.
    #[serde(rename = "block.validators")]
    BlockValidators,
    /// More than two thirds of the validators' power signed this block.
    #[serde(rename = "block.certificate")]
    BlockCertificate,
    /// The transaction lies in its block.
    #[serde(rename = "tx.included")]
    TxIncluded,
    /// The receipt is of this transaction and lies in its block.
    #[serde(rename = "receipt.included")]
    ReceiptIncluded,
    /// The transaction is for this chain and was not expired.
    #[serde(rename = "tx.valid")]
    TxValid,
    /// The transaction is signed by the key that its sender had then.
    #[serde(rename = "tx.signature")]
    TxSignature,
    /// The object has this value in the state after its block.
    #[serde(rename = "state.included")]
    StateIncluded,
    /// The specification gives the digest that is the task's id.
    #[serde(rename = "task.digest")]
    TaskDigest,
    /// A person of every party signed this digest before the task became ready.
    #[serde(rename = "task.approvals")]
    TaskApprovals,
    /// The grants cover the task and were valid when it was made ready.
    #[serde(rename = "task.grants")]
    TaskGrants,
    /// The runs stayed within the usage limits of the datasets, other tasks' runs included.
    #[serde(rename = "task.limits")]
    TaskLimits,
    /// The session is the digest of task, block and attempt.
    #[serde(rename = "task.session")]
    TaskSession,
    /// Each party attests the dataset version that it had committed to.
    #[serde(rename = "task.inputs")]
    TaskInputs,
    /// The attestations of the parties agree with each other.
    #[serde(rename = "task.attestations")]
    TaskAttestations,
    /// The ledger's conclusion follows from what is recorded.
    #[serde(rename = "task.outcome")]
    TaskOutcome,
    /// The task's object in the state is the one that the transactions lead to.
    #[serde(rename = "task.state")]
    TaskState,
    /// The rules, applied again to the transactions, give the recorded receipts.
    #[serde(rename = "policy.replay")]
    PolicyReplay,
}

impl CheckId {
    /// All, in the order in which they are made.
    pub const ALL: [Self; 23] = [
        Self::BundleForm,
        Self::BundleOrder,
        Self::GenesisDocument,
        Self::GenesisAnchor,
        Self::GenesisFirstBlock,
        Self::BlockChain,
        Self::BlockValidators,
        Self::BlockCertificate,
        Self::TxIncluded,
        Self::ReceiptIncluded,
        Self::TxValid,
        Self::TxSignature,
        Self::StateIncluded,
        Self::TaskDigest,
        Self::TaskApprovals,
        Self::TaskGrants,
        Self::TaskLimits,
        Self::TaskSession,
        Self::TaskInputs,
        Self::TaskAttestations,
        Self::TaskOutcome,
        Self::TaskState,
        Self::PolicyReplay,
    ];
}

/// Outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// Holds.
    Ok,
    /// Does not hold.
    Failed,
    /// Could not be made; the code says why.
    NotChecked,
}

/// One check on one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub id: CheckId,
    /// Outcome.
    pub status: CheckStatus,
    /// On what: `bundle`, `genesis`, `block:12`, `tx:<id>`, `task:<id>`, `org:<id>`, `grant:<id>`, `run:1`,
    /// `state:<height>/<key hex>` or the path of a part of the document.
    pub subject: String,
    /// Stable code of what was found; always there unless the check simply holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Parameters for the words, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// The sum of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No check failed. What could not be checked is listed.
    Verified,
    /// At least one check failed.
    Failed,
}

/// Something that no bundle can show, or that this verifier did not look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Digests show what the parties reported, not that their data are true.
    DataTruth,
    /// Nor that every node computed what it says; both ends agree, and canaries were found.
    ComputationHonesty,
    /// Who really held a key when it signed.
    KeyCustody,
    /// Block times are the validators' clocks.
    ClockTruth,
    /// What happened after the last block of the bundle.
    Later,
    /// Whether this genesis document is your consortium's: compare its digest with one from another source.
    GenesisOrigin,
    /// Whether more than a third of the validators conspire to show different histories.
    ValidatorCollusion,
    /// The state of the task at the last block is not in the bundle, so transactions may have been left out.
    Omissions,
    /// The rules were not applied again.
    Rules,
}

impl Unknown {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::DataTruth,
        Self::ComputationHonesty,
        Self::KeyCustody,
        Self::ClockTruth,
        Self::Later,
        Self::GenesisOrigin,
        Self::ValidatorCollusion,
        Self::Omissions,
        Self::Rules,
    ];
}

/// What a reader wants to know first; only filled from parts whose checks held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Chain.
    pub chain: Option<ChainId>,
    /// Suite.
    pub suite: Option<SuiteId>,
    /// Digest of the genesis document; compare it with one from another source.
    pub genesis: Option<Digest>,
    /// The task.
    pub task: Option<TaskId>,
    /// Its title.
    pub title: Option<String>,
    /// Where it stands as of the last block of the bundle.
    pub outcome: Option<TaskStatus>,
    /// Last block of the bundle.
    pub height: Option<Height>,
    /// Its time.
    pub time_ms: Option<TimeMs>,
    /// Blocks in the bundle.
    pub blocks: usize,
    /// Transactions in the bundle.
    pub transactions: usize,
    /// Signatures verified (of senders and validators).
    pub signatures: usize,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The sum of it.
    pub verdict: Verdict,
    /// What it is about.
    pub facts: Facts,
    /// Every check, in the order made.
    pub checks: Vec<Check>,
    /// What this verification cannot know.
    pub cannot_know: Vec<Unknown>,
}

impl Report {
    /// Checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|c| c.status == CheckStatus::Failed)
    }
}

/// Collects checks.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) checks: Vec<Check>,
}

/// What a failing check found.
pub(super) type Finding = (&'static str, BTreeMap<String, String>);

/// A finding with parameters.
pub(super) fn finding<const N: usize>(code: &'static str, params: [(&str, String); N]) -> Finding {
    (code, params.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

impl Findings {
    pub(super) fn note(&mut self, id: CheckId, subject: impl Into<String>, result: Result<(), Finding>) -> bool {
        let held = result.is_ok();
        let (status, code, params) = match result {
            Ok(()) => (CheckStatus::Ok, None, BTreeMap::new()),
            Err((code, params)) => (CheckStatus::Failed, Some(code.to_owned()), params),
        };
        self.checks.push(Check { id, status, subject: subject.into(), code, params });
        held
    }

    pub(super) fn skip(&mut self, id: CheckId, subject: impl Into<String>, code: &'static str) {
        let (status, code) = (CheckStatus::NotChecked, Some(code.to_owned()));
        self.checks.push(Check { id, status, subject: subject.into(), code, params: BTreeMap::new() });
    }

    pub(super) fn failed(&self) -> bool {
        self.checks.iter().any(|c| c.status == CheckStatus::Failed)
    }
}
