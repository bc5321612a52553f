//! Building a block.

use std::sync::Arc;
use std::time::Instant;

use ledger_consensus::AppError;
use ledger_state::UndecidedBlock;
use ledger_types::Digest;
use ledger_types::block::Block;
use ledger_types::cbor;
use ledger_types::id::Height;
use tracing::debug;

use crate::chain::Chain;
use crate::error::{ExecuteError, local};
use crate::execute::{Executed, Run};

/// What a body holds besides its transactions: the header and the frame around both.
const HEADER_BYTES_MAX: usize = 2048;

impl Chain {
    /// The block that this node proposes in a round: what it proposed before, or a new one.
    pub(crate) fn propose(&self, height: Height, round: u32) -> Result<(Digest, Vec<u8>), AppError> {
        let before = self.store.undecided(height, round).map_err(local)?;
        if let Some(own) = before.into_iter().find(|b| b.proposer == self.org) {
            let body = self.store.undecided_body(&own.hash).map_err(local)?;
            return body.map(|b| (own.hash, b)).ok_or_else(|| local("a proposed block lost its body"));
        }
        let (block, body) = self.build(height)?;
        let entry = UndecidedBlock { height, round, hash: block.hash, proposer: self.org.clone() };
        self.store.put_undecided(&entry, &body).map_err(local)?;
        let hash = block.hash;
        self.remember(Arc::new(block));
        Ok((hash, body))
    }

    fn build(&self, height: Height) -> Result<(Executed, Vec<u8>), AppError> {
        let begun = Instant::now();
        let parent = self.parent()?;
        if parent.tip.height + 1 != height {
            return Err(local(format!("asked to propose height {height} on tip {}", parent.tip.height)));
        }
        let time_ms = self.clock.now_ms().max(parent.tip.time_ms + 1);
        let context = self.context(&parent, time_ms);
        let limits = &parent.parameters;
        let candidates = self.pool.candidates(
            limits.block_txs_max as usize,
            (limits.block_bytes_max as usize).saturating_sub(HEADER_BYTES_MAX),
        );
        let mut run = Run::new(self, &parent, &context);
        // Half of the budget is for the state tree and the roots, which take about as long as execution.
        let deadline = begun + self.build_budget / 2;
        for tx in &candidates {
            if run.len() > 0 && Instant::now() >= deadline {
                break;
            }
            match run.push(&tx.signed, Some(tx.origin.clone())) {
                Ok(()) => {}
                Err(ExecuteError::Inadmissible(_, why)) => {
                    debug!(tx = %tx.id, %why, "not in this block");
                    self.pool.suspect(&tx.id);
                }
                Err(e) => return Err(e.into()),
            }
        }
        let executing = begun.elapsed();
        let ran = run.finish(&parent)?;
        let header = self.header(&parent, time_ms, &self.org, &ran);
        let hash = header.hash(self.suite());
        let block = Block { header, txs: ran.txs };
        let body = cbor::to_bytes(&block);
        debug!(height, txs = block.txs.len(), ?executing, all = ?begun.elapsed(), "built");
        let executed = Executed { block, hash, receipts: ran.receipts, origins: ran.origins, update: ran.update };
        Ok((executed, body))
    }
}
