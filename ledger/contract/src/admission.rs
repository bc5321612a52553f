//! What a transaction must hold to be in a block at all. The mempool, the proposer and every validator
//! ask the same function.

use ledger_crypto::{SignatureError, Verifier};
use ledger_types::PublicKey;
use ledger_types::cbor::CborError;
use ledger_types::id::ChainId;
use ledger_types::object::{Account, NonceWindow, Status};
use ledger_types::tx::{SignedTx, Tx};

use crate::error::refuse;
use crate::{BlockContext, Inadmissible, Rejection, RuleCode, StateRead, nonce, read};

/// Checks a transaction's signature. [`Verifier`] does it; a node may put a memory of what it has already
/// verified in front, keyed by the whole signed transaction *and* the key.
pub trait SignatureCheck {
    /// Whether the signature is this key's over this transaction.
    fn check(&self, chain: &ChainId, tx: &SignedTx, key: &PublicKey) -> Result<(), SignatureError>;
}

impl SignatureCheck for Verifier {
    fn check(&self, chain: &ChainId, tx: &SignedTx, key: &PublicKey) -> Result<(), SignatureError> {
        tx.verify(self, chain, key)
    }
}

/// A transaction that may be in the block, with what was read to find out.
pub(crate) struct Admitted {
    pub(crate) tx: Tx,
    pub(crate) account: Account,
    /// The sender's nonces after this transaction.
    pub(crate) nonces: NonceWindow,
}

/// Checks size, form, chain, expiry, sender, nonce and signature, the cheap ones first.
pub(crate) fn admit(
    state: &(impl StateRead + ?Sized),
    block: &BlockContext,
    signatures: &dyn SignatureCheck,
    signed: &SignedTx,
) -> Result<Admitted, Inadmissible> {
    let bytes_max = block.parameters.tx_bytes_max as usize;
    let bytes = signed.tx.len() + signed.sig.0.len();
    if bytes > bytes_max {
        return Err(Rejection::new(RuleCode::TxTooLarge).with("bytes", bytes).with("bytes_max", bytes_max).into());
    }
    let tx = signed.decode().map_err(|e| {
        Rejection::new(match e {
            CborError::Decode { .. } => RuleCode::TxMalformed,
            CborError::NotCanonical { .. } => RuleCode::TxNotCanonical,
        })
    })?;
    if tx.v != 1 {
        return Err(Rejection::new(RuleCode::TxVersionUnsupported).with("version", tx.v).into());
    }
    if tx.chain != block.chain {
        return Err(Rejection::new(RuleCode::WrongChain)
            .with("chain", &tx.chain)
            .with("expected", &block.chain)
            .into());
    }
    if tx.valid_until < block.height {
        return Err(Rejection::new(RuleCode::TxExpired)
            .with("valid_until", tx.valid_until)
            .with("height", block.height)
            .into());
    }
    let span_max = block.parameters.valid_until_span_max;
    if tx.valid_until - block.height > span_max {
        return Err(Rejection::new(RuleCode::TxValidUntilTooFar)
            .with("valid_until", tx.valid_until)
            .with("height", block.height)
            .with("span_max", span_max)
            .into());
    }
    let account = sender(state, &tx)?;
    let nonces = read::nonces(state, &tx.sender)?;
    nonce::check(&nonces, tx.nonce)?;
    if signatures.check(&block.chain, signed, &account.key).is_err() {
        return Err(Rejection::new(RuleCode::WrongSignature).with("account", &tx.sender).into());
    }
    let nonces = nonce::mark(nonces, tx.nonce);
    Ok(Admitted { tx, account, nonces })
}

fn sender(state: &(impl StateRead + ?Sized), tx: &Tx) -> Result<Account, Inadmissible> {
    let org = &tx.sender.org;
    match read::organisation(state, org)?.map(|o| o.status) {
        Some(Status::Active) => {}
        Some(Status::Frozen) => return Err(Rejection::new(RuleCode::OrganisationFrozen).with("org", org).into()),
        None => return Err(Rejection::new(RuleCode::OrganisationUnknown).with("org", org).into()),
    }
    match read::account(state, &tx.sender)? {
        Some(account) if account.status == Status::Active => Ok(account),
        Some(_) => Err(Rejection::new(RuleCode::AccountFrozen).with("account", &tx.sender).into()),
        None => Err(Rejection::new(RuleCode::AccountUnknown).with("account", &tx.sender).into()),
    }
}

/// Whether a transaction may enter the mempool, or a block at `block.height`; its decoded form.
pub fn check_admission(
    state: &(impl StateRead + ?Sized),
    block: &BlockContext,
    signatures: &dyn SignatureCheck,
    signed: &SignedTx,
) -> Result<Tx, Inadmissible> {
    if block.rules != crate::RULES_VERSION {
        return refuse(RuleCode::RulesUnsupported);
    }
    Ok(admit(state, block, signatures, signed)?.tx)
}
