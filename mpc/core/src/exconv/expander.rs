//! Each output takes 21 places, one of each segment.

use std::ops::Range;

use super::EXPANDER_WEIGHT;
#[cfg(target_arch = "x86_64")]
use super::x86;
use crate::aes_hash::FixedKeyAes;
use crate::cpu::Kernel;
use crate::gf128::Gf128;

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
    /// out\[n\]\[i\] += Σ of table\[p\]\[n\] over the 21 positions p of i.
    pub(super) fn add<const N: usize>(&self, threads: usize, table: &[[Gf128; N]], out: [&mut [Gf128]; N]) {
        let len = out.iter().map(|out| out.len()).min().unwrap_or(0);
        let part = len.div_ceil(TILE).div_ceil(threads.max(1)).max(1) * TILE;
        let mut rest = out;
        std::thread::scope(|scope| {
            let mut first = 0;
            while first < len {
                let size = part.min(len - first);
                let here: [&mut [Gf128]; N] = std::array::from_fn(|n| {
                    let (here, after) = std::mem::take(&mut rest[n]).split_at_mut(size);
                    rest[n] = after;
                    here
                });
                // The calling thread takes the last part itself.
                if first + size == len {
                    self.add_part(first, table, here);
                } else {
                    scope.spawn(move || self.add_part(first, table, here));
                }
                first += size;
            }
        });
    }

    fn add_part<const N: usize>(&self, first: usize, table: &[[Gf128; N]], mut out: [&mut [Gf128]; N]) {
        let len = out.iter().map(|out| out.len()).min().unwrap_or(0);
        let segment_bytes = size_of_val(table) / EXPANDER_WEIGHT;
        let together = GROUPS.into_iter().find(|group| group * segment_bytes <= self.pass_bytes).unwrap_or(1);
        let mut words = [[Gf128::ZERO; TILE / 4]; EXPANDER_WEIGHT];
        for from in (0..EXPANDER_WEIGHT).step_by(together) {
            let segments: Vec<_> = (from..from + together).map(|s| segment(table.len(), s)).collect();
            let words = &mut words[..together];
            for start in (0..len).step_by(TILE) {
                let range = start..len.min(start + TILE);
                for (i, words) in words.iter_mut().enumerate() {
                    self.positions.counter((((from + i) as u64) << 40) + ((first + start) / 4) as u64, words);
                }
                let tile = out.each_mut().map(|out| &mut out[range.clone()]);
                match self.kernel {
                    #[cfg(target_arch = "x86_64")]
                    Kernel::Vaes(detected) => x86::expand(detected, words, &segments, table, tile),
                    _ => portable(words, &segments, table, tile),
                }
            }
        }
    }
}

fn portable<const N: usize>(
    words: &[[Gf128; TILE / 4]],
    segments: &[Range<usize>],
    table: &[[Gf128; N]],
    mut tile: [&mut [Gf128]; N],
) {
    for (words, segment) in words.iter().zip(segments) {
        let segment = &table[segment.clone()];
        let len = segment.len() as u64;
        for i in 0..tile.iter().map(|out| out.len()).min().unwrap_or(0) {
            // A word of 32 bits times the length, divided by 2³²: below the length.
            let word = (words[i / 4].0 >> (32 * (i % 4))) as u32;
            let place = segment[((u64::from(word) * len) >> 32) as usize];
            for (out, x) in tile.iter_mut().zip(place) {
                out[i] ^= x;
            }
        }
    }
}
