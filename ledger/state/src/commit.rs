//! Committing a block: everything of it in one synced batch.

use ledger_types::block::{Block, Certificate};
use ledger_types::cbor;
use ledger_types::id::{AccountRef, TxId};
use ledger_types::receipt::Receipt;
use rocksdb::{DB, WriteBatch, WriteOptions};

use crate::error::StoreError;
use crate::evidence;
use crate::head::{Head, Row, Tip};
use crate::key::{self, cf, meta};
use crate::prune;
use crate::store::{Store, column};
use crate::tree::StateUpdate;
use crate::value;

/// A decided block with everything that belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct Commit<'a> {
    /// The block.
    pub block: &'a Block,
    /// What came of its transactions.
    pub receipts: &'a [Receipt],
    /// Who signed each transaction.
    pub senders: &'a [AccountRef],
    /// The decision.
    pub certificate: &'a Certificate,
    /// Its effect on the world state, from [`Store::stage`].
    pub update: &'a StateUpdate,
}

/// What a commit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// The block is now the tip.
    Now,
    /// It was committed before.
    Before,
}

impl Store {
    /// Computes the state root after writes on top of the tip. The writes' keys must not repeat.
    pub fn stage(&self, writes: Vec<(Vec<u8>, Option<Vec<u8>>)>) -> Result<StateUpdate, StoreError> {
        let g = &self.genesis;
        crate::tree::stage(&self.db, g.suite, &g.chain, self.tip().height + 1, writes)
    }

    /// Writes the block, its receipts, its state, its evidence and its decision, or nothing. On return all of it
    /// is on disk. Committing the same block again is no error.
    pub fn commit(&self, c: &Commit<'_>) -> Result<Committed, StoreError> {
        let _one_at_a_time = self.committing.lock();
        let header = &c.block.header;
        let (height, suite) = (header.height, self.genesis.suite);
        let hash = header.hash(suite);
        let tip = self.tip();
        if height <= tip.height {
            let before = self.head(height)?.is_some_and(|h| h.hash == hash);
            return if before { Ok(Committed::Before) } else { Err(StoreError::Conflict(height)) };
        }
        if height != tip.height + 1 {
            return Err(StoreError::NotNext { tip: tip.height, found: height });
        }
        let belongs = |ok: bool, what| if ok { Ok(()) } else { Err(StoreError::Mismatch { what, height }) };
        belongs(header.prev == tip.hash, "parent")?;
        belongs(c.update.version == height && c.update.root == header.state_root, "state update")?;
        belongs(c.certificate.height == height && c.certificate.block == hash, "certificate")?;
        belongs(c.block.txs.len() == header.tx_count as usize, "transaction count")?;
        belongs(c.receipts.len() == c.block.txs.len() && c.senders.len() == c.block.txs.len(), "list of receipts")?;

        let mut batch = WriteBatch::default();
        let head = Head { header: header.clone(), hash, certificate: c.certificate.clone() };
        batch.put_cf(self.cf(cf::BLOCK), key::height(height), cbor::to_bytes(&head));
        batch.put_cf(self.cf(cf::HASHIDX), hash.0, key::height(height));
        self.put_rows(&mut batch, c);
        put_state(&self.db, &mut batch, c.update)?;
        self.remove_undecided_into(&mut batch, height)?;
        self.prune_into(&mut batch, height)?;
        let tip = Tip { height, hash, state_root: header.state_root, time_ms: header.time_ms };
        batch.put_cf(self.cf(cf::META), meta::TIP, cbor::to_bytes(&tip));
        write(&self.db, batch)?;

        self.latest.advance(height, c.update.values());
        *self.tip.write() = tip;
        Ok(Committed::Now)
    }

    fn put_rows(&self, batch: &mut WriteBatch, c: &Commit<'_>) {
        let height = c.block.header.height;
        let (row, txidx, evt) = (self.cf(cf::ROW), self.cf(cf::TXIDX), self.cf(cf::EVT));
        for (index, ((tx, receipt), sender)) in (0u32..).zip(c.block.txs.iter().zip(c.receipts).zip(c.senders)) {
            let id: &TxId = &receipt.tx;
            let stored = Row { tx: tx.clone(), receipt: receipt.clone() };
            batch.put_cf(row, key::place(height, index), cbor::to_bytes(&stored));
            batch.put_cf(txidx, key::tx(id), key::place(height, index));
            for prefix in evidence::prefixes(sender, receipt) {
                batch.put_cf(evt, key::topic(&prefix, height, index), []);
            }
        }
    }
}

pub(crate) fn put_state(db: &DB, batch: &mut WriteBatch, update: &StateUpdate) -> Result<(), StoreError> {
    let (node, val) = (column(db, cf::NODE), column(db, cf::VAL));
    for (place, v) in update.values() {
        batch.put_cf(val, key::value(&place, update.version), value::encode(v));
    }
    for (k, n) in update.batch.node_batch.nodes() {
        let bytes = borsh::to_vec(n).map_err(|e| StoreError::Corrupt(format!("state node: {e}")))?;
        batch.put_cf(node, key::node(k), bytes);
    }
    let stale = prune::encode_stale(update.batch.stale_node_index_batch.iter().map(|s| &s.node_key));
    if !stale.is_empty() {
        batch.put_cf(column(db, cf::STALE), key::height(update.version), stale);
    }
    Ok(())
}

/// Writes and waits until it is on disk.
pub(crate) fn write(db: &DB, batch: WriteBatch) -> Result<(), StoreError> {
    let mut options = WriteOptions::default();
    options.set_sync(true);
    Ok(db.write_opt(batch, &options)?)
}
