//! The sender's side: every item in all three of its bins.

use crate::gf128::Gf128;
use crate::okvs::Seed;
use crate::okvs::hash::{BATCH, Hasher, columns};

use super::params::{BINS_PER_ITEM, CuckooParams, ITEMS_MAX, TooManyItems};
use super::table::Placed;

/// The items of every bin.
pub struct SimpleTable {
    starts: Vec<u32>,
    // item << 2 | function
    entries: Vec<u32>,
}

impl SimpleTable {
    /// The items of a bin, in their order in the list.
    ///
    /// # Panics
    /// When there is no such bin.
    pub fn bin(&self, bin: usize) -> impl ExactSizeIterator<Item = Placed> {
        let entries = &self.entries[self.starts[bin] as usize..self.starts[bin + 1] as usize];
        entries.iter().map(|packed| Placed { item: (packed >> 2) as usize, function: (packed & 3) as u8 })
    }

    /// Bins.
    pub fn bins(&self) -> usize {
        self.starts.len() - 1
    }

    /// Items of the fullest bin.
    pub fn max_load(&self) -> usize {
        self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
    }
}

impl CuckooParams {
    /// Hashes every key into its three bins.
    ///
    /// # Errors
    /// When there are more keys than [`ITEMS_MAX`]. Their number is independent of [`CuckooParams::items`].
    pub fn place_everywhere(&self, seed: &Seed, keys: &[Gf128]) -> Result<SimpleTable, TooManyItems> {
        if keys.len() > ITEMS_MAX {
            return Err(TooManyItems(keys.len()));
        }
        let hasher = Hasher::new(seed);
        let bins = self.bins();
        let mut rows = Vec::with_capacity(keys.len());
        let mut batch = [Gf128::ZERO; BATCH];
        // starts[b + 1] counts bin b, then becomes where it starts, and after placing where it ends.
        let mut starts = vec![0u32; bins + 2];
        for keys in keys.chunks(BATCH) {
            hasher.spread(keys, &mut batch);
            for hash in &batch[..keys.len()] {
                let row = columns(*hash, bins as u32);
                row.iter().for_each(|bin| starts[*bin as usize + 2] += 1);
                rows.push(row);
            }
        }
        for bin in 2..starts.len() {
            starts[bin] += starts[bin - 1];
        }
        let mut entries = vec![0u32; keys.len() * BINS_PER_ITEM];
        for (item, row) in (0u32..).zip(&rows) {
            for (function, bin) in (0u32..).zip(row) {
                let at = &mut starts[*bin as usize + 1];
                entries[*at as usize] = item << 2 | function;
                *at += 1;
            }
        }
        starts.pop();
        Ok(SimpleTable { starts, entries })
    }
}
