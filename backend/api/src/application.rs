//! Applications for data (用数申请) and their review.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::page::page;
use crate::policy::ColumnUse;
use crate::signing::{LedgerReceipt, signed};
use crate::task::TaskKind;

/// What is asked for, or granted: which columns in which form, for what, until when, how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Columns and their form.
    pub columns: Vec<ColumnUse>,
    /// Purpose of use, e.g. `loan-review`.
    pub purpose: String,
    /// Kinds of task.
    pub kinds: Vec<TaskKind>,
    /// Not after this time.
    pub not_after: Timestamp,
    /// How many tasks.
    pub uses: u32,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// Waiting for the owner.
    Submitted,
    /// Approved; the grant says what exactly.
    Approved,
    /// Rejected.
    Rejected,
}

/// An application for data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Short id.
    pub id: String,
    /// The dataset.
    pub dataset: String,
    /// Its title.
    pub dataset_title: String,
    /// Who owns it.
    pub owner: OrganisationRef,
    /// Who applies.
    pub applicant: OrganisationRef,
    /// The person, `org/account`.
    pub applied_by: String,
    /// What is asked for.
    pub scope: Scope,
    /// Why, in words.
    pub reason: String,
    /// Where it stands.
    pub state: ApplicationState,
    /// It waits for a data owner of this organisation.
    pub needs_me: bool,
    /// The grant it led to.
    #[schema(required)]
    pub grant: Option<String>,
    /// Why it was rejected.
    #[schema(required)]
    pub rejection_reason: Option<String>,
    /// The reviewer, `org/account`.
    #[schema(required)]
    pub reviewed_by: Option<String>,
    /// When it was reviewed (block time).
    #[schema(required)]
    pub reviewed_at: Option<Timestamp>,
    /// When it was submitted (block time).
    pub submitted_at: Timestamp,
}

page!(/// A page of applications.
    ApplicationPage of Application);

/// Whose applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// By this organisation.
    Mine,
    /// For this organisation's data.
    ToMe,
}

/// Filters of the list of applications.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApplicationQuery {
    /// By or for this organisation; absent: both.
    pub direction: Option<Direction>,
    /// Only in this state.
    pub state: Option<ApplicationState>,
    /// Only for this dataset.
    pub dataset: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// Applies for data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationCreate {
    /// Id; the preview (or the server) fills it in when absent.
    #[serde(default)]
    pub id: Option<String>,
    /// The dataset.
    pub dataset: String,
    /// What is asked for.
    pub scope: Scope,
    /// Why, in words; public to the consortium.
    pub reason: String,
}
signed!(/// Applies for data, signed by a requester.
    ApplicationCreateSigned of ApplicationCreate);

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// Yes; `terms` are the grant.
    Approve,
    /// No; `reason` says why.
    Reject,
}

/// Answers an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewCreate {
    /// The application.
    pub application: String,
    /// Yes or no.
    pub decision: ReviewDecision,
    /// The grant's terms, not wider than the application; absent: exactly what was asked for.
    #[serde(default)]
    pub terms: Option<Scope>,
    /// Id of the new grant; the preview (or the server) fills it in when absent.
    #[serde(default)]
    pub grant: Option<String>,
    /// Why it is rejected.
    #[serde(default)]
    pub reason: Option<String>,
}
signed!(/// Answers an application, signed by a data owner.
    ReviewCreateSigned of ReviewCreate);

/// An application and where its latest step stands on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApplicationCommitted {
    /// The application after the step.
    pub application: Application,
    /// The transaction.
    pub receipt: LedgerReceipt,
}
