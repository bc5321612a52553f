//! The desk's database. Two kinds of table live here: local ones (logins, sessions, drafts, idempotency
//! keys, the operation log), and a read model of the ledger that can be thrown away and replayed at will.
//! SQLite by default, PostgreSQL for production, one code path: every query below runs on both.
//!
//! Rows are plain data; what they mean is `backend/server`'s business. No SQL outside this crate.

#![forbid(unsafe_code)]

// diesel links whatever libpq there is; naming the crate here makes that the bundled one.
use pq_sys as _;

mod connection;
mod error;
pub mod local;
mod migration;
pub mod read;
#[allow(missing_docs)]
mod schema;

pub use connection::{Connection, Database, DatabaseKind};
pub use diesel::result::Error as QueryError;
pub use error::DbError;
pub use migration::SCHEMA_VERSION;

/// Most rows a list gives at once.
pub const LIST_ROWS_MAX: i64 = 101;

/// The part of a text that `LIKE` would take as a wildcard, escaped with `!`, between `%`.
fn like(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    out.push('%');
    for c in word.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out.push('%');
    out
}
