//! Transactions and what each is about.

use diesel::prelude::*;

use crate::Connection;
use crate::connection::insert_batch;
use crate::schema::{transaction_topics as topics, transactions as txs};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// Rows in one INSERT; SQLite takes at most 32766 values.
const BATCH: usize = 1000;

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = txs)]
#[diesel(treat_none_as_default_value = false)]
pub struct Transaction {
    /// `height << 20 | index`.
    pub seq: i64,
    /// Id, hex.
    pub id: String,
    /// Height.
    pub height: i64,
    /// Place in the block.
    pub idx: i32,
    /// Block time.
    pub time_ms: i64,
    /// Name of the action.
    pub action: String,
    /// Signer's organisation.
    pub org: String,
    /// Signer, `org/account`.
    pub actor: String,
    /// Applied.
    pub accepted: bool,
    /// Code of the refusal.
    pub code: Option<String>,
}

/// What a transaction is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Insertable)]
#[diesel(table_name = topics)]
#[diesel(treat_none_as_default_value = false)]
pub struct Topic {
    /// `task`, `dataset`, `grant`, `application`, `account` or `org`.
    pub kind: String,
    /// Its id.
    pub topic: String,
    /// The transaction.
    pub seq: i64,
}

/// The sequence number of a place in the chain. Blocks have fewer than 2^20 transactions.
pub fn seq(height: u64, index: u32) -> i64 {
    i64::try_from(height << 20 | u64::from(index)).unwrap_or(i64::MAX)
}

/// Filters of lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this block.
    pub height: Option<i64>,
    /// This action.
    pub action: Option<String>,
    /// By accounts of this organisation.
    pub org: Option<String>,
    /// By this account.
    pub actor: Option<String>,
    /// Applied or not.
    pub accepted: Option<bool>,
    /// Not before.
    pub from_ms: Option<i64>,
    /// Before.
    pub to_ms: Option<i64>,
    /// About all of these.
    pub topics: Vec<(String, String)>,
}

/// Adds a block's transactions.
pub fn insert(c: &mut Connection, rows: &[Transaction], about: &[Topic]) -> Result<()> {
    for chunk in rows.chunks(BATCH) {
        insert_batch!(c, txs::table, chunk)?;
    }
    for chunk in about.chunks(BATCH) {
        insert_batch!(c, topics::table, chunk)?;
    }
    Ok(())
}

/// A transaction by its id.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Transaction>> {
    txs::table.filter(txs::id.eq(id)).first(c).optional()
}

/// Transactions whose id starts so.
pub fn starting_with(c: &mut Connection, prefix: &str, limit: i64) -> Result<Vec<Transaction>> {
    txs::table
        .filter(txs::id.ge(prefix.to_owned()))
        .filter(txs::id.lt(format!("{prefix}g")))
        .order(txs::id)
        .limit(limit)
        .load(c)
}

/// How many.
pub fn count(c: &mut Connection) -> Result<i64> {
    txs::table.count().get_result(c)
}

/// How many since a time.
pub fn count_between(c: &mut Connection, from_ms: i64, to_ms: i64) -> Result<i64> {
    txs::table.filter(txs::time_ms.ge(from_ms)).filter(txs::time_ms.lt(to_ms)).count().get_result(c)
}

/// How many of an action that were applied.
pub fn count_action(c: &mut Connection, action: &str) -> Result<i64> {
    txs::table.filter(txs::action.eq(action)).filter(txs::accepted.eq(true)).count().get_result(c)
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As committed.
    OldestFirst,
    /// The other way.
    NewestFirst,
}

/// Transactions beyond `after` in the given order.
pub fn list(c: &mut Connection, f: Filter, order: Order, after: Option<i64>, limit: i64) -> Result<Vec<Transaction>> {
    let mut q = txs::table.into_boxed();
    if let Some(v) = f.height {
        q = q.filter(txs::height.eq(v));
    }
    if let Some(v) = f.action {
        q = q.filter(txs::action.eq(v));
    }
    if let Some(v) = f.org {
        q = q.filter(txs::org.eq(v));
    }
    if let Some(v) = f.actor {
        q = q.filter(txs::actor.eq(v));
    }
    if let Some(v) = f.accepted {
        q = q.filter(txs::accepted.eq(v));
    }
    if let Some(v) = f.from_ms {
        q = q.filter(txs::time_ms.ge(v));
    }
    if let Some(v) = f.to_ms {
        q = q.filter(txs::time_ms.lt(v));
    }
    for (kind, topic) in f.topics {
        q =
            q.filter(txs::seq.eq_any(
                topics::table.filter(topics::kind.eq(kind)).filter(topics::topic.eq(topic)).select(topics::seq),
            ));
    }
    q = match (order, after) {
        (Order::OldestFirst, Some(v)) => q.filter(txs::seq.gt(v)),
        (Order::NewestFirst, Some(v)) => q.filter(txs::seq.lt(v)),
        (_, None) => q,
    };
    match order {
        Order::OldestFirst => q.order(txs::seq.asc()).limit(limit).load(c),
        Order::NewestFirst => q.order(txs::seq.desc()).limit(limit).load(c),
    }
}

/// What these transactions are about.
pub fn topics_of(c: &mut Connection, seqs: &[i64]) -> Result<Vec<Topic>> {
    topics::table.filter(topics::seq.eq_any(seqs.to_vec())).order((topics::seq, topics::kind, topics::topic)).load(c)
}
