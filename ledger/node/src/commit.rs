//! Committing a decided block and telling everybody who waits for it.

use std::sync::Arc;

use ledger_client::BlockRecord;
use ledger_consensus::AppError;
use ledger_contract::{Inadmissible, Rejection, RuleCode, check_admission};
use ledger_state::{Commit, Committed};
use ledger_types::Digest;
use ledger_types::block::Certificate;
use ledger_types::id::{Height, TxId};
use ledger_types::proof::verify_certificate;
use tracing::{info, warn};

use crate::chain::Chain;
use crate::error::local;
use crate::execute::Executed;
use crate::pool::Origin;

impl Chain {
    /// Makes a decided block the tip. Nothing happens when it already is, or was.
    pub(crate) fn commit(&self, height: Height, hash: &Digest, certificate: &Certificate) -> Result<(), AppError> {
        if height <= self.store.tip().height {
            let same = self.store.head(height).map_err(local)?.is_some_and(|h| h.hash == *hash);
            let conflict = || local(format!("another block is already committed at height {height}"));
            return if same { Ok(()) } else { Err(conflict()) };
        }
        let parent = self.parent()?;
        let executed = match self.take_executed(hash) {
            Some(executed) => executed,
            // Decided after a restart, or proposed by somebody who made too many blocks.
            None => {
                let block = self.store.undecided_block(hash).map_err(local)?;
                let block = block.ok_or_else(|| local(format!("the body of decided block {hash} is missing")))?;
                Arc::new(self.execute(&parent, block)?)
            }
        };
        verify_certificate(
            self.signatures.verifier(),
            self.suite(),
            self.chain(),
            &parent.validators,
            &executed.block.header,
            certificate,
        )
        .map_err(|e| AppError::Invalid(e.to_string()))?;
        let committed = self.store.commit(&Commit {
            block: &executed.block,
            receipts: &executed.receipts,
            senders: &executed.senders(),
            certificate,
            update: &executed.update,
        });
        match committed.map_err(local)? {
            Committed::Before => Ok(()),
            Committed::Now => {
                let executed = Arc::try_unwrap(executed).map_err(|_| local("a committed block is still in use"))?;
                self.after_commit(executed, certificate.clone());
                Ok(())
            }
        }
    }

    fn after_commit(&self, executed: Executed, certificate: Certificate) {
        let height = executed.block.header.height;
        let ids = executed.receipts.iter().map(|r| r.tx);
        let done: Vec<(TxId, Origin)> = ids.zip(executed.origins).collect();
        let after = self.pool.committed(height, &done);
        let record = Arc::new(BlockRecord {
            header: executed.block.header,
            hash: executed.hash,
            certificate,
            txs: executed.block.txs,
            receipts: executed.receipts,
        });
        if !record.txs.is_empty() {
            info!(height, txs = record.txs.len(), waiting = self.pool.size().0, "committed");
        }
        self.feed.publish(record);
        for (id, _) in &done {
            self.waiters.committed(id);
        }
        for tx in after.expired {
            let why =
                Rejection::new(RuleCode::TxExpired).with("valid_until", tx.valid_until).with("height", height + 1);
            self.waiters.dropped(&tx.id, &why);
        }
        for tx in after.replaced {
            self.waiters.dropped(&tx.id, &Rejection::new(RuleCode::NonceUsed).with("nonce", tx.origin.nonce));
        }
        if !after.suspects.is_empty() {
            self.check_again(&after.suspects);
        }
    }

    // What could not be in a block was judged on top of other waiting transactions. Against what is now
    // committed the judgement is final, except that the store may fail.
    fn check_again(&self, suspects: &[Arc<crate::pool::Pooled>]) {
        let Ok(parent) = self.parent() else { return };
        let context = self.context(&parent, self.clock.now_ms().max(parent.tip.time_ms + 1));
        for tx in suspects {
            match check_admission(&parent.view, &context, &self.signatures, &tx.signed) {
                Ok(_) => self.pool.cleared(&tx.id),
                Err(Inadmissible::Rejected(why)) => {
                    self.pool.remove(&tx.id);
                    self.waiters.dropped(&tx.id, &why);
                }
                Err(Inadmissible::State(e)) => warn!(error = %e, "cannot check a waiting transaction"),
            }
        }
    }
}
