//! Reading: blocks, transactions, proofs, evidence.

use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt};
use ledger_client::{BlockRecord, ChainStatus, EvidenceQuery, EvidenceRow, LedgerError, StateProof, TxRecord};
use ledger_state::{Place, Row, Topic};
use ledger_types::block::tx_leaf;
use ledger_types::id::{Height, TxId};
use ledger_types::merkle;
use ledger_types::proof::TxProof;
use tracing::error;

use crate::chain::Chain;
use crate::error::store;

/// Most rows of one search.
const EVIDENCE_ROWS_MAX: usize = 1000;

/// The trees over a block's transactions and receipts.
pub(crate) struct BlockTrees {
    txs: merkle::Tree,
    receipts: merkle::Tree,
}

fn damaged(what: &str) -> LedgerError {
    LedgerError::Internal(format!("the store is damaged: {what}"))
}

impl Chain {
    pub(crate) fn status(&self) -> ChainStatus {
        let tip = self.store.tip();
        ChainStatus {
            height: tip.height,
            hash: tip.hash,
            state_root: tip.state_root,
            time_ms: tip.time_ms,
            pending: self.pool.size().0,
        }
    }

    pub(crate) fn tx(&self, id: &TxId) -> Result<Option<TxRecord>, LedgerError> {
        let Some((height, index)) = self.store.locate(id).map_err(store)? else { return Ok(None) };
        let row = self.row(height, index)?;
        let head = self.store.head(height).map_err(store)?.ok_or_else(|| damaged("a block is missing"))?;
        Ok(Some(TxRecord { tx: row.tx, receipt: row.receipt, time_ms: head.header.time_ms }))
    }

    fn row(&self, height: Height, index: u32) -> Result<Row, LedgerError> {
        self.store.row(height, index).map_err(store)?.ok_or_else(|| damaged("a transaction is missing"))
    }

    pub(crate) fn tx_proof(&self, id: &TxId) -> Result<Option<TxProof>, LedgerError> {
        let Some((height, index)) = self.store.locate(id).map_err(store)? else { return Ok(None) };
        let head = self.store.head(height).map_err(store)?.ok_or_else(|| damaged("a block is missing"))?;
        let Row { tx, receipt } = self.row(height, index)?;
        let trees = self.trees(height)?;
        let tx_path = trees.txs.prove(index as usize).ok_or_else(|| damaged("a transaction is missing"))?;
        let receipt_path = trees.receipts.prove(index as usize).ok_or_else(|| damaged("a receipt is missing"))?;
        let (header, certificate) = (head.header, head.certificate);
        Ok(Some(TxProof { tx, tx_path, receipt, receipt_path, header, certificate }))
    }

    fn trees(&self, height: Height) -> Result<Arc<BlockTrees>, LedgerError> {
        if let Some(trees) = self.trees.lock().get(&height) {
            return Ok(trees.clone());
        }
        let rows = self.store.rows(height).map_err(store)?.ok_or_else(|| damaged("a block is missing"))?;
        let (suite, chain) = (self.suite(), self.chain());
        let txs = merkle::Tree::new(suite, rows.iter().map(|r| tx_leaf(&r.tx)));
        let receipts = merkle::Tree::new(suite, rows.iter().map(|r| r.receipt.leaf(suite, chain).0));
        let trees = Arc::new(BlockTrees { txs, receipts });
        self.trees.lock().put(height, trees.clone());
        Ok(trees)
    }

    pub(crate) fn block(&self, height: Height) -> Result<Option<Arc<BlockRecord>>, LedgerError> {
        if let Some(block) = self.feed.recent(height) {
            return Ok(Some(block));
        }
        let (head, rows) = (self.store.head(height).map_err(store)?, self.store.rows(height).map_err(store)?);
        let (Some(head), Some(rows)) = (head, rows) else { return Ok(None) };
        let (txs, receipts) = rows.into_iter().map(|r| (r.tx, r.receipt)).unzip();
        let (header, hash, certificate) = (head.header, head.hash, head.certificate);
        Ok(Some(Arc::new(BlockRecord { header, hash, certificate, txs, receipts })))
    }

    pub(crate) fn value(&self, key: &[u8], at: Option<Height>) -> Result<Option<Vec<u8>>, LedgerError> {
        let height = at.unwrap_or_else(|| self.store.tip().height);
        Ok(self.store.value(key, height).map_err(store)?.map(|v| v.to_vec()))
    }

    pub(crate) fn state_proof(&self, key: &[u8], at: Option<Height>) -> Result<StateProof, LedgerError> {
        let height = at.unwrap_or_else(|| self.store.tip().height);
        // The genesis state has no header: its document is the proof.
        let head = self.store.head(height).map_err(store)?.ok_or(LedgerError::NotAvailable(height))?;
        let proved = self.store.prove(key, height).map_err(store)?;
        let value = proved.value.as_deref();
        proved
            .path
            .verify(self.suite(), self.chain(), key, value, &head.header.state_root)
            .map_err(|e| damaged(&e.to_string()))?;
        Ok(StateProof {
            key: key.to_vec(),
            value: proved.value.map(Into::into),
            path: proved.path,
            header: head.header,
            certificate: head.certificate,
        })
    }

    pub(crate) fn evidence(&self, q: &EvidenceQuery) -> Result<Vec<EvidenceRow>, LedgerError> {
        let mut topics = Vec::new();
        topics.extend(q.task.map(Topic::Task));
        topics.extend(q.dataset.clone().map(Topic::Dataset));
        topics.extend(q.org.clone().map(Topic::Org));
        topics.extend(q.actor.clone().map(Topic::Actor));
        topics.extend(q.kind.map(Topic::Kind));
        let first = match q.from_ms {
            Some(ms) => self.store.first_at_or_after(ms).map_err(store)?,
            None => 0,
        };
        // Times rise strictly, so the last height at or before a time is one below the first after it.
        let last = match q.to_ms.map(|ms| ms.checked_add(1)) {
            Some(Some(ms)) => self.store.first_at_or_after(ms).map_err(store)? - 1,
            _ => Height::MAX,
        };
        let after = q.after.map_or((0, 0), |(h, i)| i.checked_add(1).map_or((h + 1, 0), |i| (h, i)));
        let from: Place = after.max((first, 0));
        let limit = q.limit.min(EVIDENCE_ROWS_MAX);
        let places = self.store.evidence(&topics, from, last, limit).map_err(store)?;
        places.into_iter().map(|place| self.evidence_row(place)).collect()
    }

    fn evidence_row(&self, (height, index): Place) -> Result<EvidenceRow, LedgerError> {
        let row = self.row(height, index)?;
        let head = self.store.head(height).map_err(store)?.ok_or_else(|| damaged("a block is missing"))?;
        let tx = row.tx.decode().map_err(|e| damaged(&e.to_string()))?;
        Ok(EvidenceRow {
            tx: row.receipt.tx,
            height,
            index,
            time_ms: head.header.time_ms,
            action: tx.action.name().to_owned(),
            actor: tx.sender,
            receipt: row.receipt,
        })
    }

    /// Every block from `from` on. Ends when the node stops, or when a block cannot be read.
    pub(crate) fn subscribe(self: &Arc<Self>, from: Height) -> BoxStream<'static, Arc<BlockRecord>> {
        let tip = self.feed.watch();
        // The stream must not keep a stopped node's store open.
        let chain = Arc::downgrade(self);
        stream::unfold((chain, tip, from.max(1)), |(chain, mut tip, height)| async move {
            let there = |tip: &Option<Height>| tip.is_none_or(|t| t >= height);
            // Closed, or told to stop.
            (*tip.wait_for(there).await.ok()?)?;
            let strong = chain.upgrade()?;
            let recent = strong.feed.recent(height);
            let block = match recent {
                Some(block) => Ok(Some(block)),
                None => tokio::task::spawn_blocking(move || strong.block(height)).await.ok()?,
            };
            match block {
                Ok(Some(block)) => Some((block, (chain, tip, height + 1))),
                Ok(None) => {
                    error!(height, "a committed block is missing");
                    None
                }
                Err(e) => {
                    error!(height, error = %e, "cannot read a committed block");
                    None
                }
            }
        })
        .boxed()
    }
}
