//! The replica's store: blocks, receipts, evidence index and the versioned world state, in one RocksDB.
//!
//! The world state is a flat history of values (`H(key) ‖ !height → value`) beside a Jellyfish Merkle tree
//! over the same keys, of which only roots and paths are needed. A block is executed on a [`StateView`],
//! [`Store::stage`] turns its writes into the root that the header carries, and [`Store::commit`] writes
//! everything of the block in one synced batch. After a crash the store is at the last committed block,
//! whole, or says what is damaged ([`StoreError::Corrupt`]).
//!
//! See docs/adr/0003-state.md.

#![forbid(unsafe_code)]

mod commit;
mod config;
mod error;
mod evidence;
mod head;
mod key;
mod latest;
mod open;
mod path;
mod prune;
mod store;
mod tree;
mod undecided;
mod value;
mod view;

pub use commit::{Commit, Committed};
pub use config::{Retention, StoreConfig};
pub use error::StoreError;
pub use evidence::{Place, Topic};
pub use head::{Head, Row, Tip};
pub use store::Store;
pub use tree::StateUpdate;
pub use undecided::UndecidedBlock;
pub use value::ProvedValue;
pub use view::StateView;
