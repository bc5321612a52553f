//! The read model: the ledger's blocks as rows that lists and searches need. `projection` says up to which
//! height; a block's rows and that height are written in one transaction.

pub mod account;
pub mod application;
pub mod block;
pub mod dataset;
pub mod grant;
pub mod organisation;
pub mod task;
pub mod transaction;

use diesel::prelude::*;

use crate::Connection;
use crate::schema::{self, projection};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// How far the read model has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Hash of the genesis document.
    pub genesis: String,
    /// Height of the last block in it; 0 after genesis.
    pub height: i64,
    /// Hash of that block.
    pub block_hash: String,
}

/// How far the read model has come; `None` when it is empty.
pub fn progress(c: &mut Connection) -> Result<Option<Progress>> {
    let row: Option<(i32, String, i64, String)> = projection::table.find(1).first(c).optional()?;
    Ok(row.map(|(_, genesis, height, block_hash)| Progress { genesis, height, block_hash }))
}

/// Moves the cursor.
pub fn set_progress(c: &mut Connection, p: &Progress) -> Result<()> {
    diesel::delete(projection::table.find(1)).execute(c)?;
    diesel::insert_into(projection::table)
        .values((
            projection::id.eq(1),
            projection::genesis.eq(&p.genesis),
            projection::height.eq(p.height),
            projection::block_hash.eq(&p.block_hash),
        ))
        .execute(c)
        .map(drop)
}

/// Throws the read model away; local tables stay.
pub fn clear(c: &mut Connection) -> Result<()> {
    diesel::delete(schema::projection::table).execute(c)?;
    diesel::delete(schema::blocks::table).execute(c)?;
    diesel::delete(schema::transactions::table).execute(c)?;
    diesel::delete(schema::transaction_topics::table).execute(c)?;
    diesel::delete(schema::organisations::table).execute(c)?;
    diesel::delete(schema::accounts::table).execute(c)?;
    diesel::delete(schema::datasets::table).execute(c)?;
    diesel::delete(schema::applications::table).execute(c)?;
    diesel::delete(schema::grants::table).execute(c)?;
    diesel::delete(schema::tasks::table).execute(c)?;
    diesel::delete(schema::task_parties::table).execute(c).map(drop)
}
