//! The operation log.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::operations;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A row to add.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = operations)]
#[diesel(treat_none_as_default_value = false)]
pub struct NewOperation {
    /// When.
    pub at_ms: i64,
    /// Operation id of the endpoint.
    pub operation: String,
    /// Who.
    pub actor: Option<String>,
    /// Path called.
    pub path: String,
    /// Address it came from.
    pub remote: String,
    /// HTTP status.
    pub status: i32,
    /// Code of the problem.
    pub code: Option<String>,
    /// Trace id.
    pub trace_id: String,
    /// Time taken.
    pub duration_ms: i64,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Operation {
    /// Row number.
    pub id: i64,
    /// When.
    pub at_ms: i64,
    /// Operation id of the endpoint.
    pub operation: String,
    /// Who.
    pub actor: Option<String>,
    /// Path called.
    pub path: String,
    /// Address it came from.
    pub remote: String,
    /// HTTP status.
    pub status: i32,
    /// Code of the problem.
    pub code: Option<String>,
    /// Trace id.
    pub trace_id: String,
    /// Time taken.
    pub duration_ms: i64,
}

/// Filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By this account.
    pub actor: Option<String>,
    /// Of this operation.
    pub operation: Option<String>,
    /// Failed or not.
    pub failed: Option<bool>,
    /// Not before.
    pub from_ms: Option<i64>,
    /// Before.
    pub to_ms: Option<i64>,
    /// With this trace id.
    pub trace_id: Option<String>,
}

/// Adds a row.
pub fn insert(c: &mut Connection, row: &NewOperation) -> Result<()> {
    diesel::insert_into(operations::table).values(row).execute(c).map(drop)
}

/// Rows, latest first, before row `before`.
pub fn list(c: &mut Connection, f: Filter, before: Option<i64>, limit: i64) -> Result<Vec<Operation>> {
    let mut q = operations::table.into_boxed();
    if let Some(v) = f.actor {
        q = q.filter(operations::actor.eq(v));
    }
    if let Some(v) = f.operation {
        q = q.filter(operations::operation.eq(v));
    }
    match f.failed {
        Some(true) => q = q.filter(operations::status.ge(400)),
        Some(false) => q = q.filter(operations::status.lt(400)),
        None => {}
    }
    if let Some(v) = f.from_ms {
        q = q.filter(operations::at_ms.ge(v));
    }
    if let Some(v) = f.to_ms {
        q = q.filter(operations::at_ms.lt(v));
    }
    if let Some(v) = f.trace_id {
        q = q.filter(operations::trace_id.eq(v));
    }
    if let Some(v) = before {
        q = q.filter(operations::id.lt(v));
    }
    q.order(operations::id.desc()).limit(limit).load(c)
}
