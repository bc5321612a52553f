//! Tasks and their parties.

use diesel::prelude::*;

use crate::connection::{MultiBackend, insert_batch};
use crate::schema::{task_parties as parties, tasks as t};
use crate::{Connection, like};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t)]
#[diesel(treat_none_as_default_value = false)]
pub struct Task {
    /// Digest of its specification, hex.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Status.
    pub status: String,
    /// Proposer's organisation.
    pub proposer: String,
    /// Receiver.
    pub receiver: String,
    /// Proposal.
    pub proposed_ms: i64,
    /// Latest change.
    pub updated_ms: i64,
    /// Deadline.
    pub not_after_ms: i64,
    /// Final state.
    pub finished_ms: Option<i64>,
    /// Lower-case text that searches look in.
    pub search: String,
    /// Canonical bytes of the object.
    pub object: Vec<u8>,
}

/// A party of a task.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = parties)]
#[diesel(treat_none_as_default_value = false)]
pub struct Party {
    /// The task.
    pub task: String,
    /// The organisation.
    pub org: String,
    /// What it brings.
    pub dataset: String,
    /// It approved.
    pub approved: bool,
}

/// Which side an organisation is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// Proposed by it.
    Published(String),
    /// It takes part, another proposed.
    Joined(String),
    /// Neither.
    Observed(String),
    /// Published or joined.
    Involved(String),
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Latest change first.
    Updated,
    /// Latest proposal first.
    Proposed,
    /// By title.
    Title,
}

/// Filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must all occur.
    pub words: Vec<String>,
    /// Which side an organisation is on.
    pub side: Option<Side>,
    /// Of this kind.
    pub kind: Option<String>,
    /// With this status.
    pub status: Option<String>,
    /// That name this dataset.
    pub dataset: Option<String>,
    /// With this organisation as a party.
    pub org: Option<String>,
    /// That wait for this organisation's approval, at this time.
    pub waits_for: Option<(String, i64)>,
}

/// Adds or replaces.
pub fn put(c: &mut Connection, row: &Task, party_rows: &[Party]) -> Result<()> {
    diesel::delete(t::table.find(&row.id)).execute(c)?;
    diesel::delete(parties::table.filter(parties::task.eq(&row.id))).execute(c)?;
    diesel::insert_into(t::table).values(row).execute(c)?;
    insert_batch!(c, parties::table, party_rows).map(drop)
}

/// A task.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Task>> {
    t::table.find(id).first(c).optional()
}

/// Tasks whose id starts so.
pub fn starting_with(c: &mut Connection, prefix: &str, limit: i64) -> Result<Vec<Task>> {
    t::table
        .filter(t::id.ge(prefix.to_owned()))
        .filter(t::id.lt(format!("{prefix}g")))
        .order(t::id)
        .limit(limit)
        .load(c)
}

fn filtered<'a>(f: Filter) -> t::BoxedQuery<'a, MultiBackend> {
    let mut q = t::table.into_boxed();
    for word in &f.words {
        q = q.filter(t::search.like(like(word)).escape('!'));
    }
    let of = |org: String| parties::table.filter(parties::org.eq(org)).select(parties::task);
    match f.side {
        Some(Side::Published(org)) => q = q.filter(t::proposer.eq(org)),
        Some(Side::Joined(org)) => q = q.filter(t::proposer.ne(org.clone())).filter(t::id.eq_any(of(org))),
        Some(Side::Observed(org)) => q = q.filter(t::proposer.ne(org.clone())).filter(t::id.ne_all(of(org))),
        Some(Side::Involved(org)) => q = q.filter(t::proposer.eq(org.clone()).or(t::id.eq_any(of(org)))),
        None => {}
    }
    if let Some(v) = f.kind {
        q = q.filter(t::kind.eq(v));
    }
    if let Some(v) = f.status {
        q = q.filter(t::status.eq(v));
    }
    if let Some(v) = f.dataset {
        q = q.filter(t::id.eq_any(parties::table.filter(parties::dataset.eq(v)).select(parties::task)));
    }
    if let Some(v) = f.org {
        q = q.filter(t::id.eq_any(of(v)));
    }
    if let Some((org, now)) = f.waits_for {
        let open =
            parties::table.filter(parties::org.eq(org)).filter(parties::approved.eq(false)).select(parties::task);
        q = q.filter(t::status.eq("proposed")).filter(t::not_after_ms.ge(now)).filter(t::id.eq_any(open));
    }
    q
}

/// Where a page starts: sort key and id of the last row before it.
pub use crate::read::dataset::After;

/// A page of tasks.
pub fn list(c: &mut Connection, f: Filter, sort: Sort, after: Option<After>, limit: i64) -> Result<Vec<Task>> {
    let mut q = filtered(f);
    match (sort, after) {
        (Sort::Updated, Some(After::Number(k, id))) => {
            q = q.filter(t::updated_ms.lt(k).or(t::updated_ms.eq(k).and(t::id.gt(id))));
        }
        (Sort::Proposed, Some(After::Number(k, id))) => {
            q = q.filter(t::proposed_ms.lt(k).or(t::proposed_ms.eq(k).and(t::id.gt(id))));
        }
        (Sort::Title, Some(After::Text(k, id))) => {
            q = q.filter(t::title.gt(k.clone()).or(t::title.eq(k).and(t::id.gt(id))));
        }
        _ => {}
    }
    match sort {
        Sort::Updated => q.order((t::updated_ms.desc(), t::id.asc())).limit(limit).load(c),
        Sort::Proposed => q.order((t::proposed_ms.desc(), t::id.asc())).limit(limit).load(c),
        Sort::Title => q.order((t::title.asc(), t::id.asc())).limit(limit).load(c),
    }
}

/// How many.
pub fn count(c: &mut Connection, f: Filter) -> Result<i64> {
    filtered(f).count().get_result(c)
}

/// Tasks that name a dataset: all, completed, and the time of the last completion.
pub fn usage_of(c: &mut Connection, dataset: &str) -> Result<(i64, i64, Option<i64>)> {
    let named = || t::id.eq_any(parties::table.filter(parties::dataset.eq(dataset.to_owned())).select(parties::task));
    let all = t::table.filter(named()).count().get_result(c)?;
    let completed = t::table.filter(named()).filter(t::status.eq("completed")).count().get_result(c)?;
    let last: Option<Option<i64>> = t::table
        .filter(named())
        .filter(t::status.eq("completed"))
        .order(t::finished_ms.desc())
        .select(t::finished_ms)
        .first(c)
        .optional()?;
    Ok((all, completed, last.flatten()))
}
