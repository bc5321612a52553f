//! Which entries stand in which bucket.

use mpc_core::Gf128;

use super::hashes::{Hashes, bucket};
use crate::run::PsiError;
use crate::run::entries::Entries;

/// Entry numbers by bucket.
pub(crate) struct Groups {
    /// Absent when there is one bucket: then an entry's place is its number.
    numbers: Option<Vec<u32>>,
    starts: Vec<usize>,
}

impl Groups {
    /// Counts and places; four bytes an entry stay.
    pub(crate) fn new(
        hashes: &Hashes,
        entries: &Entries,
        buckets: u32,
        most: usize,
        threads: usize,
    ) -> Result<Self, PsiError> {
        let total = entries.total();
        if buckets == 1 {
            return Ok(Self { numbers: None, starts: vec![0, total] });
        }
        // In parts, so that the keys of all entries are never there at once.
        let part = 1usize << 20;
        let mut ids = vec![0u32; total];
        let mut starts = vec![0usize; buckets as usize + 1];
        for (i, ids) in ids.chunks_mut(part).enumerate() {
            let keys = hashes.keys(threads, ids.len(), |j| entries.item((i * part + j) as u32));
            for (id, key) in ids.iter_mut().zip(keys.iter()) {
                *id = bucket(*key, buckets);
                starts[*id as usize + 1] += 1;
            }
        }
        if let Some(entries) = starts.iter().copied().find(|load| *load > most) {
            return Err(PsiError::BucketOverflow { entries, max: most });
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut at = starts.clone();
        let mut numbers = vec![0u32; total];
        for (number, id) in ids.iter().enumerate() {
            let slot = &mut at[*id as usize];
            numbers[*slot] = number as u32;
            *slot += 1;
        }
        Ok(Self { numbers: Some(numbers), starts })
    }

    /// Entries of a bucket.
    pub(crate) fn len(&self, bucket: u32) -> usize {
        self.starts[bucket as usize + 1] - self.starts[bucket as usize]
    }

    /// Number of the entry at a place of a bucket.
    #[inline]
    pub(crate) fn number(&self, bucket: u32, place: usize) -> u32 {
        match &self.numbers {
            None => place as u32,
            Some(numbers) => numbers[self.starts[bucket as usize] + place],
        }
    }
}

/// H_K and H_B of the entries of a bucket, in their places.
pub(crate) fn keys_and_values(
    hashes: &Hashes,
    entries: &Entries,
    groups: &Groups,
    bucket: u32,
    threads: usize,
) -> (zeroize::Zeroizing<Vec<Gf128>>, zeroize::Zeroizing<Vec<Gf128>>) {
    hashes.keys_and_values(threads, groups.len(bucket), |place| entries.item(groups.number(bucket, place)))
}
