//! Decoding: bin after bin, so that a bin's columns are read from the second-level cache.

use crate::gf128::Gf128;
use crate::memory::{filled, room};

use super::dense::Dense;
use super::hash::{self, BATCH, Hasher, Seed};
use super::params::Params;
use super::partition::{bins_of, place, starts};
use super::value::Value;

/// Keys that are grouped at a time: at least as many, and an eighth of the table. Working memory is touched again and
/// again instead of growing with the list (new pages cost more than reading the table a few times).
const BLOCK_MIN: usize = 1 << 17;

/// A table does not have the length of its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a table of {got} values instead of {expected}")]
pub struct TableLength {
    /// Values given.
    pub got: usize,
    /// Values of the parameters.
    pub expected: usize,
}

impl<D> Params<D> {
    /// The values of a table at any number of keys, in their order. At keys that were not encoded they are as random as
    /// the table.
    ///
    /// # Errors
    /// When the table has another length than [`Params::table_len`].
    pub fn decode<V: Value>(
        &self,
        seed: &Seed,
        table: &[V],
        keys: &[Gf128],
        threads: usize,
    ) -> Result<Vec<V>, TableLength>
    where
        D: Dense<V>,
    {
        if table.len() != self.table_len() {
            return Err(TableLength { got: table.len(), expected: self.table_len() });
        }
        let hasher = Hasher::new(seed);
        let mut out = filled(keys.len(), V::ZERO);
        let part = keys.len().div_ceil(threads.max(1)).max(BATCH);
        let work = |keys: &[Gf128], out: &mut [V]| {
            let block = BLOCK_MIN.max(table.len() / 8);
            let (hashes, values) = (room(keys.len().min(block)), room(keys.len().min(block)));
            let mut decoder = Decoder { params: self, hasher: &hasher, table, hashes, values };
            for (keys, out) in keys.chunks(block).zip(out.chunks_mut(block)) {
                decoder.decode(keys, out);
            }
        };
        std::thread::scope(|scope| {
            let mut parts = keys.chunks(part).zip(out.chunks_mut(part));
            let own = parts.next();
            // A panic of a worker reaches the caller when the scope ends.
            parts.for_each(|(keys, out)| {
                scope.spawn(|| work(keys, out));
            });
            if let Some((keys, out)) = own {
                work(keys, out);
            }
        });
        Ok(out)
    }
}

struct Decoder<'a, D, V> {
    params: &'a Params<D>,
    hasher: &'a Hasher,
    table: &'a [V],
    hashes: Vec<Gf128>,
    values: Vec<V>,
}

impl<V: Value, D: Dense<V>> Decoder<'_, D, V> {
    fn decode(&mut self, keys: &[Gf128], out: &mut [V]) {
        if self.params.bins() == 1 {
            let prepared = self.prepare(0, keys.len());
            let mut hashes = [Gf128::ZERO; BATCH];
            for (keys, out) in keys.chunks(BATCH).zip(out.chunks_mut(BATCH)) {
                self.hasher.spread(keys, &mut hashes);
                self.batch(self.table, &prepared, &hashes[..keys.len()], out);
            }
            return;
        }
        let (ids, counts) = bins_of(self.hasher, self.params.bins(), keys);
        let mut hashes = std::mem::take(&mut self.hashes);
        let mut values = std::mem::take(&mut self.values);
        hashes.resize(keys.len(), Gf128::ZERO);
        values.resize(keys.len(), V::ZERO);
        place(self.hasher, keys, &ids, &counts, |at, _, hash| hashes[at] = hash);

        let mut next = starts(&counts);
        for (bin, (count, start)) in counts.iter().zip(&next).enumerate() {
            let columns = &self.table[bin * self.params.bin_len()..][..self.params.bin_len()];
            let prepared = self.prepare(bin, *count);
            let range = *start..*start + *count;
            for (hashes, values) in hashes[range.clone()].chunks(BATCH).zip(values[range].chunks_mut(BATCH)) {
                self.batch(columns, &prepared, hashes, values);
            }
        }
        // Back to the order of the keys: as many sequential streams as there are bins.
        for (out, id) in out.iter_mut().zip(&ids) {
            let next = &mut next[usize::from(*id)];
            *out = values[*next];
            *next += 1;
        }
        (self.hashes, self.values) = (hashes, values);
    }

    fn prepare(&self, bin: usize, items: usize) -> D::Prepared {
        let columns = &self.table[bin * self.params.bin_len()..][..self.params.bin_len()];
        D::prepare(&columns[self.params.sparse_columns()..], items)
    }

    /// The values of at most [`BATCH`] hashes of a bin.
    #[inline]
    fn batch(&self, columns: &[V], prepared: &D::Prepared, hashes: &[Gf128], values: &mut [V]) {
        let sparse = self.params.sparse_columns();
        let columns = &columns[..sparse];
        let mut rows = [[0u32; 3]; BATCH];
        for (row, hash) in rows.iter_mut().zip(hashes) {
            *row = hash::columns(*hash, sparse as u32);
        }
        for (value, row) in values.iter_mut().zip(&rows) {
            let [a, b, c] = row.map(|c| columns[c as usize]);
            *value = a.add(b).add(c);
        }
        D::add_all(self.hasher, prepared, hashes, values);
    }
}
