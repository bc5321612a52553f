//! What enters the protocol: a fixed-length name of a canonical key.

use std::sync::Arc;

use mpc_core::sm3x16::sm3_each;
use sm3::{Digest, Sm3};
use zeroize::{Zeroize, Zeroizing};

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

    fn leading(&self) -> u32 {
        let [a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d])
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

/// Canonical keys that are hashed together, [`sm3_each`] at a time.
pub(crate) struct Keys {
    /// Tag and key, one after another.
    bytes: Zeroizing<Vec<u8>>,
    ends: Vec<usize>,
}

impl Keys {
    /// Keys that are worth being hashed together.
    pub(crate) const BATCH: usize = 512;

    pub(crate) fn new() -> Self {
        Self { bytes: Zeroizing::default(), ends: Vec::with_capacity(Self::BATCH) }
    }

    pub(crate) fn push(&mut self, canonical_key: &[u8]) {
        self.bytes.extend_from_slice(TAG);
        self.bytes.extend_from_slice(canonical_key);
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Appends the items of all keys and forgets them.
    pub(crate) fn hash_into(&mut self, items: &mut Vec<Item>) {
        let starts = std::iter::once(&0).chain(&self.ends);
        let messages: Vec<&[u8]> = starts.zip(&self.ends).map(|(start, end)| &self.bytes[*start..*end]).collect();
        items.extend(sm3_each(&messages).into_iter().map(Item));
        self.bytes.zeroize();
        self.ends.clear();
    }
}

/// For each item the position of the first that is equal to it.
pub(crate) fn leaders(items: &[Item]) -> Vec<u32> {
    // Words of four leading bytes and the position are sorted in a tenth of the time of whole items; equal leading bytes
    // are looked at closely.
    let mut order: Vec<u64> = items.iter().zip(0..).map(|(item, i)| u64::from(item.leading()) << 32 | i).collect();
    order.sort_unstable();
    let mut leaders: Vec<u32> = (0..items.len() as u32).collect();
    for run in order.chunk_by_mut(|a, b| a >> 32 == b >> 32).filter(|run| run.len() > 1) {
        run.sort_unstable_by_key(|word| (items[*word as u32 as usize], *word));
        for equal in run.chunk_by(|a, b| items[*a as u32 as usize] == items[*b as u32 as usize]) {
            equal.iter().for_each(|word| leaders[*word as u32 as usize] = equal[0] as u32);
        }
    }
    order.zeroize();
    leaders
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
        let leaders = leaders(items);
        match leaders.iter().zip(0..).find(|(leader, i)| *leader != i) {
            None => Ok(set),
            Some((first, second)) => Err(ItemSetError::Duplicate { first: *first as usize, second: second as usize }),
        }
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
    fn keys_hashed_together_are_the_items_of_single_keys() {
        let keys: Vec<String> = (0..200).map(|i| "号".repeat(i % 23)).collect();
        let (mut together, mut items) = (Keys::new(), Vec::new());
        for part in [&keys[..3], &keys[3..]] {
            part.iter().for_each(|key| together.push(key.as_bytes()));
            assert_eq!(together.len(), part.len());
            together.hash_into(&mut items);
        }
        assert!(items == keys.iter().map(|key| Item::new(key.as_bytes())).collect::<Vec<_>>());
        assert_eq!(together.len(), 0);
    }

    #[test]
    fn the_first_of_equal_items_leads_also_among_items_with_the_same_leading_bytes() {
        let item = |leading: u8, last: u8| {
            let mut bytes = [leading; 32];
            bytes[31] = last;
            Item::from_bytes(bytes)
        };
        let items = [item(7, 1), item(7, 2), item(3, 1), item(7, 1), item(7, 2), item(7, 0), item(7, 1), item(3, 1)];
        assert_eq!(leaders(&items), [0, 1, 2, 0, 1, 5, 0, 2]);
        assert_eq!(leaders(&[]), [0u32; 0]);
    }

    #[test]
    fn debug_prints_no_item() {
        let item = Item::new(b"11010519491231002X");
        assert_eq!(format!("{item:?} {:?}", ItemSet::new(vec![item]).unwrap()), "Item ItemSet(1 items)");
    }
}
