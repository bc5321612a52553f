//! Each output takes 21 places, one of each segment.

use std::ops::Range;

use super::EXPANDER_WEIGHT;
#[cfg(target_arch = "x86_64")]
use super::x86;
use crate::aes_hash::FixedKeyAes;
use crate::cpu::Kernel;
use crate::gf128::Gf128;
use crate::parallel::for_each_part;

/// Outputs whose positions are drawn at a time.
pub(super) const TILE: usize = 512;
/// How many segments are taken in one pass; divisors of the weight.
const GROUPS: [usize; 4] = [21, 7, 3, 1];

pub(super) struct Expander<'a> {
    pub(super) kernel: Kernel,
    /// Bytes of the table that one pass over the outputs may read at random.
    pub(super) pass_bytes: usize,
    pub(super) positions: &'a FixedKeyAes,
}

fn segment(len: usize, s: usize) -> Range<usize> {
    s * len / EXPANDER_WEIGHT..(s + 1) * len / EXPANDER_WEIGHT
}

impl Expander<'_> {
    /// out\[i\] += Σ of the table over the 21 positions of i.
    pub(super) fn add(&self, threads: usize, table: &[Gf128], out: &mut [Gf128]) {
        for_each_part(threads, TILE, out, |first, part| self.add_part(first, table, part));
    }

    fn add_part(&self, first: usize, table: &[Gf128], out: &mut [Gf128]) {
        let segment_bytes = size_of_val(table) / EXPANDER_WEIGHT;
        let together = GROUPS.into_iter().find(|group| group * segment_bytes <= self.pass_bytes).unwrap_or(1);
        let mut words = [[Gf128::ZERO; TILE / 4]; EXPANDER_WEIGHT];
        for from in (0..EXPANDER_WEIGHT).step_by(together) {
            let segments: Vec<_> = (from..from + together).map(|s| segment(table.len(), s)).collect();
            let words = &mut words[..together];
            for (i, tile) in out.chunks_mut(TILE).enumerate() {
                for (s, words) in words.iter_mut().enumerate() {
                    self.positions.counter((((from + s) as u64) << 40) + ((first + i * TILE) / 4) as u64, words);
                }
                match self.kernel {
                    #[cfg(target_arch = "x86_64")]
                    Kernel::Vaes(detected) => x86::expand(detected, words, &segments, table, tile),
                    _ => portable(words, &segments, table, tile),
                }
            }
        }
    }
}

fn portable(words: &[[Gf128; TILE / 4]], segments: &[Range<usize>], table: &[Gf128], tile: &mut [Gf128]) {
    for (words, segment) in words.iter().zip(segments) {
        let segment = &table[segment.clone()];
        let len = segment.len() as u64;
        for (i, x) in tile.iter_mut().enumerate() {
            // A word of 32 bits times the length, divided by 2³²: below the length.
            let word = (words[i / 4].0 >> (32 * (i % 4))) as u32;
            *x ^= segment[((u64::from(word) * len) >> 32) as usize];
        }
    }
}
