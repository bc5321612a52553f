//! Proofs that a committed transaction carries with it, and their checks.

use ledger_crypto::{Digest, SuiteId, Verifier};
use serde::{Deserialize, Serialize};

use crate::block::{Certificate, Header, ValidatorSet, tx_leaf};
use crate::id::{ChainId, OrgId, TxId};
use crate::merkle::InclusionProof;
use crate::receipt::Receipt;
use crate::tx::SignedTx;

/// Everything that shows that a transaction was ordered and what came of it, given the validator set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TxProof {
    /// The transaction.
    pub tx: SignedTx,
    /// Its place under `tx_root`.
    pub tx_path: InclusionProof,
    /// Its receipt.
    pub receipt: Receipt,
    /// The receipt's place under `receipts_root`.
    pub receipt_path: InclusionProof,
    /// The block's header.
    pub header: Header,
    /// The decision.
    pub certificate: Certificate,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The header's validator set is not the expected one.
    #[error("the header names another validator set")]
    OtherValidators,
    /// The certificate speaks of another block.
    #[error("the certificate is for another block")]
    OtherBlock,
    /// A signature in the certificate is wrong.
    #[error("the signature of validator {0} is wrong")]
    BadSignature(OrgId),
    /// A signer is no validator or signs twice.
    #[error("{0} is no validator, or signs twice")]
    BadSigner(OrgId),
    /// Not more than two thirds of the power signed.
    #[error("{signed} of {total} votes are not more than two thirds")]
    NoQuorum {
        /// Power that signed.
        signed: u64,
        /// Power of all.
        total: u64,
    },
    /// The transaction is not under the header's root.
    #[error("the transaction is not in the block")]
    TxNotIncluded,
    /// The receipt is not under the header's root.
    #[error("the receipt is not in the block")]
    ReceiptNotIncluded,
    /// The receipt speaks of another transaction, block or place.
    #[error("the receipt belongs to another transaction")]
    OtherReceipt,
    /// The proof is for another chain.
    #[error("the proof is for chain {0}")]
    OtherChain(ChainId),
}

/// Checks that `validators` decided the block with this header.
pub fn verify_certificate(
    verifier: &Verifier,
    suite: SuiteId,
    chain: &ChainId,
    validators: &ValidatorSet,
    header: &Header,
    certificate: &Certificate,
) -> Result<(), ProofError> {
    if &header.chain != chain {
        return Err(ProofError::OtherChain(header.chain.clone()));
    }
    if header.validators != validators.digest(suite, chain) {
        return Err(ProofError::OtherValidators);
    }
    if certificate.height != header.height || certificate.block != header.hash(suite) {
        return Err(ProofError::OtherBlock);
    }
    verify_quorum(verifier, chain, validators, certificate)
}

/// Checks that more than two thirds of the power signed the certificate, each validator once.
pub fn verify_quorum(
    verifier: &Verifier,
    chain: &ChainId,
    validators: &ValidatorSet,
    certificate: &Certificate,
) -> Result<(), ProofError> {
    let mut signed = 0u64;
    let mut last: Option<&OrgId> = None;
    for s in &certificate.signatures {
        let Some(validator) = validators.get(&s.validator) else {
            return Err(ProofError::BadSigner(s.validator.clone()));
        };
        if last.is_some_and(|l| l >= &s.validator) {
            return Err(ProofError::BadSigner(s.validator.clone()));
        }
        last = Some(&s.validator);
        let preimage = certificate.vote(&s.validator).preimage(chain);
        verifier
            .verify(&validator.key, &preimage, &s.sig)
            .map_err(|_| ProofError::BadSignature(s.validator.clone()))?;
        signed = signed.saturating_add(validator.power);
    }
    let total = validators.total_power();
    if u128::from(signed) * 3 > u128::from(total) * 2 { Ok(()) } else { Err(ProofError::NoQuorum { signed, total }) }
}

impl TxProof {
    /// Checks everything but the sender's signature, whose key is state; returns the transaction's id.
    pub fn verify(
        &self,
        verifier: &Verifier,
        suite: SuiteId,
        chain: &ChainId,
        validators: &ValidatorSet,
    ) -> Result<TxId, ProofError> {
        verify_certificate(verifier, suite, chain, validators, &self.header, &self.certificate)?;
        let count = u64::from(self.header.tx_count);
        let index = u64::from(self.receipt.index);
        let placed = |p: &InclusionProof| p.size == count && p.index == index;
        if !placed(&self.tx_path) || !self.tx_path.verify(suite, &tx_leaf(&self.tx), &self.header.tx_root) {
            return Err(ProofError::TxNotIncluded);
        }
        let leaf: Digest = self.receipt.leaf(suite, chain);
        if !placed(&self.receipt_path) || !self.receipt_path.verify(suite, &leaf.0, &self.header.receipts_root) {
            return Err(ProofError::ReceiptNotIncluded);
        }
        let id = self.tx.id(suite, chain);
        if self.receipt.tx != id || self.receipt.height != self.header.height {
            return Err(ProofError::OtherReceipt);
        }
        Ok(id)
    }
}
