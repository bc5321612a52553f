//! Applications.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::applications as t;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t)]
pub struct Application {
    /// Id.
    pub id: String,
    /// Dataset.
    pub dataset: String,
    /// Its owner.
    pub owner: String,
    /// Who applies.
    pub applicant: String,
    /// `submitted`, `approved` or `rejected`.
    pub status: String,
    /// Submission.
    pub submitted_ms: i64,
    /// Latest change.
    pub updated_ms: i64,
    /// Canonical bytes of the object.
    pub object: Vec<u8>,
}

/// Filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By or for this organisation.
    pub involving: Option<String>,
    /// By this organisation.
    pub applicant: Option<String>,
    /// For data of this organisation.
    pub owner: Option<String>,
    /// With this status.
    pub status: Option<String>,
    /// For this dataset.
    pub dataset: Option<String>,
}

/// Adds or replaces.
pub fn put(c: &mut Connection, row: &Application) -> Result<()> {
    diesel::delete(t::table.find(&row.id)).execute(c)?;
    diesel::insert_into(t::table).values(row).execute(c).map(drop)
}

/// An application.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Application>> {
    t::table.find(id).first(c).optional()
}

/// Applications, latest first, after `(submitted_ms, id)`.
pub fn list(c: &mut Connection, f: Filter, after: Option<(i64, String)>, limit: i64) -> Result<Vec<Application>> {
    let mut q = t::table.into_boxed();
    if let Some(v) = f.involving {
        q = q.filter(t::applicant.eq(v.clone()).or(t::owner.eq(v)));
    }
    if let Some(v) = f.applicant {
        q = q.filter(t::applicant.eq(v));
    }
    if let Some(v) = f.owner {
        q = q.filter(t::owner.eq(v));
    }
    if let Some(v) = f.status {
        q = q.filter(t::status.eq(v));
    }
    if let Some(v) = f.dataset {
        q = q.filter(t::dataset.eq(v));
    }
    if let Some((k, id)) = after {
        q = q.filter(t::submitted_ms.lt(k).or(t::submitted_ms.eq(k).and(t::id.gt(id))));
    }
    q.order((t::submitted_ms.desc(), t::id.asc())).limit(limit).load(c)
}

/// How many for a dataset: all, and waiting.
pub fn counts_for(c: &mut Connection, dataset: &str) -> Result<(i64, i64)> {
    let all = t::table.filter(t::dataset.eq(dataset)).count().get_result(c)?;
    let waiting = t::table.filter(t::dataset.eq(dataset)).filter(t::status.eq("submitted")).count().get_result(c)?;
    Ok((all, waiting))
}

/// How many wait for an owner.
pub fn count_waiting(c: &mut Connection, owner: &str) -> Result<i64> {
    t::table.filter(t::owner.eq(owner)).filter(t::status.eq("submitted")).count().get_result(c)
}
