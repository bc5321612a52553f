//! Executing a block: the same for who proposes, who validates and who catches up.

use ledger_contract::{BlockContext, Executor, Inadmissible, check_admission, read};
use ledger_state::{StateUpdate, StateView};
use ledger_types::Digest;
use ledger_types::block::{Block, Header, ValidatorSet, tx_leaf};
use ledger_types::id::{AccountRef, TimeMs};
use ledger_types::merkle;
use ledger_types::receipt::Receipt;
use ledger_types::tx::SignedTx;

use crate::chain::{Chain, Parent};
use crate::error::ExecuteError;
use crate::parallel;
use crate::pool::Origin;

/// Below this many transactions, verifying ahead on several threads does not pay.
const AHEAD_TXS_MIN: usize = 32;

/// Transactions of a block that are looked up in the queue before that.
const AHEAD_SAMPLE: usize = 16;

/// A block with everything that committing it needs.
pub(crate) struct Executed {
    pub(crate) block: Block,
    pub(crate) hash: Digest,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) update: StateUpdate,
}

impl Executed {
    pub(crate) fn senders(&self) -> Vec<AccountRef> {
        self.origins.iter().map(|o| o.sender.clone()).collect()
    }
}

/// Transactions that ran on the parent's state, in order.
pub(crate) struct Ran {
    pub(crate) txs: Vec<SignedTx>,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) update: StateUpdate,
    pub(crate) next_validators: ValidatorSet,
}

/// A block in the making.
pub(crate) struct Run<'a> {
    chain: &'a Chain,
    executor: Executor<'a, StateView>,
    txs: Vec<SignedTx>,
    receipts: Vec<Receipt>,
    origins: Vec<Origin>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(chain: &'a Chain, parent: &'a Parent, context: &'a BlockContext) -> Self {
        let executor = Executor::new(&parent.view, context, &chain.signatures);
        Self { chain, executor, txs: Vec::new(), receipts: Vec::new(), origins: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.txs.len()
    }

    /// Appends a transaction, or leaves everything as it was. `origin` saves decoding when it is known.
    pub(crate) fn push(&mut self, tx: &SignedTx, origin: Option<Origin>) -> Result<(), ExecuteError> {
        let index = u32::try_from(self.txs.len()).map_err(|_| ExecuteError::Local("too many".to_owned()))?;
        let receipt = self.executor.execute(index, tx).map_err(|e| match e {
            Inadmissible::Rejected(r) => ExecuteError::Inadmissible(index, r),
            Inadmissible::State(e) => e.into(),
        })?;
        let origin = match origin.or_else(|| self.chain.pool.origin(&receipt.tx)) {
            Some(origin) => origin,
            None => Origin::from(&tx.decode().expect("the executor has just decoded it")),
        };
        self.txs.push(tx.clone());
        self.receipts.push(receipt);
        self.origins.push(origin);
        Ok(())
    }

    pub(crate) fn finish(self, parent: &Parent) -> Result<Ran, ExecuteError> {
        let next = read::validators(self.executor.state())?;
        let next_validators = next.unwrap_or_else(|| parent.validators.clone());
        let update = self.chain.store.stage(self.executor.finish().0)?;
        Ok(Ran { txs: self.txs, receipts: self.receipts, origins: self.origins, update, next_validators })
    }
}

impl Chain {
    /// The header of what ran: every field follows from the parent, the time, the proposer and the run.
    pub(crate) fn header(
        &self,
        parent: &Parent,
        time_ms: TimeMs,
        proposer: &ledger_types::id::OrgId,
        ran: &Ran,
    ) -> Header {
        let (suite, chain) = (self.suite(), self.chain());
        let validators = parent.validators.digest(suite, chain);
        let next_validators = if ran.next_validators == parent.validators {
            validators
        } else {
            ran.next_validators.digest(suite, chain)
        };
        let (tx_root, receipts_root) = roots(self, &ran.txs, &ran.receipts);
        Header {
            v: 1,
            rules: self.genesis().rules,
            chain: chain.clone(),
            height: parent.tip.height + 1,
            prev: parent.tip.hash,
            time_ms,
            proposer: proposer.clone(),
            validators,
            next_validators,
            tx_root,
            receipts_root,
            state_root: ran.update.root(),
            tx_count: u32::try_from(ran.txs.len()).expect("bounded by the limit of a block"),
        }
    }

    /// Verifies the signatures of a block whose transactions did not come through the queue, on all cores. What
    /// is wrong is found again, and named, when the block is executed in order.
    pub(crate) fn verify_ahead(&self, txs: &[SignedTx], parent: &Parent, context: &BlockContext) {
        // A sample tells whether the transactions were gossiped here: then their signatures are known.
        let step = txs.len().div_ceil(AHEAD_SAMPLE).max(1);
        let unknown = |tx: &&SignedTx| !self.pool.contains(&tx.id(self.suite(), self.chain()));
        let unknown = txs.iter().step_by(step).filter(unknown).count();
        if txs.len() >= AHEAD_TXS_MIN && unknown > 0 {
            parallel::map(txs, |tx| check_admission(&parent.view, context, &self.signatures, tx).is_ok());
        }
    }
}

fn roots(chain: &Chain, txs: &[SignedTx], receipts: &[Receipt]) -> (Digest, Digest) {
    let suite = chain.suite();
    let mut of_txs = merkle::Accumulator::new(suite);
    let mut of_receipts = merkle::Accumulator::new(suite);
    for (tx, receipt) in txs.iter().zip(receipts) {
        of_txs.push(&tx_leaf(tx));
        of_receipts.push(&receipt.leaf(suite, chain.chain()).0);
    }
    (of_txs.root(), of_receipts.root())
}
