//! The queue of transactions that wait for a block. Everything in it passed admission against some
//! committed state; it is bounded, keeps the order of arrival between senders and the order of nonces
//! within one.

mod inner;

use ledger_types::id::{AccountRef, Height, TxId};
use ledger_types::tx::{SignedTx, Tx};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;

use crate::config::PoolLimits;
use inner::Inner;

/// Who sent a transaction, and with which nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) sender: AccountRef,
    pub(crate) nonce: u64,
}

impl From<&Tx> for Origin {
    fn from(tx: &Tx) -> Self {
        Self { sender: tx.sender.clone(), nonce: tx.nonce }
    }
}

/// A waiting transaction.
#[derive(Debug)]
pub(crate) struct Pooled {
    pub(crate) id: TxId,
    pub(crate) signed: SignedTx,
    pub(crate) origin: Origin,
    pub(crate) valid_until: Height,
    /// Submitted here, not told by another node.
    pub(crate) own: bool,
    pub(crate) since: Instant,
}

impl Pooled {
    pub(crate) fn new(id: TxId, signed: SignedTx, tx: &Tx, own: bool) -> Self {
        Self { id, origin: Origin::from(tx), valid_until: tx.valid_until, signed, own, since: Instant::now() }
    }

    /// Bytes that it takes in a block's body, at most: the map, its keys and two headers beside the contents.
    pub(crate) fn body_bytes(&self) -> usize {
        body_bytes(&self.signed)
    }
}

pub(crate) fn body_bytes(tx: &SignedTx) -> usize {
    tx.tx.len() + tx.sig.0.len() + 24
}

/// Why a transaction does not enter the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotQueued {
    /// It is there already.
    Known,
    /// Another one with the sender's nonce is there.
    NonceTaken,
    /// No room.
    Full,
}

/// The queue.
pub(crate) struct Pool {
    limits: PoolLimits,
    inner: Mutex<Inner>,
}

impl Pool {
    pub(crate) fn new(limits: PoolLimits) -> Self {
        Self { limits, inner: Mutex::default() }
    }

    pub(crate) fn insert(&self, tx: Pooled) -> Result<Arc<Pooled>, NotQueued> {
        self.inner.lock().insert(&self.limits, tx)
    }

    pub(crate) fn contains(&self, id: &TxId) -> bool {
        self.inner.lock().get(id).is_some()
    }

    /// Sender and nonce of a waiting transaction, without decoding it again.
    pub(crate) fn origin(&self, id: &TxId) -> Option<Origin> {
        self.inner.lock().get(id).map(|p| p.origin.clone())
    }

    /// Number of transactions and of their bytes.
    pub(crate) fn size(&self) -> (usize, usize) {
        self.inner.lock().size()
    }

    /// Whether a block could be made.
    pub(crate) fn has_work(&self) -> bool {
        self.inner.lock().has_work()
    }

    /// What to try for the next block, in order.
    pub(crate) fn candidates(&self, txs_max: usize, bytes_max: usize) -> Vec<Arc<Pooled>> {
        self.inner.lock().candidates(txs_max, bytes_max)
    }

    /// It could not be in the block just built; look at it again after the next commit.
    pub(crate) fn suspect(&self, id: &TxId) {
        self.inner.lock().suspect(id);
    }

    /// A block was committed. Returns what can never be committed any more, and what is to be checked again.
    pub(crate) fn committed(&self, height: Height, txs: &[(TxId, Origin)]) -> AfterCommit {
        self.inner.lock().committed(height, txs)
    }

    /// Takes one out.
    pub(crate) fn remove(&self, id: &TxId) {
        self.inner.lock().remove(id);
    }

    /// It was checked again and is good.
    pub(crate) fn cleared(&self, id: &TxId) {
        self.inner.lock().cleared(id);
    }

    /// Own transactions waiting since before `then`, the oldest first.
    pub(crate) fn own_before(&self, then: Instant, limit: usize) -> Vec<Arc<Pooled>> {
        self.inner.lock().own_before(then, limit)
    }
}

/// What a commit means for the rest of the queue.
#[derive(Debug, Default)]
pub(crate) struct AfterCommit {
    /// Too late: their last height has passed.
    pub(crate) expired: Vec<Arc<Pooled>>,
    /// Another transaction used their nonce.
    pub(crate) replaced: Vec<Arc<Pooled>>,
    /// To be checked against the new state.
    pub(crate) suspects: Vec<Arc<Pooled>>,
}

#[cfg(test)]
mod tests;
