//! Into the queue: transactions submitted here, and those that other nodes tell of.

use std::sync::Arc;

use ledger_client::LedgerError;
use ledger_contract::{Rejection, RuleCode, check_admission};
use ledger_types::id::TxId;
use ledger_types::tx::{SignedTx, Tx};

use crate::chain::Chain;
use crate::error::{ExecuteError, inadmissible, refused, store};
use crate::parallel;
use crate::pool::{NotQueued, Pooled};

/// What became of a transaction that asked to be queued.
pub(crate) enum Admitted {
    /// It is in the queue now.
    Queued(Arc<Pooled>),
    /// It was there before, or is committed.
    Known(TxId),
}

impl Admitted {
    pub(crate) fn id(&self) -> TxId {
        match self {
            Self::Queued(p) => p.id,
            Self::Known(id) => *id,
        }
    }
}

impl Chain {
    /// Checks transactions against the state at the tip, signatures on all cores, and queues them.
    pub(crate) fn admit(&self, txs: Vec<SignedTx>, own: bool) -> Vec<Result<Admitted, LedgerError>> {
        let parent = match self.parent() {
            Ok(parent) => parent,
            Err(ExecuteError::Local(e)) => return fail_all(&txs, &e),
            Err(ExecuteError::Inadmissible(..)) => return fail_all(&txs, "the state cannot be read"),
        };
        let context = self.context(&parent, self.clock.now_ms().max(parent.tip.time_ms + 1));
        let checked = parallel::map(&txs, |signed| -> Result<(TxId, Option<Tx>), LedgerError> {
            let id = signed.id(self.suite(), self.chain());
            if self.pool.contains(&id) || self.store.locate(&id).map_err(store)?.is_some() {
                return Ok((id, None));
            }
            let checked = check_admission(&parent.view, &context, &self.signatures, signed);
            checked.map(|tx| (id, Some(tx))).map_err(inadmissible)
        });
        let admit = |(signed, checked): (SignedTx, Result<(TxId, Option<Tx>), _>)| match checked? {
            (known, None) => Ok(Admitted::Known(known)),
            (id, Some(tx)) => self.queue(id, signed, &tx, own),
        };
        txs.into_iter().zip(checked).map(admit).collect()
    }

    fn queue(&self, id: TxId, signed: SignedTx, tx: &Tx, own: bool) -> Result<Admitted, LedgerError> {
        match self.pool.insert(Pooled::new(id, signed, tx, own)) {
            Ok(pooled) => Ok(Admitted::Queued(pooled)),
            Err(NotQueued::Known) => Ok(Admitted::Known(id)),
            Err(NotQueued::Full) => Err(LedgerError::Busy),
            Err(NotQueued::NonceTaken) => Err(refused(
                Rejection::new(RuleCode::NonceUsed).with("nonce", tx.nonce).with("by", "a waiting transaction"),
            )),
        }
    }
}

fn fail_all(txs: &[SignedTx], why: &str) -> Vec<Result<Admitted, LedgerError>> {
    txs.iter().map(|_| Err(LedgerError::Internal(why.to_owned()))).collect()
}
