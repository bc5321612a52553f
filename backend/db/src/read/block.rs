//! Blocks.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::blocks;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = blocks)]
pub struct Block {
    /// Height.
    pub height: i64,
    /// Hash, hex.
    pub hash: String,
    /// Block time.
    pub time_ms: i64,
    /// Proposer.
    pub proposer: String,
    /// Transactions.
    pub tx_count: i32,
    /// Signatures in the certificate.
    pub signatures: i32,
    /// Validators.
    pub validators: i32,
}

/// Adds a block.
pub fn insert(c: &mut Connection, block: &Block) -> Result<()> {
    diesel::insert_into(blocks::table).values(block).execute(c).map(drop)
}

/// A block.
pub fn find(c: &mut Connection, height: i64) -> Result<Option<Block>> {
    blocks::table.find(height).first(c).optional()
}

/// A block by its hash.
pub fn find_by_hash(c: &mut Connection, hash: &str) -> Result<Option<Block>> {
    blocks::table.filter(blocks::hash.eq(hash)).first(c).optional()
}

/// Blocks whose hash starts so.
pub fn starting_with(c: &mut Connection, prefix: &str, limit: i64) -> Result<Vec<Block>> {
    // A range instead of LIKE: it uses the index, and hex has no wildcards.
    blocks::table
        .filter(blocks::hash.ge(prefix.to_owned()))
        .filter(blocks::hash.lt(format!("{prefix}g")))
        .order(blocks::hash)
        .limit(limit)
        .load(c)
}

/// Blocks, newest first, below `before`.
pub fn list(c: &mut Connection, non_empty: bool, before: Option<i64>, limit: i64) -> Result<Vec<Block>> {
    let mut q = blocks::table.into_boxed();
    if non_empty {
        q = q.filter(blocks::tx_count.gt(0));
    }
    if let Some(h) = before {
        q = q.filter(blocks::height.lt(h));
    }
    q.order(blocks::height.desc()).limit(limit).load(c)
}
