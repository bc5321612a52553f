//! What can go wrong in the store.

use ledger_types::Digest;
use ledger_types::id::Height;

/// An error of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened: in use by another process, no permission, no such device.
    #[error("cannot open the ledger's store in {dir}: {detail}")]
    Open {
        /// Which directory.
        dir: String,
        /// What the database said.
        detail: String,
    },
    /// The disk refused a read or write.
    #[error("the ledger's store failed: {0}")]
    Io(String),
    /// The stored data are damaged or contradict each other. Remove the directory and sync from the others.
    #[error("the ledger's store is damaged: {0}")]
    Corrupt(String),
    /// The store belongs to a chain with another genesis document.
    #[error("the store holds the chain with genesis {found}, not {expected}")]
    OtherGenesis {
        /// Hash of the genesis document given.
        expected: Digest,
        /// Hash of the one in the store.
        found: Digest,
    },
    /// Written by another version of this software.
    #[error("the store has layout {found}; this version reads layout {expected}")]
    OtherLayout {
        /// Layout of this version.
        expected: u32,
        /// Layout found.
        found: u32,
    },
    /// The block is not the next one.
    #[error("block {found} does not follow the tip {tip}")]
    NotNext {
        /// Height of the tip.
        tip: Height,
        /// Height given.
        found: Height,
    },
    /// Another block is already committed at this height.
    #[error("another block is committed at height {0}")]
    Conflict(Height),
    /// The parts of a commit do not belong together.
    #[error("the {what} does not belong to block {height}")]
    Mismatch {
        /// Which part.
        what: &'static str,
        /// Which block.
        height: Height,
    },
    /// The state at this height is in the future.
    #[error("height {0} is not committed yet")]
    NotYet(Height),
    /// Paths for this height are no longer kept.
    #[error("proofs are kept from height {horizon} on, not for {asked}")]
    Pruned {
        /// Height asked for.
        asked: Height,
        /// Lowest height with paths.
        horizon: Height,
    },
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}

impl From<rocksdb::Error> for StoreError {
    fn from(e: rocksdb::Error) -> Self {
        match e.kind() {
            rocksdb::ErrorKind::Corruption => Self::Corrupt(e.into_string()),
            _ => Self::Io(e.into_string()),
        }
    }
}

/// Errors cross the tree library, which only knows `anyhow`, and come back as they were.
impl From<anyhow::Error> for StoreError {
    fn from(e: anyhow::Error) -> Self {
        e.downcast::<Self>().unwrap_or_else(|e| Self::Corrupt(format!("state tree: {e:#}")))
    }
}
