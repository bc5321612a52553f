//! Operation log (操作日志): who did what on this node, and how it went.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::page::page;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Operation {
    /// Row number.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Operation id of the endpoint, e.g. `create_task`.
    pub operation: String,
    /// Who; null before login.
    #[schema(required)]
    pub actor: Option<String>,
    /// Path that was called.
    pub path: String,
    /// Address it came from.
    pub remote: String,
    /// HTTP status.
    pub status: u16,
    /// Code of the problem.
    #[schema(required)]
    pub code: Option<String>,
    /// Trace id.
    pub trace_id: String,
    /// Time taken.
    pub duration_ms: u64,
}

page!(/// A page of the operation log, newest first.
    OperationPage of Operation);

/// Filters of the operation log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OperationQuery {
    /// Only by this account.
    pub actor: Option<String>,
    /// Only this operation.
    pub operation: Option<String>,
    /// `true`: only those that failed.
    pub failed: Option<bool>,
    /// Not before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Only with this trace id.
    pub trace_id: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}
