//! 工作台: what needs me.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;
use crate::dataset::DatasetSummary;
use crate::task::TaskSummary;

/// Why something needs me.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TodoKind {
    /// A task waits for our approval.
    TaskApproval,
    /// An application waits for our review.
    ApplicationReview,
    /// A grant to or by us ends within seven days or has one use left.
    GrantExpiring,
    /// A task of ours is disputed.
    TaskDisputed,
    /// A task of ours failed.
    TaskFailed,
}

/// One thing that needs me.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Todo {
    /// Why.
    pub kind: TodoKind,
    /// Id of the task, application or grant.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The other organisation's name, empty when there is none.
    pub from: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when it can be done.
    #[schema(required)]
    pub due: Option<Timestamp>,
}

/// A number on the home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// Stable name: `datasets_mine`, `datasets_catalogue`, `grants_given`, `grants_received`, `tasks_running`,
    /// `tasks_completed`, `evidence`, `members`.
    pub name: String,
    /// Value.
    pub value: u64,
}

/// The home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Home {
    /// How many things need me (may be more than are listed).
    pub todo_count: u64,
    /// The oldest 20 of them.
    pub todos: Vec<Todo>,
    /// The latest five tasks of this organisation.
    pub tasks: Vec<TaskSummary>,
    /// Own datasets with the latest use, at most five.
    pub datasets: Vec<DatasetUse>,
    /// Figures.
    pub figures: Vec<Figure>,
    /// First steps and whether they are done, by role.
    pub guide: Vec<GuideStep>,
}

/// One own dataset in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetUse {
    /// The dataset.
    pub dataset: DatasetSummary,
    /// Grants that can be used now.
    pub grants_active: u64,
    /// Tasks completed on it.
    pub tasks_completed: u64,
}

/// One first step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuideStep {
    /// Stable name: `register_source`, `publish_dataset`, `apply_for_data`, `propose_task`, `approve_task`, `verify_evidence`.
    pub name: String,
    /// Done by this organisation.
    pub done: bool,
}
