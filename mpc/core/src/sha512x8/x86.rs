//! The compression function of FIPS 180-4 §6.4.2 in eight lanes.
//!
//! Invariant: [`digest`] is given an [`Avx512`], which exists only if the processor has all features that
//! [`compress_all`] is compiled for.
#![allow(unsafe_code)]

use super::BLOCK_BYTES;
use super::constants::ROUNDS;
use crate::lanes8::{Avx512, LANES, V};

/// The final state of every lane: word `i` of lane `l` is `[i][l]`. All lanes have equally many blocks.
pub(super) fn digest(t: Avx512, initial: &[u64; 8], lanes: &[&[[u8; BLOCK_BYTES]]; LANES]) -> [[u64; LANES]; 8] {
    // SAFETY: see the module's invariant.
    unsafe { compress_all(t, initial, lanes) }
}

#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
fn compress_all(t: Avx512, initial: &[u64; 8], lanes: &[&[[u8; BLOCK_BYTES]]; LANES]) -> [[u64; LANES]; 8] {
    let mut state = [V::splat(t, 0); 8];
    for (word, initial) in state.iter_mut().zip(initial) {
        *word = V::splat(t, *initial);
    }
    for block in 0..lanes[0].len() {
        let mut schedule = [[0u64; LANES]; 16];
        for (lane, blocks) in lanes.iter().enumerate() {
            for (words, bytes) in schedule.iter_mut().zip(blocks[block].as_chunks::<8>().0) {
                words[lane] = u64::from_be_bytes(*bytes);
            }
        }
        let mut w = [V::splat(t, 0); 16];
        for (word, lanes) in w.iter_mut().zip(&schedule) {
            *word = V::load(t, lanes);
        }
        compress(t, &mut state, w);
    }
    let mut out = [[0; LANES]; 8];
    for (out, word) in out.iter_mut().zip(state) {
        word.store(out);
    }
    out
}

/// Truth tables of three bits: parity, choice (`e ? f : g`), majority.
const PARITY: i32 = 0b1001_0110;
const CHOICE: i32 = 0b1100_1010;
const MAJORITY: i32 = 0b1110_1000;

#[inline(always)]
fn compress(t: Avx512, state: &mut [V; 8], mut w: [V; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for sixteen in ROUNDS.as_chunks::<16>().0 {
        for (i, constant) in sixteen.iter().enumerate() {
            let sum_e = e.ror::<14>().ternary::<PARITY>(e.ror::<18>(), e.ror::<41>());
            let sum_a = a.ror::<28>().ternary::<PARITY>(a.ror::<34>(), a.ror::<39>());
            let t1 = h.add(V::splat(t, *constant)).add(w[i]).add(sum_e).add(e.ternary::<CHOICE>(f, g));
            let t2 = sum_a.add(a.ternary::<MAJORITY>(b, c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.add(t1), c, b, a, t1.add(t2));
            // The word sixteen rounds on takes this one's place; after the last it is not used.
            let (w1, w14) = (w[(i + 1) % 16], w[(i + 14) % 16]);
            let small0 = w1.ror::<1>().ternary::<PARITY>(w1.ror::<8>(), w1.shr::<7>());
            let small1 = w14.ror::<19>().ternary::<PARITY>(w14.ror::<61>(), w14.shr::<6>());
            w[i] = w[i].add(small0).add(w[(i + 9) % 16]).add(small1);
        }
    }
    for (word, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.add(value);
    }
}
