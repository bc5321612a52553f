//! The receiver's side: one item a bin.

use crate::gf128::Gf128;
use crate::okvs::Seed;
use crate::okvs::hash::{BATCH, Hasher, columns};
use crate::okvs::peel::Peeler;

use super::params::CuckooParams;

/// A bin without an item.
const EMPTY: u32 = u32::MAX;

/// Why items were not placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CuckooError {
    /// More items than the parameters are for.
    #[error("{keys} items for a cuckoo table of {items}")]
    TooMany {
        /// Items given.
        keys: usize,
        /// Items of the parameters.
        items: usize,
    },
    /// One item twice: it would meet the other side's twice.
    #[error("the items at positions {first} and {second} are equal")]
    Duplicate {
        /// Position of the first occurrence.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// The items cannot be placed under this seed: probability 2⁻⁴⁰. To be repeated with a new seed.
    #[error("the item at position {item} has no place under this seed")]
    Unplaceable {
        /// An item that is left.
        item: usize,
    },
}

/// Where an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its position in the list.
    pub item: usize,
    /// Which of its three functions gave the bin: 0, 1 or 2.
    pub function: u8,
}

/// One item or none in every bin.
pub struct CuckooTable {
    // item << 2 | function, or EMPTY
    bins: Vec<u32>,
}

impl CuckooTable {
    /// What is in a bin; `None` for an empty one.
    ///
    /// # Panics
    /// When there is no such bin.
    pub fn get(&self, bin: usize) -> Option<Placed> {
        unpack(self.bins[bin])
    }

    /// What is in each bin, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<Placed>> {
        self.bins.iter().map(|packed| unpack(*packed))
    }
}

fn unpack(packed: u32) -> Option<Placed> {
    (packed != EMPTY).then_some(Placed { item: (packed >> 2) as usize, function: (packed & 3) as u8 })
}

impl CuckooParams {
    /// Places every key in one of its bins.
    ///
    /// # Errors
    /// [`CuckooError`]; only `Unplaceable` is a matter of luck.
    pub fn place(&self, seed: &Seed, keys: &[Gf128]) -> Result<CuckooTable, CuckooError> {
        if keys.len() > self.items() {
            return Err(CuckooError::TooMany { keys: keys.len(), items: self.items() });
        }
        let hasher = Hasher::new(seed);
        let mut hashes = Vec::with_capacity(keys.len());
        let mut batch = [Gf128::ZERO; BATCH];
        for keys in keys.chunks(BATCH) {
            hasher.spread(keys, &mut batch);
            hashes.extend_from_slice(&batch[..keys.len()]);
        }
        let bins = self.bins();
        // An item that alone can have some bin takes it; what that leaves is nearly always nothing.
        let mut peeler = Peeler::default();
        peeler.peel(hashes.iter().map(|h| columns(*h, bins as u32)), bins);
        let core = peeler.core();
        refuse_duplicates(&hashes, &core)?;
        let mut owners = vec![EMPTY; bins];
        for (item, bin) in &peeler.order {
            owners[*bin as usize] = *item;
        }
        let mut search = Search { rows: &peeler.rows, owners: &mut owners, came_from: vec![EMPTY; bins] };
        for item in core {
            if !search.insert(item) {
                return Err(CuckooError::Unplaceable { item: item as usize });
            }
        }
        for (bin, owner) in (0u32..).zip(owners.iter_mut()).filter(|(_, owner)| **owner != EMPTY) {
            let row = columns(hashes[*owner as usize], bins as u32);
            // An owner got the bin as one of its own.
            let function = u32::from(row[1] == bin) | u32::from(row[2] == bin) << 1;
            *owner = *owner << 2 | function;
        }
        Ok(CuckooTable { bins: owners })
    }
}

/// Equal items have equal bins, hence are never peeled.
fn refuse_duplicates(hashes: &[Gf128], core: &[u32]) -> Result<(), CuckooError> {
    let mut sorted: Vec<(u128, u32)> = core.iter().map(|item| (hashes[*item as usize].0, *item)).collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(CuckooError::Duplicate { first: pair[0].1 as usize, second: pair[1].1 as usize }),
        None => Ok(()),
    }
}

/// Placing by augmenting paths: complete, unlike a random walk that gives up.
struct Search<'a> {
    rows: &'a [[u32; 3]],
    owners: &'a mut [u32],
    /// The item from which the search reached a bin; `EMPTY` when it did not.
    came_from: Vec<u32>,
}

impl Search<'_> {
    fn insert(&mut self, item: u32) -> bool {
        let mut reached: Vec<u32> = Vec::new();
        let mut queue = vec![item];
        let mut next = 0;
        let mut found = None;
        'search: while next < queue.len() {
            let from = queue[next];
            next += 1;
            for bin in self.rows[from as usize] {
                if self.came_from[bin as usize] == EMPTY {
                    self.came_from[bin as usize] = from;
                    reached.push(bin);
                    match self.owners[bin as usize] {
                        EMPTY => {
                            found = Some(bin);
                            break 'search;
                        }
                        owner => queue.push(owner),
                    }
                }
            }
        }
        // Back along the path: each item moves into the bin that it reached. The first has none to leave.
        let mut free = found;
        while let Some(bin) = free {
            let mover = self.came_from[bin as usize];
            free = self.rows[mover as usize].into_iter().find(|old| self.owners[*old as usize] == mover);
            self.owners[bin as usize] = mover;
        }
        reached.into_iter().for_each(|bin| self.came_from[bin as usize] = EMPTY);
        found.is_some()
    }
}
