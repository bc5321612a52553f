//! What execution says of a transaction.

use std::collections::BTreeMap;

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

use crate::cbor;
use crate::id::{AccountRef, ApplicationId, ChainId, DatasetId, GrantId, Height, OrgId, SessionId, TaskId, TxId};
use crate::preimage::{self, Tag};

/// Kinds of event; the name is what indexes and translations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// An account was registered, changed or got a new key.
    AccountChanged,
    /// A dataset was published.
    DatasetPublished,
    /// A version was added.
    DatasetVersionAdded,
    /// Column policy changed.
    DatasetPolicyChanged,
    /// Frozen or enabled.
    DatasetStatusChanged,
    /// An application came in.
    ApplicationSubmitted,
    /// It was approved; a grant exists.
    ApplicationApproved,
    /// It was rejected.
    ApplicationRejected,
    /// A grant was revoked.
    GrantRevoked,
    /// A task consumed one use of a grant.
    GrantUsed,
    /// A task was proposed.
    TaskProposed,
    /// One party approved.
    TaskApproved,
    /// Every party approved: the nodes may run it.
    TaskReady,
    /// A party said no.
    TaskRejected,
    /// The proposer withdrew it.
    TaskCancelled,
    /// A party's node attested.
    TaskAttested,
    /// All attestations agree.
    TaskCompleted,
    /// They do not.
    TaskDisputed,
    /// A run failed.
    TaskFailed,
    /// A node refused to run it.
    TaskRefused,
}

/// One event; its references are the topics of the evidence index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Organisations concerned, sorted, no repeats.
    pub orgs: Vec<OrgId>,
    /// Task concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// Session concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Datasets concerned, sorted, no repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<DatasetId>,
    /// Application concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationId>,
    /// Grant concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// Account concerned, when it is not the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountRef>,
    /// Stable code of a failure, refusal or dispute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Outcome of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Applied.
    Applied,
    /// Ordered, but a rule forbade it; nothing changed except the sender's nonce.
    Refused {
        /// Stable code of the rule.
        code: String,
        /// Parameters for the message, by name.
        params: BTreeMap<String, String>,
    },
}

/// Receipt of one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Which transaction.
    pub tx: TxId,
    /// In which block.
    pub height: Height,
    /// At which place in it, from 0.
    pub index: u32,
    /// Outcome.
    pub outcome: Outcome,
    /// Events, in order.
    pub events: Vec<Event>,
}

impl Receipt {
    /// The leaf that goes under `receipts_root`.
    pub fn leaf(&self, suite: SuiteId, chain: &ChainId) -> Digest {
        preimage::digest(suite, Tag::Receipt, chain, &cbor::to_bytes(self))
    }

    /// Whether the transaction took effect.
    pub fn applied(&self) -> bool {
        self.outcome == Outcome::Applied
    }
}
