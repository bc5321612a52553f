//! Reading the world state, and the writes of a block laid over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::StateError;

/// A consistent view of the world state: canonical CBOR objects under the keys of [`crate::state_key`].
pub trait StateRead {
    /// The value under a key; `None` when there is none.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;
}

impl<S: StateRead + ?Sized> StateRead for &S {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        (**self).get(key)
    }
}

impl<S: StateRead + ?Sized> StateRead for Arc<S> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        (**self).get(key)
    }
}

impl<S: StateRead + ?Sized> StateRead for Box<S> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        (**self).get(key)
    }
}

/// State in memory, for tools and tests.
impl StateRead for BTreeMap<Vec<u8>, Vec<u8>> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        Ok(BTreeMap::get(self, key).cloned())
    }
}

/// What a block changes: sorted by key, each key once; `None` deletes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteSet(pub Vec<(Vec<u8>, Option<Vec<u8>>)>);

/// Writes over a state that stays as it is.
pub struct Overlay<'a, S: StateRead + ?Sized> {
    base: &'a S,
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a, S: StateRead + ?Sized> Overlay<'a, S> {
    /// Nothing written yet.
    pub fn new(base: &'a S) -> Self {
        Self { base, writes: BTreeMap::new() }
    }

    /// Writes a value.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.writes.insert(key, Some(value));
    }

    /// The writes.
    pub fn into_writes(self) -> WriteSet {
        WriteSet(self.writes.into_iter().collect())
    }
}

impl<S: StateRead + ?Sized> StateRead for Overlay<'_, S> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        match self.writes.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.base.get(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_the_base_stays() {
        let base: BTreeMap<Vec<u8>, Vec<u8>> = [(b"a".to_vec(), b"1".to_vec())].into();
        let mut over = Overlay::new(&base);
        over.put(b"b".to_vec(), b"2".to_vec());
        over.put(b"a".to_vec(), b"3".to_vec());
        assert_eq!(over.get(b"a").unwrap().as_deref(), Some(&b"3"[..]));
        assert_eq!(over.get(b"c").unwrap(), None);
        let writes = over.into_writes().0;
        assert_eq!(writes, [(b"a".to_vec(), Some(b"3".to_vec())), (b"b".to_vec(), Some(b"2".to_vec()))]);
        assert_eq!(base.len(), 1);
    }
}
