//! Evidence (存证): what the ledger says about a task, a dataset, an organisation, a person.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::page::page;

/// One piece of evidence: a committed transaction and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceItem {
    /// Transaction id.
    pub transaction: String,
    /// Height.
    pub height: u64,
    /// Position in the block.
    pub index: u32,
    /// Block time.
    pub time: Timestamp,
    /// Ledger action, e.g. `task_approve`.
    pub action: String,
    /// Whose account signed.
    pub organisation: OrganisationRef,
    /// The account, `org/account`.
    pub actor: String,
    /// What it says, in the language asked for.
    pub sentence: String,
    /// What the transaction carried; the digest that the signature covers.
    pub digest: String,
    /// Accepted by the rules. A refused transaction is evidence of the attempt.
    pub accepted: bool,
    /// Code of the refusal.
    #[schema(required)]
    pub code: Option<String>,
    /// Tasks it is about.
    pub tasks: Vec<String>,
    /// Datasets it is about.
    pub datasets: Vec<String>,
    /// Grants it is about.
    pub grants: Vec<String>,
    /// Applications it is about.
    pub applications: Vec<String>,
}

page!(/// A page of evidence.
    EvidencePage of EvidenceItem);

/// Search of evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EvidenceQuery {
    /// About this task.
    pub task: Option<String>,
    /// About this dataset.
    pub dataset: Option<String>,
    /// Signed by an account of this organisation.
    pub organisation: Option<String>,
    /// Signed by this account, `org/account`.
    pub actor: Option<String>,
    /// Only this ledger action.
    pub action: Option<String>,
    /// Not before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// The chain of evidence of a task or dataset, in time: publication → grant → approvals → start → finish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceTimeline {
    /// The task or dataset.
    pub subject: String,
    /// Oldest first.
    pub items: Vec<EvidenceItem>,
    /// What it proves, in words, in the language asked for.
    pub proved: Vec<String>,
    /// What it does not prove.
    pub not_proved: Vec<String>,
}
