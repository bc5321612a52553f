//! Latest values in memory: execution reads the same accounts again and again.

use std::num::NonZeroUsize;
use std::sync::Arc;

use ledger_types::Digest;
use ledger_types::id::Height;
use lru::LruCache;
use parking_lot::Mutex;

/// A value and the height that wrote it; no later block has written the key.
#[derive(Debug, Clone)]
struct Entry {
    since: Height,
    value: Option<Arc<[u8]>>,
}

/// Values as of the tip.
#[derive(Debug)]
pub(crate) struct Latest {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    tip: Height,
    entries: LruCache<Digest, Entry>,
}

impl Latest {
    pub(crate) fn new(capacity: usize, tip: Height) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self { inner: Mutex::new(Inner { tip, entries: LruCache::new(capacity) }) }
    }

    /// The value as of `version`, when it is known without looking it up.
    pub(crate) fn get(&self, place: &Digest, version: Height) -> Option<Option<Arc<[u8]>>> {
        let mut inner = self.inner.lock();
        if version > inner.tip {
            return None;
        }
        inner.entries.get(place).filter(|e| e.since <= version).map(|e| e.value.clone())
    }

    /// Remembers what a read as of `version` found; of use only when that still is the tip.
    pub(crate) fn found(&self, place: &Digest, version: Height, since: Height, value: Option<Arc<[u8]>>) {
        let mut inner = self.inner.lock();
        if version == inner.tip {
            inner.entries.put(*place, Entry { since, value });
        }
    }

    /// A block was committed.
    pub(crate) fn advance<'a>(&self, tip: Height, writes: impl Iterator<Item = (Digest, Option<&'a [u8]>)>) {
        let mut inner = self.inner.lock();
        inner.tip = tip;
        for (place, value) in writes {
            inner.entries.put(place, Entry { since: tip, value: value.map(Arc::from) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_given_only_for_heights_at_which_it_held() {
        let latest = Latest::new(8, 3);
        let k = Digest([1; 32]);
        latest.found(&k, 3, 2, Some(Arc::from(&b"old"[..])));
        assert_eq!(latest.get(&k, 3).flatten().as_deref(), Some(&b"old"[..]));
        assert_eq!(latest.get(&k, 1), None, "written at 2");
        latest.advance(4, [(k, Some(&b"new"[..]))].into_iter());
        assert_eq!(latest.get(&k, 3), None, "the old value is in the database");
        assert_eq!(latest.get(&k, 4).flatten().as_deref(), Some(&b"new"[..]));
        assert_eq!(latest.get(&k, 5), None, "not committed yet");
    }

    #[test]
    fn a_read_that_was_overtaken_by_a_commit_is_not_remembered() {
        let latest = Latest::new(8, 3);
        let k = Digest([1; 32]);
        latest.advance(4, std::iter::empty());
        latest.found(&k, 3, 2, None);
        assert_eq!(latest.get(&k, 4), None);
    }
}
