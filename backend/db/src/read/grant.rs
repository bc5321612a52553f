//! Grants.

use diesel::prelude::*;

use crate::Connection;
use crate::connection::MultiBackend;
use crate::schema::grants as t;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t)]
pub struct Grant {
    /// Id.
    pub id: String,
    /// Dataset.
    pub dataset: String,
    /// Application.
    pub application: String,
    /// Who gives.
    pub grantor: String,
    /// Who may use.
    pub grantee: String,
    /// Taken back.
    pub revoked: bool,
    /// Uses so far.
    pub used: i32,
    /// Uses permitted.
    pub uses: i32,
    /// End.
    pub not_after_ms: i64,
    /// When it was given.
    pub granted_ms: i64,
    /// Canonical bytes of the object.
    pub object: Vec<u8>,
}

/// Whether it can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Yes.
    Active,
    /// Its time is over.
    Expired,
    /// Used up.
    UsedUp,
    /// Taken back.
    Revoked,
}

impl Grant {
    /// Whether it can be used at a time.
    pub fn state(&self, now_ms: i64) -> State {
        if self.revoked {
            State::Revoked
        } else if self.not_after_ms < now_ms {
            State::Expired
        } else if self.used >= self.uses {
            State::UsedUp
        } else {
            State::Active
        }
    }
}

/// Filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By or to this organisation.
    pub involving: Option<String>,
    /// By this organisation.
    pub grantor: Option<String>,
    /// To this organisation.
    pub grantee: Option<String>,
    /// In this state at this time.
    pub state: Option<(State, i64)>,
    /// For this dataset.
    pub dataset: Option<String>,
}

/// Adds or replaces.
pub fn put(c: &mut Connection, row: &Grant) -> Result<()> {
    diesel::delete(t::table.find(&row.id)).execute(c)?;
    diesel::insert_into(t::table).values(row).execute(c).map(drop)
}

/// A grant.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Grant>> {
    t::table.find(id).first(c).optional()
}

fn filtered<'a>(f: Filter) -> t::BoxedQuery<'a, MultiBackend> {
    let mut q = t::table.into_boxed();
    if let Some(v) = f.involving {
        q = q.filter(t::grantor.eq(v.clone()).or(t::grantee.eq(v)));
    }
    if let Some(v) = f.grantor {
        q = q.filter(t::grantor.eq(v));
    }
    if let Some(v) = f.grantee {
        q = q.filter(t::grantee.eq(v));
    }
    match f.state {
        Some((State::Revoked, _)) => q = q.filter(t::revoked.eq(true)),
        Some((State::Expired, now)) => q = q.filter(t::revoked.eq(false)).filter(t::not_after_ms.lt(now)),
        Some((State::UsedUp, now)) => {
            q = q.filter(t::revoked.eq(false)).filter(t::not_after_ms.ge(now)).filter(t::used.ge(t::uses));
        }
        Some((State::Active, now)) => {
            q = q.filter(t::revoked.eq(false)).filter(t::not_after_ms.ge(now)).filter(t::used.lt(t::uses));
        }
        None => {}
    }
    if let Some(v) = f.dataset {
        q = q.filter(t::dataset.eq(v));
    }
    q
}

/// Grants, latest first, after `(granted_ms, id)`.
pub fn list(c: &mut Connection, f: Filter, after: Option<(i64, String)>, limit: i64) -> Result<Vec<Grant>> {
    let mut q = filtered(f);
    if let Some((k, id)) = after {
        q = q.filter(t::granted_ms.lt(k).or(t::granted_ms.eq(k).and(t::id.gt(id))));
    }
    q.order((t::granted_ms.desc(), t::id.asc())).limit(limit).load(c)
}

/// How many.
pub fn count(c: &mut Connection, f: Filter) -> Result<i64> {
    filtered(f).count().get_result(c)
}

/// Usable grants of an organisation that end before a time or have one use left, soonest end first.
pub fn expiring(c: &mut Connection, org: &str, now_ms: i64, before_ms: i64, limit: i64) -> Result<Vec<Grant>> {
    filtered(Filter { involving: Some(org.to_owned()), state: Some((State::Active, now_ms)), ..Filter::default() })
        .filter(t::not_after_ms.lt(before_ms).or(t::uses.eq(t::used + 1).and(t::uses.gt(1))))
        .order((t::not_after_ms.asc(), t::id.asc()))
        .limit(limit)
        .load(c)
}
