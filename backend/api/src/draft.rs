//! Drafts: what a person typed into a wizard and has not signed yet. Private to the account.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::page::page;

/// Which wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// Publishing a dataset.
    Dataset,
    /// Applying for data.
    Application,
    /// Proposing a task.
    Task,
}

impl DraftKind {
    /// The kind on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Application => "application",
            Self::Task => "task",
        }
    }
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// Id.
    pub id: String,
    /// Which wizard.
    pub kind: DraftKind,
    /// Title for the list.
    pub title: String,
    /// What was typed; the wizard's own business, at most 64 KiB. Never a passphrase.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
    /// Row version, also the ETag.
    pub version: u64,
    /// Latest change.
    pub updated_at: Timestamp,
}

page!(/// A page of drafts, newest first.
    DraftPage of Draft);

/// Filters of the list of drafts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DraftQuery {
    /// Only of this wizard.
    pub kind: Option<DraftKind>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// Saves a new draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftCreate {
    /// Which wizard.
    pub kind: DraftKind,
    /// Title for the list.
    pub title: String,
    /// What was typed.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
}

/// Saves a draft again; needs `If-Match`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftUpdate {
    /// Title for the list.
    pub title: String,
    /// What was typed.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
}
