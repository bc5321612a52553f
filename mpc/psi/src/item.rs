//! What enters the protocol: a fixed-length name of a canonical key.

use std::sync::Arc;

use sm3::{Digest, Sm3};
use zeroize::Zeroize;

const TAG: &[u8] = b"shuzheng/psi/item/1";

/// Most items of one side.
pub const ITEMS_MAX: usize = 1 << 31;

/// `SM3(tag ‖ canonical key)`. Never leaves the process: a digest of a guessable key is as good as the key.
/// The fixed length keeps memory predictable (32 bytes a row) and long keys cheap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item([u8; 32]);

impl Item {
    /// The item of a canonical key.
    pub fn new(canonical_key: &[u8]) -> Self {
        Self(Sm3::new().chain_update(TAG).chain_update(canonical_key).finalize().into())
    }

    /// An item that is no key: a canary. The bytes come from another hash domain or from random bytes, so
    /// that they meet no key's item but by a collision of SM3.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn leading(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    pub(crate) fn clear(&mut self) {
        self.0.zeroize();
    }
}

impl AsRef<[u8]> for Item {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Item")
    }
}

/// Why items do not make a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemSetError {
    /// Two are equal.
    #[error("items {first} and {second} are equal; duplicates are to be resolved before the protocol")]
    Duplicate {
        /// Position of the first.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// Too many.
    #[error("{items} items; at most {ITEMS_MAX} can take part")]
    TooMany {
        /// How many.
        items: usize,
    },
}

/// Distinct items in the order of their owner. Cheap to clone, cleared when the last clone is dropped.
#[derive(Clone)]
pub struct ItemSet(Arc<Cleared>);

struct Cleared(Vec<Item>);

impl Drop for Cleared {
    fn drop(&mut self) {
        for item in &mut self.0 {
            item.clear();
        }
    }
}

impl ItemSet {
    /// Takes items that must be distinct.
    ///
    /// # Errors
    /// When two are equal or there are too many.
    pub fn new(items: Vec<Item>) -> Result<Self, ItemSetError> {
        let set = Self::assume_distinct(items)?;
        let items = set.as_slice();
        // By the leading bytes, which hardly ever are those of two: a tenth of the time of comparing whole items.
        let mut order: Vec<(u64, u32)> = items.iter().zip(0..).map(|(item, i)| (item.leading(), i)).collect();
        order.sort_unstable();
        let equal = |run: &[(u64, u32)]| {
            let place = |i: usize| run[i].1 as usize;
            (1..run.len()).find_map(|second| {
                let first = (0..second).find(|first| items[place(*first)] == items[place(second)])?;
                Some(ItemSetError::Duplicate { first: place(first), second: place(second) })
            })
        };
        let found = order.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1).find_map(equal);
        order.zeroize();
        found.map_or(Ok(set.clone()), Err)
    }

    pub(crate) fn assume_distinct(items: Vec<Item>) -> Result<Self, ItemSetError> {
        if items.len() > ITEMS_MAX {
            return Err(ItemSetError::TooMany { items: items.len() });
        }
        Ok(Self(Arc::new(Cleared(items))))
    }

    /// The items.
    pub fn as_slice(&self) -> &[Item] {
        &self.0.0
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

impl std::fmt::Debug for ItemSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ItemSet({} items)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_are_refused_with_their_positions() {
        let items = ["a", "b", "c", "b"].map(|k| Item::new(k.as_bytes())).to_vec();
        assert_eq!(ItemSet::new(items).unwrap_err(), ItemSetError::Duplicate { first: 1, second: 3 });
        assert_eq!(ItemSet::new(vec![]).unwrap().len(), 0);
    }

    #[test]
    fn debug_prints_no_item() {
        let item = Item::new(b"11010519491231002X");
        assert_eq!(format!("{item:?} {:?}", ItemSet::new(vec![item]).unwrap()), "Item ItemSet(1 items)");
    }
}
