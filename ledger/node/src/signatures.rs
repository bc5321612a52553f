//! One verification per signature and node: what was verified on the way into the queue is not verified
//! again when the block is built, validated or executed after a restart of the round.

use std::num::NonZeroUsize;

use ledger_contract::SignatureCheck;
use ledger_crypto::{Digest, PublicKey, SignatureError, Verifier};
use ledger_types::id::ChainId;
use ledger_types::tx::SignedTx;
use lru::LruCache;
use parking_lot::Mutex;

/// A verifier with a memory of good signatures.
pub(crate) struct Signatures {
    verifier: Verifier,
    // Digest of key, signature and signed bytes: nothing else is ever taken for verified.
    good: Mutex<LruCache<Digest, ()>>,
}

impl Signatures {
    pub(crate) fn new(verifier: Verifier, capacity: NonZeroUsize) -> Self {
        Self { verifier, good: Mutex::new(LruCache::new(capacity)) }
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}

impl SignatureCheck for Signatures {
    fn check(&self, chain: &ChainId, tx: &SignedTx, key: &PublicKey) -> Result<(), SignatureError> {
        // Key and signature have fixed lengths, so the parts cannot be shifted against each other.
        let digest = self.verifier.suite().hash(&[key.as_bytes(), &tx.sig.0, &tx.tx]);
        if self.good.lock().get(&digest).is_some() {
            return Ok(());
        }
        tx.verify(&self.verifier, chain, key)?;
        self.good.lock().put(digest, ());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_crypto::{SigningKey, SuiteId};
    use ledger_types::preimage::{Tag, preimage};

    #[test]
    fn a_good_signature_is_verified_once_and_a_changed_one_is_not_taken_for_it() {
        let suite = SuiteId::Gm;
        let chain = ChainId::new("test").expect("a slug");
        let key = SigningKey::generate(suite).expect("randomness");
        let other = SigningKey::generate(suite).expect("randomness");
        let body = b"a transaction".to_vec();
        let tx = SignedTx { sig: key.sign(&preimage(Tag::Tx, &chain, &body)), tx: body.into() };
        let memo = Signatures::new(Verifier::new(suite, 4), NonZeroUsize::new(8).expect("not zero"));
        let verified = |m: &Signatures| m.verifier.stats().by_stock + m.verifier.stats().by_table;

        assert!(memo.check(&chain, &tx, &key.public_key()).is_ok());
        let once = verified(&memo);
        assert!(memo.check(&chain, &tx, &key.public_key()).is_ok());
        assert_eq!(verified(&memo), once);

        assert!(memo.check(&chain, &tx, &other.public_key()).is_err());
        let mut bad = tx.clone();
        bad.sig.0[40] ^= 1;
        assert!(memo.check(&chain, &bad, &key.public_key()).is_err());
        let mut bad = tx.clone();
        bad.tx[0] ^= 1;
        assert!(memo.check(&chain, &bad, &key.public_key()).is_err());
    }
}
