//! Sessions. The table knows only digests of the tokens, so a stolen database opens no session.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::sessions;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Digest of the token in the cookie.
    pub token_digest: String,
    /// Whose.
    pub username: String,
    /// What every change must carry.
    pub csrf_token: String,
    /// Login.
    pub created_ms: i64,
    /// Last use.
    pub last_seen_ms: i64,
    /// End.
    pub expires_ms: i64,
}

/// Starts a session and forgets those that ended.
pub fn insert(c: &mut Connection, session: &Session) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::expires_ms.lt(session.created_ms))).execute(c)?;
    diesel::insert_into(sessions::table).values(session).execute(c).map(drop)
}

/// A session that has not ended.
pub fn find(c: &mut Connection, token_digest: &str, now_ms: i64) -> Result<Option<Session>> {
    sessions::table.find(token_digest).filter(sessions::expires_ms.gt(now_ms)).first(c).optional()
}

/// Notes a use and moves the end.
pub fn touch(c: &mut Connection, token_digest: &str, now_ms: i64, expires_ms: i64) -> Result<()> {
    diesel::update(sessions::table.find(token_digest))
        .set((sessions::last_seen_ms.eq(now_ms), sessions::expires_ms.eq(expires_ms)))
        .execute(c)
        .map(drop)
}

/// Ends a session.
pub fn delete(c: &mut Connection, token_digest: &str) -> Result<()> {
    diesel::delete(sessions::table.find(token_digest)).execute(c).map(drop)
}

/// Ends every session of an account, except one.
pub fn delete_of(c: &mut Connection, username: &str, except: Option<&str>) -> Result<usize> {
    diesel::delete(
        sessions::table
            .filter(sessions::username.eq(username))
            .filter(sessions::token_digest.ne(except.unwrap_or_default())),
    )
    .execute(c)
}
