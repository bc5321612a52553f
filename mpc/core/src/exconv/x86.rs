//! AVX-512. Convolution: the window of 28 values stays in seven registers, and a value is added to all that it reaches
//! by seven masked operations. Expansion: positions are computed sixteen at a time, and an output is summed in a register.
//!
//! Invariant of every `unsafe` here: the entries take the proof that the features were detected; loads and stores go
//! through arrays of four blocks of 16 bytes, and every position is below the end of its segment, which the entry
//! compares with the length of the table. `Gf128` is a transparent `u128`.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use std::ops::Range;

use super::convolution::{STICKY, State, WINDOW};
use super::expander::TILE;
use super::{EXPANDER_WEIGHT, GAMMA, MEMORY, NoiseField};
use crate::cpu::Vaes;
use crate::gf128::Gf128;

/// Registers of the window.
const REGISTERS: usize = WINDOW / 4;

pub(super) fn convolute<const N: usize>(
    _: Vaes,
    field: NoiseField,
    words: &[Gf128],
    chunk: &mut [&mut [Gf128]; N],
    state: &mut State<N>,
) {
    // SAFETY: the proof says that AVX-512 and VPCLMULQDQ were detected.
    match field {
        NoiseField::Bits => unsafe { lap::<false, N>(words, chunk, state) },
        NoiseField::Field => unsafe { lap::<true, N>(words, chunk, state) },
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(x: &[Gf128; 4]) -> __m512i {
    // SAFETY: 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(x.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(x: &mut [Gf128; 4], value: __m512i) {
    // SAFETY: 64 writable bytes; the store needs no alignment.
    unsafe { _mm512_storeu_si512(x.as_mut_ptr().cast(), value) }
}

/// γ·x for four blocks; γ has 32 bits, so that a single fold reduces.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn times_gamma(x: __m512i) -> __m512i {
    let constants = _mm512_broadcast_i32x4(_mm_set_epi64x(0x87, GAMMA.0 as i64));
    let low = _mm512_clmulepi64_epi128::<0x00>(x, constants);
    let high = _mm512_clmulepi64_epi128::<0x01>(x, constants);
    let fold = _mm512_clmulepi64_epi128::<0x11>(high, constants);
    _mm512_ternarylogic_epi64::<0x96>(low, _mm512_bslli_epi128::<8>(high), fold)
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn lap<const FIELD: bool, const N: usize>(words: &[Gf128], chunk: &mut [&mut [Gf128]; N], state: &mut State<N>) {
    // reach[l][r]: which bit of the coefficients decides whether lane l of the current four goes to a lane of register r.
    let mut bits = [[[0u32; 16]; REGISTERS]; 4];
    for (l, bits) in bits.iter_mut().enumerate() {
        for d in 0..MEMORY {
            let target = l + 1 + d;
            bits[target / 4][target % 4 * 4..][..4].fill(1 << d);
        }
    }
    let mut reach = [[_mm512_setzero_si512(); REGISTERS]; 4];
    for l in 0..4 {
        for r in 0..REGISTERS {
            // SAFETY: 64 readable bytes.
            reach[l][r] = unsafe { _mm512_loadu_si512(bits[l][r].as_ptr().cast()) };
        }
    }
    let mut w = [[_mm512_setzero_si512(); N]; REGISTERS];
    for n in 0..N {
        for (w, pending) in w.iter_mut().zip(state.pending[n].as_chunks::<4>().0) {
            w[n] = load(pending);
        }
    }

    // The sticky places of the first blocks lie before the chunk.
    let mut first = [[Gf128::ZERO; 2 * WINDOW]; N];
    for (first, before) in first.iter_mut().zip(&state.before) {
        first[..WINDOW].copy_from_slice(before);
    }

    for (block, word) in words.iter().enumerate() {
        let j = 4 * block;
        for n in 0..N {
            let sticky = if j < WINDOW {
                first[n][WINDOW - STICKY + j..].first_chunk()
            } else {
                chunk[n][j - STICKY..].first_chunk()
            };
            let current = chunk[n][j..].first_chunk::<4>().expect("a word has coefficients for four values");
            let sticky = load(sticky.expect("four values lie 25 before the current four"));
            let fresh = _mm512_xor_si512(load(current), sticky);
            w[0][n] = _mm512_xor_si512(w[0][n], if FIELD { times_gamma(fresh) } else { fresh });
        }

        macro_rules! lane {
            ($l:literal, $shuffle:literal) => {
                let c = _mm512_set1_epi32((word.0 >> (32 * $l)) as i32);
                let mut y = [_mm512_setzero_si512(); N];
                for n in 0..N {
                    y[n] = _mm512_shuffle_i32x4::<$shuffle>(w[0][n], w[0][n]);
                }
                for r in 0..REGISTERS {
                    let mask = _mm512_test_epi32_mask(c, reach[$l][r]);
                    for n in 0..N {
                        w[r][n] = _mm512_mask_xor_epi32(w[r][n], mask, w[r][n], y[n]);
                    }
                }
            };
        }
        lane!(0, 0x00);
        lane!(1, 0x55);
        lane!(2, 0xaa);
        lane!(3, 0xff);

        for n in 0..N {
            let current = chunk[n][j..].first_chunk_mut::<4>().expect("a word has coefficients for four values");
            store(current, w[0][n]);
            if j < WINDOW {
                first[n][WINDOW + j..][..4].copy_from_slice(current);
            }
        }
        w = [w[1], w[2], w[3], w[4], w[5], w[6], [_mm512_setzero_si512(); N]];
    }
    for n in 0..N {
        for (w, pending) in w.iter().zip(state.pending[n].as_chunks_mut::<4>().0) {
            store(pending, w[n]);
        }
    }
}

/// tile\[i\] += Σ over the segments of table\[start + ⌊word·len / 2³²⌋\].
pub(super) fn expand(
    _: Vaes,
    words: &[[Gf128; TILE / 4]],
    segments: &[Range<usize>],
    table: &[Gf128],
    tile: &mut [Gf128],
) {
    assert_eq!(words.len(), segments.len(), "every segment has its words");
    assert!(segments.iter().all(|s| !s.is_empty() && s.end <= table.len()), "segments are within the table");
    let mut at = [[0u32; TILE]; EXPANDER_WEIGHT];
    for ((at, words), segment) in at.iter_mut().zip(words).zip(segments) {
        // SAFETY: the proof says that AVX-512 was detected.
        unsafe { scale(words, segment.start as u32, segment.len() as u32, at) };
    }
    // SAFETY: as before; a position is start + ⌊word·len / 2³²⌋ < end of its segment ≤ length of the table.
    unsafe {
        match words.len() {
            21 => sum::<21>(&at, table, tile),
            7 => sum::<7>(&at, table, tile),
            3 => sum::<3>(&at, table, tile),
            1 => sum::<1>(&at, table, tile),
            other => unreachable!("groups of {other} segments are not made"),
        }
    }
}

/// start + ⌊word·len / 2³²⌋ for words of 32 bits.
#[target_feature(enable = "avx512f")]
fn scale(words: &[Gf128; TILE / 4], start: u32, len: u32, at: &mut [u32; TILE]) {
    let (start, len) = (_mm512_set1_epi32(start as i32), _mm512_set1_epi64(i64::from(len)));
    for (four, at) in words.as_chunks::<4>().0.iter().zip(at.as_chunks_mut::<16>().0) {
        let words = load(four);
        let even = _mm512_srli_epi64::<32>(_mm512_mul_epu32(words, len));
        let odd = _mm512_mul_epu32(_mm512_srli_epi64::<32>(words), len);
        let positions = _mm512_add_epi32(_mm512_mask_mov_epi32(even, 0xaaaa, odd), start);
        // SAFETY: 64 writable bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(at.as_mut_ptr().cast(), positions) };
    }
}

/// # Safety
/// Every position of the first `G` rows is within the table.
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn sum<const G: usize>(at: &[[u32; TILE]; EXPANDER_WEIGHT], table: &[Gf128], tile: &mut [Gf128]) {
    for (i, out) in tile.iter_mut().enumerate().take(TILE) {
        let mut total = _mm_setzero_si128();
        for at in &at[..G] {
            // SAFETY: the caller says that the position is within the table; 16 readable bytes, no alignment needed.
            let place = unsafe { _mm_loadu_si128(table.as_ptr().add(at[i] as usize).cast()) };
            total = _mm_xor_si128(total, place);
        }
        // SAFETY: both are 16 bytes in which every bit pattern is valid.
        *out ^= Gf128(unsafe { core::mem::transmute::<__m128i, u128>(total) });
    }
}
