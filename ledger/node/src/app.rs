//! The application as the engine sees it.

use ledger_consensus::{AppError, BlockApp, Tip, Undecided};
use ledger_types::block::{Block, Certificate};
use ledger_types::id::{Height, OrgId};
use ledger_types::{Digest, cbor};
use tracing::error;

use crate::chain::Chain;

impl BlockApp for Chain {
    fn tip(&self) -> Tip {
        let tip = self.store.tip();
        Tip { height: tip.height, block_hash: tip.hash, time_ms: tip.time_ms }
    }

    fn propose(&self, height: Height, round: u32) -> Result<(Digest, Vec<u8>), AppError> {
        self.propose(height, round)
    }

    fn validate(&self, height: Height, round: u32, proposer: &OrgId, body: &[u8]) -> Result<Digest, AppError> {
        self.validate(height, round, proposer, body)
    }

    fn undecided(&self, height: Height, round: u32) -> Vec<Undecided> {
        let found = self.store.undecided(height, round).unwrap_or_else(|e| {
            error!(error = %e, height, round, "cannot read undecided blocks");
            Vec::new()
        });
        // Only blocks that were executed to the roots in their header are kept.
        let undecided = |b: ledger_state::UndecidedBlock| Undecided {
            round: b.round,
            proposer: b.proposer,
            block_hash: b.hash,
            valid: true,
        };
        found.into_iter().map(undecided).collect()
    }

    fn undecided_body(&self, block_hash: &Digest) -> Option<Vec<u8>> {
        self.store.undecided_body(block_hash).unwrap_or_else(|e| {
            error!(error = %e, %block_hash, "cannot read an undecided block");
            None
        })
    }

    fn commit(&self, height: Height, block_hash: &Digest, certificate: &Certificate) -> Result<(), AppError> {
        self.commit(height, block_hash, certificate)
    }

    fn decided(&self, height: Height) -> Option<(Vec<u8>, Certificate)> {
        let read = || -> Result<_, ledger_state::StoreError> {
            let (Some(head), Some(txs)) = (self.store.head(height)?, self.store.txs(height)?) else {
                return Ok(None);
            };
            Ok(Some((cbor::to_bytes(&Block { header: head.header, txs }), head.certificate)))
        };
        read().unwrap_or_else(|e| {
            error!(error = %e, height, "cannot read a decided block");
            None
        })
    }

    fn min_height(&self) -> Height {
        // Blocks are kept for ever.
        1
    }

    fn has_work(&self) -> bool {
        self.pool.has_work()
    }
}
