//! A verifier that remembers the keys it meets.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lru::LruCache;
use parking_lot::Mutex;

use crate::sm2::table::KeyTable;
use crate::{PublicKey, Signature, SignatureError, SuiteId, signature};

/// Keys of which one good signature was seen are remembered for this many times the capacity.
const SEEN_FACTOR: usize = 8;

/// Verifies signatures of one suite, with a table for each of the keys used most recently.
///
/// A key gets its table (86 KiB, about a millisecond to build) at its second *good* signature, so that a
/// stranger who sends rubbish cannot push out the tables of members; until then the stock path serves it.
/// Both paths accept exactly the same signatures. Safe to share between threads.
pub struct Verifier {
    suite: SuiteId,
    tables: Mutex<LruCache<PublicKey, Prepared>>,
    seen: Mutex<LruCache<PublicKey, ()>>,
    by_table: AtomicU64,
    by_stock: AtomicU64,
}

#[derive(Clone)]
enum Prepared {
    Sm2(Arc<KeyTable>),
    // The decompressed point.
    Ed25519(Arc<ed25519_dalek::VerifyingKey>),
}

/// What a verifier did since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifierStats {
    /// Keys with a table now.
    pub tables: usize,
    /// Verifications with a table.
    pub by_table: u64,
    /// Verifications on the stock path.
    pub by_stock: u64,
}

impl Verifier {
    /// A verifier holding tables of at most `capacity` keys (at least one).
    pub fn new(suite: SuiteId, capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self {
            suite,
            tables: Mutex::new(LruCache::new(capacity)),
            seen: Mutex::new(LruCache::new(
                capacity.saturating_mul(NonZeroUsize::new(SEEN_FACTOR).unwrap_or(NonZeroUsize::MIN)),
            )),
            by_table: AtomicU64::new(0),
            by_stock: AtomicU64::new(0),
        }
    }

    /// The suite of the chain.
    pub fn suite(&self) -> SuiteId {
        self.suite
    }

    /// Verifies one signature.
    pub fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        if key.suite() != self.suite {
            return Err(SignatureError::WrongSuite { expected: self.suite });
        }
        let prepared = self.tables.lock().get(key).cloned();
        if let Some(prepared) = prepared {
            self.by_table.fetch_add(1, Ordering::Relaxed);
            return prepared.verify(message, signature);
        }
        self.by_stock.fetch_add(1, Ordering::Relaxed);
        signature::verify(self.suite, key, message, signature)?;
        let second_time = self.seen.lock().put(*key, ()).is_some();
        if second_time {
            self.preload(key);
        }
        Ok(())
    }

    /// Builds the table of a key that is known to be used, e.g. of a validator. A key of the other suite is ignored.
    pub fn preload(&self, key: &PublicKey) {
        if key.suite() != self.suite || self.tables.lock().contains(key) {
            return;
        }
        // Built outside the lock: two threads may build the same table once.
        let prepared = match self.suite {
            SuiteId::Gm => KeyTable::new(key.as_bytes()).map(|t| Prepared::Sm2(Arc::new(t))),
            SuiteId::Intl => key.ed25519().map(|k| Prepared::Ed25519(Arc::new(k))),
        };
        if let Some(prepared) = prepared {
            self.tables.lock().put(*key, prepared);
            self.seen.lock().pop(key);
        }
    }

    /// What this verifier did.
    pub fn stats(&self) -> VerifierStats {
        VerifierStats {
            tables: self.tables.lock().len(),
            by_table: self.by_table.load(Ordering::Relaxed),
            by_stock: self.by_stock.load(Ordering::Relaxed),
        }
    }
}

impl Prepared {
    fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        match self {
            Self::Sm2(table) => table.verify(message, &signature.0),
            Self::Ed25519(key) => key
                .verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0))
                .map_err(|_| SignatureError::Mismatch),
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("suite", &self.suite).field("stats", &self.stats()).finish()
    }
}
