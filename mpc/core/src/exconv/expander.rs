//! Each output takes 21 places, one of each segment.

use std::ops::Range;

use super::EXPANDER_WEIGHT;
#[cfg(target_arch = "x86_64")]
use super::x86;
use crate::aes_hash::FixedKeyAes;
use crate::cpu::Kernel;
use crate::gf128::Gf128;
use crate::memory::Pair;
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

/// Room for the positions of a tile in every segment.
#[cfg(target_arch = "x86_64")]
pub(super) type Positions = [[u32; TILE]; EXPANDER_WEIGHT];

fn segment(len: usize, s: usize) -> Range<usize> {
    s * len / EXPANDER_WEIGHT..(s + 1) * len / EXPANDER_WEIGHT
}

/// What stands at a place of the table: one value, or one of each of two vectors.
pub(super) trait Place: Copy + Send + Sync {
    const ZERO: Self;

    fn add(&mut self, other: &Self);

    /// sums\[i\] ← Σ over the segments of table\[position i\], by the kernel. `at` is room for the positions.
    #[cfg(target_arch = "x86_64")]
    fn sum(
        detected: crate::cpu::Vaes,
        words: &[[Gf128; TILE / 4]],
        segments: &[Range<usize>],
        table: &[Self],
        at: &mut Positions,
        sums: &mut [Self; TILE],
    );
}

impl Place for Gf128 {
    const ZERO: Self = Gf128::ZERO;

    fn add(&mut self, other: &Self) {
        *self ^= *other;
    }

    #[cfg(target_arch = "x86_64")]
    fn sum(
        detected: crate::cpu::Vaes,
        words: &[[Gf128; TILE / 4]],
        segments: &[Range<usize>],
        table: &[Self],
        at: &mut Positions,
        sums: &mut [Self; TILE],
    ) {
        x86::expand(detected, words, segments, table, at, sums);
    }
}

impl Place for Pair {
    const ZERO: Self = Pair([Gf128::ZERO; 2]);

    fn add(&mut self, other: &Self) {
        self.0[0] ^= other.0[0];
        self.0[1] ^= other.0[1];
    }

    #[cfg(target_arch = "x86_64")]
    fn sum(
        detected: crate::cpu::Vaes,
        words: &[[Gf128; TILE / 4]],
        segments: &[Range<usize>],
        table: &[Self],
        at: &mut Positions,
        sums: &mut [Self; TILE],
    ) {
        x86::expand_pairs(detected, words, segments, table, at, sums);
    }
}

impl Expander<'_> {
    /// out\[i\] += Σ of the table over the 21 positions of i.
    pub(super) fn add(&self, threads: usize, table: &[Gf128], out: &mut [Gf128]) {
        for_each_part(threads, TILE, out, |first, part| {
            self.sums(table, part.len(), first, |from, sums| {
                part[from..].iter_mut().zip(sums).for_each(|(out, sum)| *out ^= *sum);
            });
        });
    }

    /// The same for two vectors.
    pub(super) fn add_pairs(&self, threads: usize, table: &[Pair], [a, b]: [&mut [Gf128]; 2]) {
        let whole = a.len() / TILE * TILE;
        let ((a, a_rest), (b, b_rest)) = (a.split_at_mut(whole), b.split_at_mut(whole));
        // Long parts, so that the passes over the table are made in few rounds.
        let part = (whole / TILE).div_ceil(threads.max(1)).max(1) * TILE;
        let work = |first: usize, a: &mut [Gf128], b: &mut [Gf128]| {
            self.sums(table, a.len(), first, |from, sums| {
                for ((a, b), sum) in a[from..].iter_mut().zip(&mut b[from..]).zip(sums) {
                    *a ^= sum.0[0];
                    *b ^= sum.0[1];
                }
            });
        };
        std::thread::scope(|scope| {
            let work = &work;
            let mut parts = a.chunks_mut(part).zip(b.chunks_mut(part)).enumerate();
            let own = parts.next();
            for (i, (a, b)) in parts {
                scope.spawn(move || work(i * part, a, b));
            }
            if let Some((_, (a, b))) = own {
                work(0, a, b);
            }
        });
        work(whole, a_rest, b_rest);
    }

    /// Calls `add` with the sums of up to [`TILE`] outputs of `len` that begin with the output `first`, several times
    /// for every output: once for each pass over the table.
    fn sums<P: Place>(&self, table: &[P], len: usize, first: usize, mut add: impl FnMut(usize, &[P])) {
        let segment_bytes = size_of_val(table) / EXPANDER_WEIGHT;
        let together = GROUPS.into_iter().find(|group| group * segment_bytes <= self.pass_bytes).unwrap_or(1);
        let mut words = [[Gf128::ZERO; TILE / 4]; EXPANDER_WEIGHT];
        let mut sums = [P::ZERO; TILE];
        #[cfg(target_arch = "x86_64")]
        let mut at: Positions = [[0; TILE]; EXPANDER_WEIGHT];
        for from in (0..EXPANDER_WEIGHT).step_by(together) {
            let segments: Vec<_> = (from..from + together).map(|s| segment(table.len(), s)).collect();
            let words = &mut words[..together];
            for tile in (0..len).step_by(TILE) {
                for (s, words) in words.iter_mut().enumerate() {
                    self.positions.counter((((from + s) as u64) << 40) + ((first + tile) / 4) as u64, words);
                }
                match self.kernel {
                    #[cfg(target_arch = "x86_64")]
                    Kernel::Vaes(detected) => P::sum(detected, words, &segments, table, &mut at, &mut sums),
                    _ => portable(words, &segments, table, &mut sums),
                }
                add(tile, &sums[..TILE.min(len - tile)]);
            }
        }
    }
}

fn portable<P: Place>(words: &[[Gf128; TILE / 4]], segments: &[Range<usize>], table: &[P], sums: &mut [P; TILE]) {
    sums.fill(P::ZERO);
    for (words, segment) in words.iter().zip(segments) {
        let segment = &table[segment.clone()];
        let len = segment.len() as u64;
        for (i, sum) in sums.iter_mut().enumerate() {
            // A word of 32 bits times the length, divided by 2³²: below the length.
            let word = (words[i / 4].0 >> (32 * (i % 4))) as u32;
            sum.add(&segment[((u64::from(word) * len) >> 32) as usize]);
        }
    }
}
