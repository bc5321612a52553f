//! Idempotency keys: the first answer to a POST, given again to its repetitions.

use diesel::prelude::*;

use crate::schema::idempotency_keys as keys;
use crate::{Connection, Database, DbError};

/// How long an answer is kept.
pub const KEEP_MS: i64 = 24 * 60 * 60 * 1000;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content type.
    pub content_type: String,
    /// ETag.
    pub etag: Option<String>,
    /// Body.
    pub body: Vec<u8>,
}

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: go on, then [`finish`] or [`release`].
    New,
    /// The first request is still being handled.
    InFlight,
    /// The same request was answered.
    Answered(Answer),
    /// It was used for another body.
    OtherBody,
}

/// Whose key, for which operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    /// Account.
    pub username: &'a str,
    /// Operation id and path.
    pub operation: &'a str,
    /// What the caller sent.
    pub key: &'a str,
}

#[derive(Queryable)]
struct Row {
    body_digest: String,
    status: Option<i32>,
    content_type: Option<String>,
    etag: Option<String>,
    body: Option<Vec<u8>>,
}

/// Claims a key, or says what it stands for. A claim of `in_flight_ms` ago whose process died counts as new.
/// `body_digest` is kept with the key and must not let anybody guess a secret of the body; `is_same` tells whether one
/// that was kept is of the same body.
pub fn claim(
    db: &Database,
    key: Key<'_>,
    body_digest: &str,
    is_same: impl FnOnce(&str) -> bool,
    now_ms: i64,
    in_flight_ms: i64,
) -> Result<Claim, DbError> {
    let inserted = db.write("claim_idempotency_key", |c| {
        diesel::delete(keys::table.filter(keys::created_ms.lt(now_ms - KEEP_MS))).execute(c)?;
        diesel::delete(keys::table.filter(keys::status.is_null()).filter(keys::created_ms.lt(now_ms - in_flight_ms)))
            .execute(c)?;
        diesel::insert_into(keys::table)
            .values((
                keys::username.eq(key.username),
                keys::operation.eq(key.operation),
                keys::idempotency_key.eq(key.key),
                keys::body_digest.eq(body_digest),
                keys::created_ms.eq(now_ms),
            ))
            .execute(c)
    });
    match inserted {
        Ok(_) => return Ok(Claim::New),
        Err(e) if e.is_unique_violation() => {}
        Err(e) => return Err(e),
    }
    let row: Option<Row> = db.read("find_idempotency_key", |c| {
        keys::table
            .find((key.username, key.operation, key.key))
            .select((keys::body_digest, keys::status, keys::content_type, keys::etag, keys::body))
            .first(c)
            .optional()
    })?;
    Ok(match row {
        // Released between the two transactions.
        None => Claim::InFlight,
        Some(r) if !is_same(&r.body_digest) => Claim::OtherBody,
        Some(Row { status: Some(status), content_type, etag, body, .. }) => Claim::Answered(Answer {
            status: u16::try_from(status).unwrap_or(500),
            content_type: content_type.unwrap_or_default(),
            etag,
            body: body.unwrap_or_default(),
        }),
        Some(_) => Claim::InFlight,
    })
}

/// Keeps the answer.
pub fn finish(c: &mut Connection, key: Key<'_>, answer: &Answer) -> Result<(), diesel::result::Error> {
    diesel::update(keys::table.find((key.username, key.operation, key.key)))
        .set((
            keys::status.eq(i32::from(answer.status)),
            keys::content_type.eq(&answer.content_type),
            keys::etag.eq(&answer.etag),
            keys::body.eq(&answer.body),
        ))
        .execute(c)
        .map(drop)
}

/// Gives the key back: nothing happened, the caller may try again.
pub fn release(c: &mut Connection, key: Key<'_>) -> Result<(), diesel::result::Error> {
    diesel::delete(keys::table.find((key.username, key.operation, key.key))).execute(c).map(drop)
}
