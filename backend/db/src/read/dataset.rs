//! Datasets.

use diesel::prelude::*;

use crate::connection::MultiBackend;
use crate::schema::datasets;
use crate::{Connection, like};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A dataset.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = datasets)]
pub struct Dataset {
    /// Id.
    pub id: String,
    /// Owner.
    pub owner: String,
    /// Title.
    pub title: String,
    /// Theme.
    pub theme: String,
    /// Grade.
    pub sensitivity: String,
    /// May be used.
    pub active: bool,
    /// Kinds of task it has room for, separated by commas.
    pub kinds: String,
    /// Rows of the latest version.
    pub row_count: i64,
    /// Latest version.
    pub version: i32,
    /// Columns.
    pub column_count: i32,
    /// First publication.
    pub published_ms: i64,
    /// Latest change.
    pub updated_ms: i64,
    /// Lower-case text that searches look in.
    pub search: String,
    /// Canonical bytes of the object.
    pub object: Vec<u8>,
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Latest change first.
    Updated,
    /// By title.
    Title,
    /// Most rows first.
    Rows,
}

/// Where a page starts: sort key and id of the last row before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// For [`Sort::Updated`] and [`Sort::Rows`].
    Number(i64, String),
    /// For [`Sort::Title`].
    Text(String, String),
}

/// Filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must all occur.
    pub words: Vec<String>,
    /// Of this owner.
    pub owner: Option<String>,
    /// Not of this owner.
    pub not_owner: Option<String>,
    /// Of this grade.
    pub sensitivity: Option<String>,
    /// Of this theme.
    pub theme: Option<String>,
    /// With room for this kind of task.
    pub kind: Option<String>,
    /// Usable or not.
    pub active: Option<bool>,
}

/// Adds or replaces; the time of publication stays.
pub fn put(c: &mut Connection, mut row: Dataset) -> Result<()> {
    let published: Option<i64> = datasets::table.find(&row.id).select(datasets::published_ms).first(c).optional()?;
    row.published_ms = published.unwrap_or(row.published_ms);
    diesel::delete(datasets::table.find(&row.id)).execute(c)?;
    diesel::insert_into(datasets::table).values(&row).execute(c).map(drop)
}

/// A dataset.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Dataset>> {
    datasets::table.find(id).first(c).optional()
}

/// Titles of datasets.
pub fn titles(c: &mut Connection, ids: &[String]) -> Result<Vec<(String, String)>> {
    datasets::table.filter(datasets::id.eq_any(ids.to_vec())).select((datasets::id, datasets::title)).load(c)
}

/// Datasets per owner.
pub fn counts(c: &mut Connection) -> Result<Vec<(String, i64)>> {
    datasets::table.group_by(datasets::owner).select((datasets::owner, diesel::dsl::count_star())).load(c)
}

fn filtered<'a>(f: Filter) -> datasets::BoxedQuery<'a, MultiBackend> {
    let mut q = datasets::table.into_boxed();
    for word in &f.words {
        q = q.filter(datasets::search.like(like(word)).escape('!'));
    }
    if let Some(v) = f.owner {
        q = q.filter(datasets::owner.eq(v));
    }
    if let Some(v) = f.not_owner {
        q = q.filter(datasets::owner.ne(v));
    }
    if let Some(v) = f.sensitivity {
        q = q.filter(datasets::sensitivity.eq(v));
    }
    if let Some(v) = f.theme {
        q = q.filter(datasets::theme.eq(v));
    }
    if let Some(v) = f.kind {
        q = q.filter(datasets::kinds.like(like(&v)).escape('!'));
    }
    if let Some(v) = f.active {
        q = q.filter(datasets::active.eq(v));
    }
    q
}

/// A page of datasets.
pub fn list(c: &mut Connection, f: Filter, sort: Sort, after: Option<After>, limit: i64) -> Result<Vec<Dataset>> {
    let mut q = filtered(f);
    match (sort, after) {
        (Sort::Updated, Some(After::Number(k, id))) => {
            q = q.filter(datasets::updated_ms.lt(k).or(datasets::updated_ms.eq(k).and(datasets::id.gt(id))));
        }
        (Sort::Rows, Some(After::Number(k, id))) => {
            q = q.filter(datasets::row_count.lt(k).or(datasets::row_count.eq(k).and(datasets::id.gt(id))));
        }
        (Sort::Title, Some(After::Text(k, id))) => {
            q = q.filter(datasets::title.gt(k.clone()).or(datasets::title.eq(k).and(datasets::id.gt(id))));
        }
        _ => {}
    }
    match sort {
        Sort::Updated => q.order((datasets::updated_ms.desc(), datasets::id.asc())).limit(limit).load(c),
        Sort::Rows => q.order((datasets::row_count.desc(), datasets::id.asc())).limit(limit).load(c),
        Sort::Title => q.order((datasets::title.asc(), datasets::id.asc())).limit(limit).load(c),
    }
}

/// Owner, grade and theme of every dataset that the filter finds.
pub fn facets(c: &mut Connection, f: Filter) -> Result<Vec<(String, String, String)>> {
    filtered(f).select((datasets::owner, datasets::sensitivity, datasets::theme)).load(c)
}
