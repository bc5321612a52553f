//! AVX-512. Convolution: the window of 28 values stays in seven registers, and a value is added to all that it reaches
//! by seven masked operations. Expansion: positions are computed sixteen at a time, and an output is summed in a register.
//!
//! Invariant of every `unsafe` here: the entries take the proof that the features were detected; loads and stores go
//! through arrays of four blocks of 16 bytes, and every position is below the end of its segment, which `positions`
//! compares with the length of the table. `Gf128` is a transparent `u128`.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use std::ops::Range;

use super::convolution::{STICKY, State, WINDOW};
use super::expander::{Positions, TILE};
use super::{GAMMA, GAMMA_SUBFIELD, MEMORY, NoiseField};
use crate::cpu::Vaes;
use crate::gf128::Gf128;
use crate::memory::Pair;

/// [`NoiseField`] as a constant of the kernel.
const BITS: u8 = 0;
const SUBFIELD: u8 = 1;
const FIELD: u8 = 2;

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
        NoiseField::Bits => unsafe { lap::<BITS, N>(words, chunk, state) },
        NoiseField::Subfield => unsafe { lap::<SUBFIELD, N>(words, chunk, state) },
        NoiseField::Field => unsafe { lap::<FIELD, N>(words, chunk, state) },
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

/// γ·x for the γ of the subfield, which has no short form.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn times_gamma_subfield(x: __m512i) -> __m512i {
    let (high, low) = ((GAMMA_SUBFIELD.0 >> 64) as i64, GAMMA_SUBFIELD.0 as i64);
    let (gamma, modulus) =
        (_mm512_broadcast_i32x4(_mm_set_epi64x(high, low)), _mm512_broadcast_i32x4(_mm_set_epi64x(0, 0x87)));
    let cross =
        _mm512_xor_si512(_mm512_clmulepi64_epi128::<0x01>(x, gamma), _mm512_clmulepi64_epi128::<0x10>(x, gamma));
    let low = _mm512_xor_si512(_mm512_clmulepi64_epi128::<0x00>(x, gamma), _mm512_bslli_epi128::<8>(cross));
    let high = _mm512_xor_si512(_mm512_clmulepi64_epi128::<0x11>(x, gamma), _mm512_bsrli_epi128::<8>(cross));
    let fold = _mm512_clmulepi64_epi128::<0x01>(high, modulus);
    let low = _mm512_xor_si512(low, _mm512_bslli_epi128::<8>(fold));
    let high = _mm512_xor_si512(high, _mm512_bsrli_epi128::<8>(fold));
    _mm512_xor_si512(low, _mm512_clmulepi64_epi128::<0x00>(high, modulus))
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn lap<const KIND: u8, const N: usize>(words: &[Gf128], chunk: &mut [&mut [Gf128]; N], state: &mut State<N>) {
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
            let fresh = match KIND {
                BITS => fresh,
                SUBFIELD => times_gamma_subfield(fresh),
                _ => times_gamma(fresh),
            };
            w[0][n] = _mm512_xor_si512(w[0][n], fresh);
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

/// The positions of every output in every segment: start + ⌊word·len / 2³²⌋, checked against the table.
fn positions(_: Vaes, words: &[[Gf128; TILE / 4]], segments: &[Range<usize>], table_len: usize, at: &mut Positions) {
    assert_eq!(words.len(), segments.len(), "every segment has its words");
    assert!(segments.iter().all(|s| !s.is_empty() && s.end <= table_len), "segments are within the table");
    for ((at, words), segment) in at.iter_mut().zip(words).zip(segments) {
        // SAFETY: the proof says that AVX-512 was detected.
        unsafe { scale(words, segment.start as u32, segment.len() as u32, at) };
    }
}

macro_rules! by_group {
    ($groups:expr, $sum:ident($($arg:expr),*)) => {
        match $groups {
            21 => $sum::<21>($($arg),*),
            7 => $sum::<7>($($arg),*),
            3 => $sum::<3>($($arg),*),
            1 => $sum::<1>($($arg),*),
            other => unreachable!("groups of {other} segments are not made"),
        }
    };
}

/// sums\[i\] ← Σ over the segments of table\[position\].
pub(super) fn expand(
    detected: Vaes,
    words: &[[Gf128; TILE / 4]],
    segments: &[Range<usize>],
    table: &[Gf128],
    at: &mut Positions,
    sums: &mut [Gf128; TILE],
) {
    positions(detected, words, segments, table.len(), at);
    // SAFETY: the proof says that AVX-512 was detected; a position is below the end of its segment ≤ length of the table.
    unsafe { by_group!(words.len(), sum(at, table, sums)) }
}

/// The same where two values stand at a place.
pub(super) fn expand_pairs(
    detected: Vaes,
    words: &[[Gf128; TILE / 4]],
    segments: &[Range<usize>],
    table: &[Pair],
    at: &mut Positions,
    sums: &mut [Pair; TILE],
) {
    positions(detected, words, segments, table.len(), at);
    // SAFETY: as in `expand`.
    unsafe { by_group!(words.len(), sum_pairs(at, table, sums)) }
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
unsafe fn sum<const G: usize>(at: &Positions, table: &[Gf128], sums: &mut [Gf128; TILE]) {
    for (i, out) in sums.iter_mut().enumerate() {
        let mut total = _mm_setzero_si128();
        for at in &at[..G] {
            // SAFETY: the caller says that the position is within the table; 16 readable bytes, no alignment needed.
            let place = unsafe { _mm_loadu_si128(table.as_ptr().add(at[i] as usize).cast()) };
            total = _mm_xor_si128(total, place);
        }
        // SAFETY: 16 writable bytes; the store needs no alignment.
        unsafe { _mm_storeu_si128((&raw mut *out).cast(), total) };
    }
}

/// # Safety
/// Every position of the first `G` rows is within the table.
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn sum_pairs<const G: usize>(at: &Positions, table: &[Pair], sums: &mut [Pair; TILE]) {
    for (i, out) in sums.iter_mut().enumerate() {
        let mut total = _mm256_setzero_si256();
        for at in &at[..G] {
            // SAFETY: the caller says that the position is within the table; 32 readable bytes, no alignment needed.
            let place = unsafe { _mm256_loadu_si256(table.as_ptr().add(at[i] as usize).cast()) };
            total = _mm256_xor_si256(total, place);
        }
        // SAFETY: 32 writable bytes; the store needs no alignment.
        unsafe { _mm256_storeu_si256((&raw mut *out).cast(), total) };
    }
}
