//! Each output takes 21 places, one of each segment.

use super::EXPANDER_WEIGHT;
use crate::aes_hash::FixedKeyAes;
use crate::gf128::Gf128;
use crate::parallel::for_each_part;

/// Outputs that are summed up in the first-level cache, for one segment after the other.
const TILE: usize = 2_048;
/// Bytes of the table that are read at random in one pass over the outputs; about what the second-level cache and its
/// translation buffers bear.
const PASS_BYTES: usize = 3 << 20;

/// out\[i\] += Σ of the table over the 21 positions of i.
pub(super) fn add(positions: &FixedKeyAes, threads: usize, table: &[Gf128], out: &mut [Gf128]) {
    let segment_bytes = table.len() / EXPANDER_WEIGHT * size_of::<Gf128>();
    let together = (PASS_BYTES / segment_bytes.max(1)).clamp(1, EXPANDER_WEIGHT);
    for_each_part(threads, TILE, out, |first, part| {
        let mut words = [Gf128::ZERO; TILE / 4];
        for from in (0..EXPANDER_WEIGHT).step_by(together) {
            for (i, tile) in part.chunks_mut(TILE).enumerate() {
                for s in from..(from + together).min(EXPANDER_WEIGHT) {
                    let words = &mut words[..tile.len().div_ceil(4)];
                    positions.counter(((s as u64) << 40) + ((first + i * TILE) / 4) as u64, words);
                    let (start, end) = (s * table.len() / EXPANDER_WEIGHT, (s + 1) * table.len() / EXPANDER_WEIGHT);
                    add_segment(words, &table[start..end], tile);
                }
            }
        }
    });
}

fn add_segment(words: &[Gf128], segment: &[Gf128], tile: &mut [Gf128]) {
    let len = segment.len() as u64;
    // A word of 32 bits times the length, divided by 2³²: below the length.
    let at = |word: u128| segment[((word as u32 as u64 * len) >> 32) as usize];
    let (fours, rest) = tile.as_chunks_mut::<4>();
    for (four, word) in fours.iter_mut().zip(words) {
        four[0] ^= at(word.0);
        four[1] ^= at(word.0 >> 32);
        four[2] ^= at(word.0 >> 64);
        four[3] ^= at(word.0 >> 96);
    }
    if let Some(word) = words.get(fours.len()) {
        for (i, x) in rest.iter_mut().enumerate() {
            *x ^= at(word.0 >> (32 * i));
        }
    }
}
