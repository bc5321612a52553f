//! Logins: password hashes, and the count of failures that locks an account.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::{login_failures, logins};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = logins)]
pub struct Login {
    /// Account name.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// May not log in.
    pub frozen: bool,
    /// Last success.
    pub last_login_ms: Option<i64>,
    /// Creation.
    pub created_ms: i64,
    /// Raised with every change.
    pub version: i64,
}

/// A login that failed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = login_failures)]
#[diesel(treat_none_as_default_value = false)]
pub struct Failures {
    /// The name that was typed, known or not.
    pub username: String,
    /// Failures in a row.
    pub failures: i32,
    /// The last of them.
    pub last_ms: i64,
    /// Locked until then.
    pub locked_until_ms: Option<i64>,
}

/// Adds a login.
pub fn insert(c: &mut Connection, login: &Login) -> Result<()> {
    diesel::insert_into(logins::table).values(login).execute(c).map(drop)
}

/// One login.
pub fn find(c: &mut Connection, username: &str) -> Result<Option<Login>> {
    logins::table.find(username).first(c).optional()
}

/// Every login, by name. One organisation has tens to hundreds.
pub fn all(c: &mut Connection) -> Result<Vec<Login>> {
    logins::table.order(logins::username).load(c)
}

/// Sets the password.
pub fn set_password(c: &mut Connection, username: &str, hash: &str) -> Result<bool> {
    diesel::update(logins::table.find(username))
        .set((logins::password_hash.eq(hash), logins::version.eq(logins::version + 1)))
        .execute(c)
        .map(|n| n == 1)
}

/// Freezes or enables.
pub fn set_frozen(c: &mut Connection, username: &str, frozen: bool) -> Result<bool> {
    diesel::update(logins::table.find(username))
        .set((logins::frozen.eq(frozen), logins::version.eq(logins::version + 1)))
        .execute(c)
        .map(|n| n == 1)
}

/// Notes a success.
pub fn succeeded(c: &mut Connection, username: &str, now_ms: i64) -> Result<()> {
    clear_failures(c, username)?;
    diesel::update(logins::table.find(username)).set(logins::last_login_ms.eq(now_ms)).execute(c).map(drop)
}

/// Failures of one name.
pub fn failures(c: &mut Connection, username: &str) -> Result<Option<Failures>> {
    login_failures::table.find(username).first(c).optional()
}

/// Failures of every name.
pub fn all_failures(c: &mut Connection) -> Result<Vec<Failures>> {
    login_failures::table.load(c)
}

/// Forgets the failures of one name, and the lock with them.
pub fn clear_failures(c: &mut Connection, username: &str) -> Result<()> {
    diesel::delete(login_failures::table.find(username)).execute(c).map(drop)
}

/// Counts a failure; the `limit`-th in a row locks for `lock_ms`. A run of failures older than `lock_ms` is
/// forgotten, and so are other names' old rows, so that guessing names cannot fill the disk.
pub fn failed(c: &mut Connection, username: &str, now_ms: i64, limit: i32, lock_ms: i64) -> Result<Failures> {
    diesel::delete(login_failures::table.filter(login_failures::last_ms.lt(now_ms - lock_ms))).execute(c)?;
    let failures = failures(c, username)?.map_or(0, |f| f.failures) + 1;
    let row = Failures {
        username: username.to_owned(),
        failures,
        last_ms: now_ms,
        locked_until_ms: (failures >= limit).then_some(now_ms + lock_ms),
    };
    clear_failures(c, username)?;
    diesel::insert_into(login_failures::table).values(&row).execute(c)?;
    Ok(row)
}
