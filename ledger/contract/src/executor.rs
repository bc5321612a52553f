//! Runs the transactions of one block, in order, over an overlay of the state.

use ledger_types::cbor;
use ledger_types::receipt::{Outcome, Receipt};
use ledger_types::tx::SignedTx;

use crate::context::Call;
use crate::error::refuse;
use crate::{
    BlockContext, Inadmissible, Overlay, RULES_VERSION, RuleCode, RuleError, SignatureCheck, StateRead, WriteSet,
    action, admission, state_key,
};

/// One block's execution. Proposer and validators do exactly the same.
pub struct Executor<'a, S: StateRead + ?Sized> {
    overlay: Overlay<'a, S>,
    block: &'a BlockContext,
    signatures: &'a dyn SignatureCheck,
}

impl<'a, S: StateRead + ?Sized> Executor<'a, S> {
    /// Starts a block on a state.
    pub fn new(state: &'a S, block: &'a BlockContext, signatures: &'a dyn SignatureCheck) -> Self {
        Self { overlay: Overlay::new(state), block, signatures }
    }

    /// Executes a transaction as the `index`-th of the block.
    ///
    /// After an error nothing has changed and the executor can go on with another transaction.
    pub fn execute(&mut self, index: u32, signed: &SignedTx) -> Result<Receipt, Inadmissible> {
        if self.block.rules != RULES_VERSION {
            return refuse(RuleCode::RulesUnsupported);
        }
        let admitted = admission::admit(&self.overlay, self.block, self.signatures, signed)?;
        let call = Call { block: self.block, sender: &admitted.account };
        let (outcome, events) = match action::run(&admitted.tx.action, &call, &self.overlay) {
            Ok(effect) => {
                for (key, value) in effect.writes {
                    self.overlay.put(key, value);
                }
                (Outcome::Applied, effect.events)
            }
            Err(RuleError::Rejected(rejection)) => (rejection.into(), Vec::new()),
            Err(e @ RuleError::State(_)) => return Err(e),
        };
        // Refused or not, the nonce is used: the same transaction cannot be ordered twice.
        self.overlay.put(state_key::nonces(&admitted.account.id), cbor::to_bytes(&admitted.nonces));
        let tx = signed.id(self.block.suite, &self.block.chain);
        Ok(Receipt { tx, height: self.block.height, index, outcome, events })
    }

    /// The state as the transactions so far left it.
    pub fn state(&self) -> &Overlay<'a, S> {
        &self.overlay
    }

    /// What the block changes.
    pub fn finish(self) -> WriteSet {
        self.overlay.into_writes()
    }
}
