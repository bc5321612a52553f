//! Checking another node's block by doing all of it again.

use std::sync::Arc;
use std::time::Instant;

use ledger_consensus::AppError;
use ledger_state::UndecidedBlock;
use ledger_types::block::Block;
use ledger_types::id::{Height, OrgId};
use ledger_types::{Digest, cbor};
use tracing::debug;

use crate::chain::{Chain, Parent};
use crate::error::local;
use crate::execute::{Executed, Run};

fn invalid<T>(why: impl Into<String>) -> Result<T, AppError> {
    Err(AppError::Invalid(why.into()))
}

impl Chain {
    /// Checks a proposed body; on return it is on disk and its execution is remembered for the commit.
    pub(crate) fn validate(
        &self,
        height: Height,
        round: u32,
        proposer: &OrgId,
        body: &[u8],
    ) -> Result<Digest, AppError> {
        let parent = self.parent()?;
        if parent.tip.height + 1 != height {
            return Err(local(format!("asked to validate height {height} on tip {}", parent.tip.height)));
        }
        if body.len() > parent.parameters.block_bytes_max as usize {
            return invalid(format!("{} bytes are more than a block may have", body.len()));
        }
        let block: Block = match cbor::from_bytes(body) {
            Ok(block) => block,
            Err(e) => return invalid(e.to_string()),
        };
        self.check_proposer(&parent, round, proposer, &block)?;
        let hash = block.header.hash(self.suite());
        if self.executed(&hash).is_none() {
            self.check_time(&block)?;
            let executed = self.execute(&parent, block)?;
            self.remember(Arc::new(executed));
        }
        let entry = UndecidedBlock { height, round, hash, proposer: proposer.clone() };
        self.store.put_undecided(&entry, body).map_err(local)?;
        Ok(hash)
    }

    /// Executes a block on its parent and compares every field of its header.
    pub(crate) fn execute(&self, parent: &Parent, block: Block) -> Result<Executed, AppError> {
        let begun = Instant::now();
        let (header, limits) = (&block.header, &parent.parameters);
        if block.txs.len() > limits.block_txs_max as usize {
            return invalid(format!("{} transactions are more than a block may have", block.txs.len()));
        }
        if header.time_ms <= parent.tip.time_ms {
            return invalid("its time is not after that of the block before");
        }
        if parent.validators.get(&header.proposer).is_none() {
            return invalid(format!("{} is no validator", header.proposer));
        }
        let context = self.context(parent, header.time_ms);
        self.verify_ahead(&block.txs, parent, &context);
        let mut run = Run::new(self, parent, &context);
        for tx in &block.txs {
            run.push(tx, None)?;
        }
        let ran = run.finish(parent)?;
        let ours = self.header(parent, header.time_ms, &header.proposer, &ran);
        if let Some(field) = first_difference(header, &ours) {
            return invalid(format!("its {field} is not ours"));
        }
        let hash = ours.hash(self.suite());
        debug!(height = header.height, txs = block.txs.len(), all = ?begun.elapsed(), "executed");
        Ok(Executed { block, hash, receipts: ran.receipts, origins: ran.origins, update: ran.update })
    }

    // In the first round the proposer built the block itself. Later it may propose again what another one built
    // and a quorum has seen, so any validator's block will do.
    fn check_proposer(&self, parent: &Parent, round: u32, proposer: &OrgId, block: &Block) -> Result<(), AppError> {
        let built_by = &block.header.proposer;
        if parent.validators.get(proposer).is_none() || (round == 0 && built_by != proposer) {
            return invalid(format!("{proposer} proposed a block of {built_by}"));
        }
        Ok(())
    }

    // A block from the future may be a wrong proposer or a wrong clock here: no verdict. Its time will come.
    fn check_time(&self, block: &Block) -> Result<(), AppError> {
        let (time_ms, now_ms) = (block.header.time_ms, self.clock.now_ms());
        let drift_ms = self.genesis().parameters.clock_drift_max_ms;
        if time_ms > now_ms.saturating_add(drift_ms) {
            return Err(local(format!("the block's time is {} ms ahead of this node's clock", time_ms - now_ms)));
        }
        Ok(())
    }
}

fn first_difference(theirs: &ledger_types::block::Header, ours: &ledger_types::block::Header) -> Option<&'static str> {
    let fields = [
        ("version", theirs.v == ours.v),
        ("version of the rules", theirs.rules == ours.rules),
        ("chain", theirs.chain == ours.chain),
        ("height", theirs.height == ours.height),
        ("parent", theirs.prev == ours.prev),
        ("validator set", theirs.validators == ours.validators),
        ("next validator set", theirs.next_validators == ours.next_validators),
        ("number of transactions", theirs.tx_count == ours.tx_count),
        ("transaction root", theirs.tx_root == ours.tx_root),
        ("receipt root", theirs.receipts_root == ours.receipts_root),
        ("state root", theirs.state_root == ours.state_root),
        ("header", theirs == ours),
    ];
    fields.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
}
