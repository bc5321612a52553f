//! Transactions: what an account signs.

use ledger_crypto::{PublicKey, Signature, SignatureError, SigningKey, SuiteId, Verifier};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::action::Action;
use crate::cbor::{self, CborError};
use crate::id::{AccountRef, ChainId, Height, TxId};
use crate::preimage::{self, Tag};

/// The signed part of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tx {
    /// Version of this structure, 1.
    pub v: u8,
    /// The chain it is for.
    pub chain: ChainId,
    /// Who acts.
    pub sender: AccountRef,
    /// Unused so far by the sender; see `object::NonceWindow`.
    pub nonce: u64,
    /// Last height at which it may be executed.
    pub valid_until: Height,
    /// What is done.
    pub action: Action,
}

/// A transaction as it travels: canonical bytes of [`Tx`] and the signature over them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedTx {
    /// Canonical bytes of a [`Tx`].
    pub tx: ByteBuf,
    /// Signature over `preimage(Tag::Tx, chain, tx)`.
    pub sig: Signature,
}

impl Tx {
    /// Canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::to_bytes(self)
    }

    /// Signs.
    pub fn sign(&self, key: &SigningKey) -> SignedTx {
        let bytes = self.to_bytes();
        let sig = key.sign(&preimage::preimage(Tag::Tx, &self.chain, &bytes));
        SignedTx { tx: ByteBuf::from(bytes), sig }
    }
}

impl SignedTx {
    /// The id; the signature is no part of it, so a second valid signature makes no second transaction.
    pub fn id(&self, suite: SuiteId, chain: &ChainId) -> TxId {
        TxId(preimage::digest(suite, Tag::Tx, chain, &self.tx))
    }

    /// Decodes the signed part.
    pub fn decode(&self) -> Result<Tx, CborError> {
        cbor::from_bytes(&self.tx)
    }

    /// Checks the signature with the sender's key.
    pub fn verify(&self, verifier: &Verifier, chain: &ChainId, key: &PublicKey) -> Result<(), SignatureError> {
        verifier.verify(key, &preimage::preimage(Tag::Tx, chain, &self.tx), &self.sig)
    }
}
