//! From an action to a transaction on the ledger.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ledger_client::{Ledger, LedgerError, TxRecord};
use ledger_contract::read;
use ledger_crypto::SigningKey;
use ledger_types::action::Action;
use ledger_types::id::{AccountId, AccountRef, OrgId, TxId};
use ledger_types::object::node_account;
use ledger_types::receipt::Outcome;
use ledger_types::tx::{SignedTx, Tx};

use super::nonce::Nonces;
use crate::error::PartyError;

/// Heights after which an unexecuted transaction of ours is void.
const VALID_FOR: u64 = 300;

/// What came of a submission.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// Its id.
    pub tx: TxId,
    /// The committed transaction, when it was waited for.
    pub record: Option<TxRecord>,
}

impl Submitted {
    /// The same, or an error when a rule refused the transaction.
    pub fn applied(self) -> Result<Self, PartyError> {
        match self.record.as_ref().map(|r| &r.receipt.outcome) {
            Some(Outcome::Refused { code, params }) => {
                Err(PartyError::Refused { tx: Some(self.tx), code: code.clone(), params: params.clone() })
            }
            _ => Ok(self),
        }
    }
}

/// Signs for accounts of one organisation and submits to the ledger.
pub struct Signer {
    ledger: Arc<dyn Ledger>,
    org: OrgId,
    node: Arc<SigningKey>,
    nonces: Nonces,
}

impl Signer {
    /// With the node's open key and the directory of nonces.
    pub fn new(ledger: Arc<dyn Ledger>, org: OrgId, node: Arc<SigningKey>, dir: &Path) -> Result<Self, PartyError> {
        Ok(Self { ledger, org, node, nonces: Nonces::open(dir)? })
    }

    /// Signs an action with the key of an account.
    pub fn sign(&self, account: &AccountId, key: &SigningKey, action: Action) -> Result<SignedTx, PartyError> {
        let sender = AccountRef { org: self.org.clone(), account: account.clone() };
        let view = self.ledger.view();
        let seen = read::nonces(view.as_ref(), &sender)?;
        let span = read::parameters(view.as_ref())?.unwrap_or_default().valid_until_span_max;
        let tx = Tx {
            v: 1,
            chain: self.ledger.genesis().chain.clone(),
            nonce: self.nonces.next(account, &seen)?,
            valid_until: self.ledger.status().height + span.min(VALID_FOR),
            sender,
            action,
        };
        Ok(tx.sign(key))
    }

    /// Submits, and waits for the receipt when a time is given.
    pub async fn submit(&self, tx: SignedTx, wait: Option<Duration>) -> Result<Submitted, PartyError> {
        let tx = self.ledger.submit(tx).await?;
        let record = match wait {
            Some(at_most) => Some(self.ledger.wait(&tx, at_most).await?),
            None => None,
        };
        Ok(Submitted { tx, record })
    }

    /// Signs as the node and sees to it that the action gets onto the ledger: a busy queue or a transaction
    /// that expired unexecuted is tried again, with a new nonce, until `attempts` are used up.
    pub async fn submit_as_node(&self, action: &Action, attempts: u32) -> Result<Submitted, PartyError> {
        let account = node_account(&self.org).account;
        let mut pause = Duration::from_millis(250);
        let mut last = PartyError::Ledger(LedgerError::Busy);
        for _ in 0..attempts.max(1) {
            let tx = self.sign(&account, &self.node, action.clone())?;
            match self.submit(tx, Some(Duration::from_secs(60))).await {
                Ok(done) => return Ok(done),
                Err(error @ PartyError::Ledger(LedgerError::Busy | LedgerError::TimedOut(_))) => last = error,
                Err(other) => return Err(other),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(8));
        }
        Err(last)
    }
}
