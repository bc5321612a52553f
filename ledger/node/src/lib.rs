//! The ledger room of one organisation's node: the queue of transactions, building and validating blocks,
//! committing them, queries and proofs, and the engine that decides.
//!
//! [`LedgerNode`] implements [`ledger_client::Ledger`] for the other rooms and, inside, the application of
//! the consensus engine. A block is executed before it is voted for: its header carries the roots of the
//! state and the receipts after it, and every validator computes them again.
//!
//! The way of a transaction: `submit` checks it against the state at the tip ([`ledger_contract`]'s
//! admission), puts it into the queue and tells the other nodes; the proposer of the next height takes it
//! into a block; the validators execute the block and vote; the decided block is written in one batch and
//! told to subscribers. The queue is in memory: a transaction is safe once it is committed, so whoever submits
//! waits for that and may submit again, which does no harm.

#![forbid(unsafe_code)]

mod admit;
mod app;
pub mod bench;
mod chain;
mod clock;
mod commit;
mod config;
mod error;
mod execute;
mod feed;
mod gossip;
pub mod local;
mod node;
mod parallel;
mod pool;
mod propose;
mod query;
mod signatures;
mod validate;
mod waiters;

pub use clock::Clock;
pub use config::{Engine, NodeConfig, PoolLimits};
pub use error::NodeError;
pub use ledger_consensus::{EngineStatus, Equivocation, Pacing};
pub use ledger_state::Retention;
pub use node::{LedgerNode, PoolStatus};

#[cfg(test)]
mod tests;
