//! The party room (计算网的一方): one organisation's keys, its data sources, the enforcement of what the ledger
//! permits, and the runs of the protocol engines. [`PartyRoom`] is its only face.
//!
//! | module | what |
//! |---|---|
//! | [`custody`] | the node's key and persons' keys; signing, submitting, previews |
//! | [`connector`] | CSV and Parquet files, streamed in file order; profiles |
//! | [`source`] | registered files |
//! | [`dataset`] | the salted commitment to a version's rows |
//! | [`task`] | following the ledger, refusing, running, attesting, checking |
//! | [`engine`] | which algorithms this node can run |
//! | [`estimate`] | what an intersection will cost, and which algorithm to take |
//! | [`local`] | the same engine between two processes without a ledger |
//!
//! What never leaves this room: rows and keys, but for what a match opens under the policy; salts and seeds; persons'
//! passphrases. What never enters a log: values of the data ([`task`] fixes by type what can be logged).

#![forbid(unsafe_code)]

mod aggregate;
mod clock;
pub mod connector;
pub mod custody;
pub mod dataset;
mod disk;
pub mod engine;
mod error;
pub mod estimate;
pub mod local;
mod room;
pub mod source;
pub mod task;

pub use disk::DiskError;
pub use error::PartyError;
pub use mpc_psi::prepare::KeyCounts;
pub use room::{PartyConfig, PartyRoom};

/// The canonical key rules (规范化规则), for the desk to list.
pub use mpc_psi::canonical::Rule as KeyRule;
