//! Lists of tasks.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{TaskKind, TaskState};
use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::page::page;

/// Which side of a task this organisation is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskInvolvement {
    /// 我发布的: proposed here.
    Published,
    /// 我参与的: proposed elsewhere, takes part here.
    Joined,
    /// Neither; seen as a member of the consortium.
    Observed,
}

/// Role in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProtocolRole {
    /// Learns the result.
    Receiver,
    /// Learns nothing but sizes.
    Sender,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskSummary {
    /// Digest of its specification.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: TaskKind,
    /// Purpose.
    pub purpose: String,
    /// Where it stands.
    pub state: TaskState,
    /// Which side this organisation is on.
    pub involvement: TaskInvolvement,
    /// It waits for an approval of this organisation.
    pub needs_me: bool,
    /// Proposer's organisation.
    pub proposer: OrganisationRef,
    /// The person, `org/account`.
    pub proposed_by: String,
    /// Who takes part.
    pub parties: Vec<OrganisationRef>,
    /// Who learns the result.
    pub receiver: OrganisationRef,
    /// Approvals so far.
    pub approvals: u32,
    /// Approvals needed.
    pub approvals_needed: u32,
    /// Runs so far.
    pub attempts: u32,
    /// When it was proposed (block time).
    pub proposed_at: Timestamp,
    /// Not started after this time.
    pub not_after: Timestamp,
    /// When it reached its final state (block time).
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    /// Latest change (block time).
    pub updated_at: Timestamp,
}

page!(/// A page of tasks.
    TaskPage of TaskSummary);

/// Order of a list of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskSort {
    /// Latest change first.
    #[default]
    UpdatedAt,
    /// Latest proposal first.
    ProposedAt,
    /// By title.
    Title,
}

/// Filters of the list of tasks. With `Accept: text/csv` the list comes as CSV.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Words in the title or purpose, or the start of the id.
    pub q: Option<String>,
    /// Which side this organisation is on.
    pub involvement: Option<TaskInvolvement>,
    /// Only of this kind.
    pub kind: Option<TaskKind>,
    /// Only in this state.
    pub state: Option<TaskState>,
    /// Only those that name this dataset.
    pub dataset: Option<String>,
    /// Only with this organisation.
    pub org: Option<String>,
    /// `true`: only those that wait for this organisation.
    pub needs_me: Option<bool>,
    /// Order.
    pub sort: Option<TaskSort>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}
