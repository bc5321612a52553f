//! Grouping of a list by bin, in two passes: count, then place. Within a bin the order of the list is kept.

use crate::gf128::Gf128;
use crate::memory::filled;

use super::hash::{self, BATCH, Hasher};

/// The bin of every key, and how many keys each bin has.
pub(super) fn bins_of(hasher: &Hasher, bins: usize, keys: &[Gf128]) -> (Vec<u16>, Vec<usize>) {
    let mut ids = Vec::with_capacity(keys.len());
    let mut counts = vec![0usize; bins];
    let mut hashes = [Gf128::ZERO; BATCH];
    for batch in keys.chunks(BATCH) {
        hasher.spread(batch, &mut hashes);
        ids.extend(hashes[..batch.len()].iter().map(|h| hash::bin(*h, bins as u32) as u16));
    }
    ids.iter().for_each(|id| counts[usize::from(*id)] += 1);
    (ids, counts)
}

/// Where each bin starts.
pub(super) fn starts(counts: &[usize]) -> Vec<usize> {
    let mut sum = 0;
    counts
        .iter()
        .map(|count| {
            let start = sum;
            sum += count;
            start
        })
        .collect()
}

/// Calls `place(position among all keys grouped by bin, index, hash)` for every key, in order.
#[inline(always)]
pub(super) fn place(
    hasher: &Hasher,
    keys: &[Gf128],
    ids: &[u16],
    counts: &[usize],
    mut place: impl FnMut(usize, usize, Gf128),
) {
    let mut next = starts(counts);
    let mut hashes = [Gf128::ZERO; BATCH];
    let mut index = 0;
    for (batch, ids) in keys.chunks(BATCH).zip(ids.chunks(BATCH)) {
        hasher.spread(batch, &mut hashes);
        for (hash, id) in hashes.iter().zip(ids) {
            let next = &mut next[usize::from(*id)];
            place(*next, index, *hash);
            *next += 1;
            index += 1;
        }
    }
}

/// Hashes and values of a list of keys, grouped by bin.
pub(super) struct Grouped<V> {
    hashes: Vec<Gf128>,
    values: Vec<V>,
    starts: Vec<usize>,
}

impl<V: super::Value> Grouped<V> {
    /// Groups keys and the values at the same positions.
    pub(super) fn new(hasher: &Hasher, bins: usize, keys: &[Gf128], values: &[V]) -> Self {
        let (ids, counts) = bins_of(hasher, bins, keys);
        let mut hashes = filled(keys.len(), Gf128::ZERO);
        let mut grouped = filled(keys.len(), V::ZERO);
        place(hasher, keys, &ids, &counts, |at, index, hash| {
            hashes[at] = hash;
            grouped[at] = values[index];
        });
        Self { hashes, values: grouped, starts: starts(&counts) }
    }

    /// Hashes and values of one bin.
    pub(super) fn bin(&self, bin: usize) -> (&[Gf128], &[V]) {
        let start = self.starts[bin];
        let end = self.starts.get(bin + 1).copied().unwrap_or(self.hashes.len());
        (&self.hashes[start..end], &self.values[start..end])
    }
}
