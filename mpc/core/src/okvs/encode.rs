//! Encoding: equations of a bin to the values of its columns.

use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, RngCore, SeedableRng};
use zeroize::Zeroizing;

use crate::gf128::Gf128;
use crate::memory::filled;
use crate::parallel::map_blocks;

use super::dense::Dense;
use super::hash::{BATCH, Hasher, Seed, columns as columns_of};
use super::params::Params;
use super::partition::Grouped;
use super::peel::Peeler;
use super::residue::{self, EQUATIONS_MAX, Equation};
use super::value::Value;

/// Why keys and values were not encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Every key needs one value.
    #[error("{keys} keys and {values} values")]
    Lengths {
        /// Keys given.
        keys: usize,
        /// Values given.
        values: usize,
    },
    /// More keys than the parameters are for.
    #[error("{keys} keys for a table of {items}")]
    TooMany {
        /// Keys given.
        keys: usize,
        /// Items of the parameters.
        items: usize,
    },
    /// One key twice: it cannot have two values, and twice the same would tell the other party nothing new.
    #[error("the keys at positions {first} and {second} are equal")]
    Duplicate {
        /// Position of the first occurrence.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// This seed does not work for these keys: probability below 2^−40 for parameters of that budget. To be repeated with
    /// a new seed, which both parties agree on.
    #[error("the keys cannot be encoded under this seed (bin {bin})")]
    Unsolvable {
        /// The first bin without a solution.
        bin: usize,
    },
}

/// What may go wrong with one bin.
enum BinError {
    Duplicate(Gf128),
    Unsolvable,
}

impl<D> Params<D> {
    /// Makes the table that decodes to `values[i]` at `keys[i]`. All columns that the equations leave free are drawn
    /// from `rng`, so that the table is uniform among the solutions: with uniform values it is a uniform string,
    /// whatever the keys are. The table is the same for every number of threads.
    ///
    /// # Errors
    /// [`EncodeError`]; only `Unsolvable` is a matter of luck.
    pub fn encode<V: Value, R: RngCore + CryptoRng>(
        &self,
        seed: &Seed,
        keys: &[Gf128],
        values: &[V],
        rng: &mut R,
        threads: usize,
    ) -> Result<Vec<V>, EncodeError>
    where
        D: Dense<V>,
    {
        if keys.len() != values.len() {
            return Err(EncodeError::Lengths { keys: keys.len(), values: values.len() });
        }
        if keys.len() > self.items() {
            return Err(EncodeError::TooMany { keys: keys.len(), items: self.items() });
        }
        let mut fill = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(fill.as_mut_slice());
        let hasher = Hasher::new(seed);

        // Each thread groups a part of the list; a bin is the concatenation of its parts.
        let threads = threads.max(1);
        let part = keys.len().div_ceil(threads).max(1);
        let ranges: Vec<_> = keys.chunks(part).zip(values.chunks(part)).collect();
        let groups = map_blocks::<_, _, std::convert::Infallible, _>(threads, 1, &ranges, |_, ranges| {
            Ok(ranges.iter().map(|(keys, values)| Grouped::new(&hasher, self.bins(), keys, values)).collect())
        });
        let Ok(groups) = groups;

        let mut table = filled(self.table_len(), V::ZERO);
        let per_thread = self.bins().div_ceil(threads);
        let parts: Vec<(usize, &mut [V])> =
            table.chunks_mut(per_thread * self.bin_len()).enumerate().map(|(i, t)| (i * per_thread, t)).collect();
        let solve = |(first, part): (usize, &mut [V])| {
            let mut bin = Bin::new(self, &hasher);
            for (i, columns) in part.chunks_exact_mut(self.bin_len()).enumerate() {
                bin.solve(&groups, first + i, &fill, columns).map_err(|error| (first + i, error))?;
            }
            Ok(())
        };
        let failed = std::thread::scope(|scope| {
            let mut parts = parts.into_iter();
            let own = parts.next();
            let workers: Vec<_> = parts.map(|part| scope.spawn(|| solve(part))).collect();
            // The calling thread takes the first part itself. The error of the first bin wins.
            let mut outcome = own.map_or(Ok(()), solve);
            for worker in workers {
                let other = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                outcome = outcome.and(other);
            }
            outcome
        });
        match failed {
            Ok(()) => Ok(table),
            Err((bin, BinError::Unsolvable)) => Err(EncodeError::Unsolvable { bin }),
            Err((bin, BinError::Duplicate(hash))) => Err(locate(&hasher, keys, hash, bin)),
        }
    }
}

/// The positions of the key that has this hash. It is there twice.
fn locate(hasher: &Hasher, keys: &[Gf128], wanted: Gf128, bin: usize) -> EncodeError {
    let mut found = Vec::new();
    let mut hashes = [Gf128::ZERO; BATCH];
    for (i, batch) in keys.chunks(BATCH).enumerate() {
        hasher.spread(batch, &mut hashes);
        let here = hashes[..batch.len()].iter().enumerate().filter(|(_, hash)| **hash == wanted);
        found.extend(here.map(|(j, _)| i * BATCH + j));
    }
    match found.as_slice() {
        [first, second, ..] => EncodeError::Duplicate { first: *first, second: *second },
        _ => EncodeError::Unsolvable { bin },
    }
}

/// Some hash that occurs twice.
fn duplicate(mut hashes: Vec<Gf128>) -> Option<Gf128> {
    hashes.sort_unstable_by_key(|hash| hash.0);
    hashes.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// Working memory of a thread that solves one bin after the other.
struct Bin<'a, D, V> {
    params: &'a Params<D>,
    hasher: &'a Hasher,
    peeler: Peeler,
    hashes: Vec<Gf128>,
    values: Vec<V>,
    random: Vec<u8>,
}

impl<'a, V: Value, D: Dense<V>> Bin<'a, D, V> {
    fn new(params: &'a Params<D>, hasher: &'a Hasher) -> Self {
        let peeler = Peeler::default();
        Self { params, hasher, peeler, hashes: Vec::new(), values: Vec::new(), random: Vec::new() }
    }

    fn solve(&mut self, groups: &[Grouped<V>], bin: usize, fill: &[u8; 32], columns: &mut [V]) -> Result<(), BinError> {
        self.hashes.clear();
        self.values.clear();
        for group in groups {
            let (hashes, values) = group.bin(bin);
            self.hashes.extend_from_slice(hashes);
            self.values.extend_from_slice(values);
        }
        if self.hashes.len() > self.params.bin_capacity() {
            return Err(duplicate(self.hashes.clone()).map_or(BinError::Unsolvable, BinError::Duplicate));
        }
        let sparse = self.params.sparse_columns();
        let (table, dense) = columns.split_at_mut(sparse);
        self.peeler.peel(self.hashes.iter().map(|h| columns_of(*h, sparse as u32)), sparse);

        let core = self.peeler.core();
        let (solved, dense_only) = self.eliminate(&core)?;
        solved.iter().for_each(|equation| self.peeler.take(equation.pivot));
        self.fill_free(fill, bin, table, dense);
        if !dense_only.is_empty() && (dense_only.len() > dense.len() || !D::solve(dense_only, dense)) {
            return Err(BinError::Unsolvable);
        }
        // What the sparse part of each equation has to give.
        let prepared = D::prepare(dense, self.hashes.len());
        for (hashes, values) in self.hashes.chunks(BATCH).zip(self.values.chunks_mut(BATCH)) {
            D::add_all(self.hasher, &prepared, hashes, values);
        }
        // The pivots of a core do not occur in one another's equations, so the order is of no matter; and they come
        // before the peeled equations, which may contain them.
        for equation in solved {
            table[equation.pivot as usize] = equation.value::<D>(table, dense);
        }
        for (row, pivot) in self.peeler.order.iter().rev() {
            // The pivot itself holds zero until now.
            let [a, b, c] = self.peeler.rows[*row as usize].map(|c| table[c as usize]);
            table[*pivot as usize] = self.values[*row as usize].add(a).add(b).add(c);
        }
        Ok(())
    }

    #[expect(clippy::type_complexity, reason = "what `residue::eliminate` gives")]
    fn eliminate(&self, core: &[u32]) -> Result<(Vec<residue::Solved<D::Row, V>>, Vec<(D::Row, V)>), BinError> {
        if core.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        // Equal keys have equal columns and are never peeled.
        if let Some(hash) = duplicate(core.iter().map(|row| self.hashes[*row as usize]).collect()) {
            return Err(BinError::Duplicate(hash));
        }
        if core.len() > EQUATIONS_MAX {
            return Err(BinError::Unsolvable);
        }
        let dense = self.params.dense_columns();
        let equations = core.iter().map(|row| *row as usize).map(|row| Equation {
            columns: self.peeler.rows[row],
            dense: D::row(self.hasher, self.hashes[row], dense),
            value: self.values[row],
        });
        Ok(residue::eliminate::<V, D>(equations.collect()))
    }

    /// Draws all columns without an equation, the dense ones included, and clears the others. A bin has a stream of its
    /// own, so that bins may be solved in any order.
    fn fill_free(&mut self, seed: &[u8; 32], bin: usize, table: &mut [V], dense: &mut [V]) {
        let free = self.peeler.free().filter(|free| *free).count() + dense.len();
        // One value more: a taken column reads the next draw without using it.
        self.random.resize((free + 1) * V::BYTES, 0);
        let mut stream = ChaCha20Rng::from_seed(*seed);
        stream.set_stream(bin as u64);
        stream.fill_bytes(&mut self.random[..free * V::BYTES]);
        let mut next = 0;
        for column in dense.iter_mut() {
            *column = V::read(&self.random[next..next + V::BYTES]);
            next += V::BYTES;
        }
        for (column, free) in table.iter_mut().zip(self.peeler.free()) {
            let drawn = V::read(&self.random[next..next + V::BYTES]);
            *column = if free { drawn } else { V::ZERO };
            next += if free { V::BYTES } else { 0 };
        }
        // The state tells which columns are free: overwrite it, and keep that store alive.
        stream = ChaCha20Rng::from_seed([0; 32]);
        std::hint::black_box(&stream);
    }
}
