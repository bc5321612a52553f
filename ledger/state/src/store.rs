//! The open store: simple reads.

use ledger_types::block::Genesis;
use ledger_types::id::{Height, TxId};
use ledger_types::tx::SignedTx;
use ledger_types::{Digest, cbor};
use parking_lot::{Mutex, RwLock};
use rocksdb::{ColumnFamily, DB, Direction, IteratorMode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Retention;
use crate::error::StoreError;
use crate::head::{Head, Row, Tip};
use crate::key::{self, cf, meta};
use crate::latest::Latest;

/// The replica's store. Safe to share between threads; blocks are committed one at a time.
pub struct Store {
    pub(crate) db: DB,
    pub(crate) genesis: Genesis,
    pub(crate) retention: Retention,
    pub(crate) tip: RwLock<Tip>,
    pub(crate) latest: Latest,
    /// Held while a block is committed.
    pub(crate) committing: Mutex<()>,
}

impl Store {
    /// The genesis document of the chain.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The last committed block.
    pub fn tip(&self) -> Tip {
        *self.tip.read()
    }

    /// Lowest height for which [`Store::prove`] can still show paths.
    pub fn horizon(&self) -> Result<Height, StoreError> {
        match self.db.get_pinned_cf(self.cf(cf::META), meta::HORIZON)? {
            Some(v) => key::read_height(&v).ok_or_else(|| StoreError::corrupt("horizon")),
            None => Ok(0),
        }
    }

    /// A committed block without its transactions; `None` when there is none at this height.
    pub fn head(&self, height: Height) -> Result<Option<Head>, StoreError> {
        self.read(cf::BLOCK, &key::height(height), "block")
    }

    /// The transactions of a block with their receipts, in order.
    pub fn rows(&self, height: Height) -> Result<Option<Vec<Row>>, StoreError> {
        let Some(head) = self.head(height)? else { return Ok(None) };
        let count = head.header.tx_count as usize;
        let mut rows = Vec::with_capacity(count);
        let from = key::place(height, 0);
        for item in self.db.iterator_cf(self.cf(cf::ROW), IteratorMode::From(&from, Direction::Forward)).take(count) {
            let (k, v) = item?;
            if !k.starts_with(&key::height(height)) {
                break;
            }
            rows.push(decode::<Row>(&v, "transaction row")?);
        }
        if rows.len() != count {
            return Err(StoreError::Corrupt(format!("block {height} has {} of {count} transactions", rows.len())));
        }
        Ok(Some(rows))
    }

    /// The transactions of a block alone, as they travelled.
    pub fn txs(&self, height: Height) -> Result<Option<Vec<SignedTx>>, StoreError> {
        Ok(self.rows(height)?.map(|rows| rows.into_iter().map(|r| r.tx).collect()))
    }

    /// One transaction of a block.
    pub fn row(&self, height: Height, index: u32) -> Result<Option<Row>, StoreError> {
        self.read(cf::ROW, &key::place(height, index), "transaction row")
    }

    /// Where a transaction was committed.
    pub fn locate(&self, tx: &TxId) -> Result<Option<(Height, u32)>, StoreError> {
        match self.db.get_pinned_cf(self.cf(cf::TXIDX), key::tx(tx))? {
            Some(v) => key::read_place(&v).map(Some).ok_or_else(|| StoreError::corrupt("transaction index")),
            None => Ok(None),
        }
    }

    /// The height of the block with this hash; 0 for the hash of the genesis document.
    pub fn height_of(&self, hash: &Digest) -> Result<Option<Height>, StoreError> {
        match self.db.get_pinned_cf(self.cf(cf::HASHIDX), hash.0)? {
            Some(v) => key::read_height(&v).map(Some).ok_or_else(|| StoreError::corrupt("hash index")),
            None => Ok(None),
        }
    }

    pub(crate) fn cf(&self, name: &str) -> &ColumnFamily {
        column(&self.db, name)
    }

    pub(crate) fn read<T: Serialize + DeserializeOwned>(
        &self,
        family: &str,
        key: &[u8],
        what: &str,
    ) -> Result<Option<T>, StoreError> {
        self.db.get_pinned_cf(self.cf(family), key)?.map(|v| decode(&v, what)).transpose()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dir", &self.db.path()).field("tip", &self.tip()).finish_non_exhaustive()
    }
}

pub(crate) fn column<'a>(db: &'a DB, name: &str) -> &'a ColumnFamily {
    db.cf_handle(name).expect("every family of cf::ALL is opened")
}

pub(crate) fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    cbor::from_bytes(bytes).map_err(|e| StoreError::Corrupt(format!("{what}: {e}")))
}
