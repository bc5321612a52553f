//! Building: peel, then assign in the opposite order.

use crate::gf128::Gf128;
use crate::okvs::Seed;
use crate::okvs::hash::{BATCH, Hasher};
use crate::okvs::peel::Peeler;

use super::{ELEMENTS_MAX, Filter, Shape};

/// Seeds that are tried. A try fails with a probability of a few per cent at most.
const TRIES: u8 = 64;

/// Why no filter was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// More elements than [`ELEMENTS_MAX`].
    #[error("{0} elements are too many for a filter")]
    TooMany(usize),
    /// One element twice.
    #[error("the elements at positions {first} and {second} are equal")]
    Duplicate {
        /// Position of the first occurrence.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// No seed of those tried worked. With different elements this does not happen.
    #[error("no filter after {tries} tries")]
    Unlucky {
        /// Seeds tried.
        tries: u8,
    },
}

impl Filter {
    /// The filter of different elements. `seed` is where the search for a seed that works begins.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn build(seed: &Seed, elements: &[Gf128]) -> Result<Self, BuildError> {
        if elements.len() > ELEMENTS_MAX {
            return Err(BuildError::TooMany(elements.len()));
        }
        let shape = Shape::new(elements.len());
        let mut peeler = Peeler::default();
        for attempt in 0..TRIES {
            let mut seed = *seed;
            seed.0[15] ^= attempt;
            let hashes = by_segment(&Hasher::new(&seed), shape, elements);
            peeler.peel(hashes.iter().map(|hash| shape.positions(*hash)), shape.len());
            let core = peeler.core();
            if core.is_empty() {
                let mut fingerprints = vec![0u64; shape.len()];
                for (row, position) in peeler.order.iter().rev() {
                    // The position itself holds zero until now.
                    let [a, b, c] = peeler.rows[*row as usize].map(|p| fingerprints[p as usize]);
                    fingerprints[*position as usize] = hashes[*row as usize].0 as u64 ^ a ^ b ^ c;
                }
                return Ok(Self { elements: elements.len(), seed, shape, fingerprints });
            }
            // Equal elements have equal positions and fail under every seed.
            if attempt == 0 {
                refuse_duplicates(elements)?;
            }
        }
        Err(BuildError::Unlucky { tries: TRIES })
    }
}

/// Hashes in the order of their segments, so that peeling begins in one place and moves on.
fn by_segment(hasher: &Hasher, shape: Shape, elements: &[Gf128]) -> Vec<Gf128> {
    let segment = |hash: Gf128| (shape.positions(hash)[0] >> shape.segment_log) as usize;
    let mut next = vec![0usize; shape.starts as usize + 1];
    let mut hashes = Vec::with_capacity(elements.len());
    let mut batch = [Gf128::ZERO; BATCH];
    for elements in elements.chunks(BATCH) {
        hasher.spread(elements, &mut batch);
        let batch = &batch[..elements.len()];
        batch.iter().for_each(|hash| next[segment(*hash) + 1] += 1);
        hashes.extend_from_slice(batch);
    }
    for i in 1..next.len() {
        next[i] += next[i - 1];
    }
    let mut sorted = vec![Gf128::ZERO; hashes.len()];
    for hash in hashes {
        let at = &mut next[segment(hash)];
        sorted[*at] = hash;
        *at += 1;
    }
    sorted
}

fn refuse_duplicates(elements: &[Gf128]) -> Result<(), BuildError> {
    let mut sorted: Vec<(u128, usize)> = elements.iter().enumerate().map(|(i, e)| (e.0, i)).collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(BuildError::Duplicate { first: pair[0].1, second: pair[1].1 }),
        None => Ok(()),
    }
}
