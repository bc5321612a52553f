//! A binary fuse filter with 64-bit fingerprints (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor
//! Filters", ACM JEA 2022; three positions in neighbouring segments): about 9 bytes per element, and an element that is
//! not in it passes with probability 2⁻⁶⁴.
//!
//! For unbalanced PSI, where the filter holds OPRF outputs and is downloaded once: with q queries some wrong one passes
//! with probability at most q·2⁻⁶⁴, so 2⁻⁴⁰ for up to 2²⁴ queries ([`queries_max`]).
//!
//! Elements are 128-bit strings; fingerprint and positions are two halves of their AES-128 under the seed. The filter of a
//! set depends on the set and the seed alone. It tells its size; otherwise no more than its elements do, which must
//! themselves look random to whoever must not learn the set. Whoever makes a filter can put anything into it: it is a
//! statement of its maker.
//!
//! The published crate `xorf` has fingerprints of at most 32 bits for this construction.

mod build;
mod format;
mod probe;

#[cfg(test)]
mod tests;

use crate::gf128::Gf128;
use crate::okvs::Seed;
use crate::okvs::estimate::log2;
use crate::okvs::hash::{BATCH, Hasher};
use crate::parallel::map_blocks;

pub use build::BuildError;
pub use format::{FilterError, HEADER_BYTES};
pub use probe::{Cells, Probe};

/// Bits of a fingerprint.
pub const FINGERPRINT_BITS: u32 = 64;
/// Elements at most.
pub const ELEMENTS_MAX: usize = 1 << 30;
/// Elements of a segment at most, so that three segments stay within the second-level cache.
const SEGMENT_LOG_MAX: u32 = 18;

/// Queries at most, if some false positive shall have probability 2^−`bits` at most.
pub fn queries_max(bits: u32) -> u64 {
    1u64.checked_shl(FINGERPRINT_BITS.saturating_sub(bits)).unwrap_or(u64::MAX)
}

/// Sizes, which follow from the number of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    segment_log: u32,
    /// Segments in which the first position may lie; two more follow.
    starts: u32,
}

impl Shape {
    fn new(elements: usize) -> Self {
        // Graf and Lemire §4: segments of 2^⌊log_3.33 n + 2.25⌋, 1.125 positions per element and more for few.
        let n = elements.max(2) as f64;
        let segment_log = ((log2(n) / log2(3.33) + 2.25) as u32).min(SEGMENT_LOG_MAX);
        let factor = (0.875 + 0.25 * log2(1e6) / log2(n)).max(1.125);
        let positions = if elements <= 1 { 0 } else { (n * factor) as u64 };
        let segments = positions.div_ceil(1 << segment_log).max(3);
        Self { segment_log, starts: (segments - 2) as u32 }
    }

    fn len(self) -> usize {
        (self.starts as usize + 2) << self.segment_log
    }

    /// The three positions of a hash, one in each of three consecutive segments.
    #[inline(always)]
    fn positions(self, hash: Gf128) -> [u32; 3] {
        let bits = (hash.0 >> 64) as u64;
        let mask = (1u64 << self.segment_log) - 1;
        let base = ((u128::from(bits) * u128::from(self.starts)) >> 64) as u32;
        // The segment comes from the upper bits, the positions from 3 · 18 lower ones.
        let at = |segment: u32, bits: u64| ((base + segment) << self.segment_log) + (bits & mask) as u32;
        [at(0, bits), at(1, bits >> SEGMENT_LOG_MAX), at(2, bits >> (2 * SEGMENT_LOG_MAX))]
    }
}

/// The set, up to false positives.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter {
    elements: usize,
    seed: Seed,
    shape: Shape,
    fingerprints: Vec<u64>,
}

impl Filter {
    /// Number of elements that it was built from.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// Whether an element is in the set; for others `true` with probability 2⁻⁶⁴.
    pub fn contains(&self, element: Gf128) -> bool {
        self.contains_all(&[element], 1)[0]
    }

    /// As [`Self::contains`] for every element, in order.
    pub fn contains_all(&self, elements: &[Gf128], threads: usize) -> Vec<bool> {
        let hasher = Hasher::new(&self.seed);
        let found: Result<Vec<bool>, std::convert::Infallible> = map_blocks(threads, BATCH, elements, |_, elements| {
            let mut hashes = [Gf128::ZERO; BATCH];
            hasher.spread(elements, &mut hashes);
            let found = hashes[..elements.len()].iter().map(|hash| {
                // An empty set has no position that could tell.
                let [a, b, c] = self.shape.positions(*hash).map(|p| self.fingerprints[p as usize]);
                self.elements > 0 && a ^ b ^ c == hash.0 as u64
            });
            Ok(found.collect())
        });
        match found {
            Ok(found) => found,
            Err(never) => match never {},
        }
    }
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Filter({})", self.elements)
    }
}
