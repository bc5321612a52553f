//! Drafts.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::drafts;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = drafts)]
pub struct Draft {
    /// Id.
    pub id: String,
    /// Whose.
    pub username: String,
    /// Which wizard.
    pub kind: String,
    /// Title.
    pub title: String,
    /// JSON.
    pub content: String,
    /// Raised with every change.
    pub version: i64,
    /// Creation.
    pub created_ms: i64,
    /// Latest change.
    pub updated_ms: i64,
}

/// Saves a new draft.
pub fn insert(c: &mut Connection, draft: &Draft) -> Result<()> {
    diesel::insert_into(drafts::table).values(draft).execute(c).map(drop)
}

/// A draft of this account.
pub fn find(c: &mut Connection, username: &str, id: &str) -> Result<Option<Draft>> {
    drafts::table.find(id).filter(drafts::username.eq(username)).first(c).optional()
}

/// How many drafts an account has.
pub fn count(c: &mut Connection, username: &str) -> Result<i64> {
    drafts::table.filter(drafts::username.eq(username)).count().get_result(c)
}

/// Drafts of this account, latest first, after `(updated_ms, id)`.
pub fn list(
    c: &mut Connection,
    username: &str,
    kind: Option<&str>,
    after: Option<(i64, String)>,
    limit: i64,
) -> Result<Vec<Draft>> {
    let mut q = drafts::table.filter(drafts::username.eq(username.to_owned())).into_boxed();
    if let Some(kind) = kind {
        q = q.filter(drafts::kind.eq(kind.to_owned()));
    }
    if let Some((updated, id)) = after {
        q = q.filter(drafts::updated_ms.lt(updated).or(drafts::updated_ms.eq(updated).and(drafts::id.gt(id))));
    }
    q.order((drafts::updated_ms.desc(), drafts::id.asc())).limit(limit).load(c)
}

/// Saves a draft again if it still has `version`; `false` when it does not.
pub fn update(
    c: &mut Connection,
    username: &str,
    id: &str,
    version: i64,
    title: &str,
    content: &str,
    now_ms: i64,
) -> Result<bool> {
    diesel::update(drafts::table.find(id).filter(drafts::username.eq(username)).filter(drafts::version.eq(version)))
        .set((
            drafts::title.eq(title),
            drafts::content.eq(content),
            drafts::version.eq(version + 1),
            drafts::updated_ms.eq(now_ms),
        ))
        .execute(c)
        .map(|n| n == 1)
}

/// Throws a draft away.
pub fn delete(c: &mut Connection, username: &str, id: &str) -> Result<bool> {
    diesel::delete(drafts::table.find(id).filter(drafts::username.eq(username))).execute(c).map(|n| n == 1)
}
