//! The convolution on AVX-512: the window of 28 values stays in seven registers, and a value is added to all that it
//! reaches by seven masked operations.
//!
//! Invariant of every `unsafe` here: the entry takes the proof that the features were detected; loads and stores go
//! through arrays of four blocks of 16 bytes. `Gf128` is a transparent `u128`.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::convolution::{STICKY, State, WINDOW};
use super::{GAMMA, MEMORY, NoiseField};
use crate::cpu::Vaes;
use crate::gf128::Gf128;

/// Registers of the window.
const REGISTERS: usize = WINDOW / 4;

pub(super) fn convolute(_: Vaes, field: NoiseField, words: &[Gf128], chunk: &mut [Gf128], state: &mut State) {
    // SAFETY: the proof says that AVX-512 and VPCLMULQDQ were detected.
    match field {
        NoiseField::Bits => unsafe { lap::<false>(words, chunk, state) },
        NoiseField::Field => unsafe { lap::<true>(words, chunk, state) },
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
fn lap<const FIELD: bool>(words: &[Gf128], chunk: &mut [Gf128], state: &mut State) {
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
    let mut w = [_mm512_setzero_si512(); REGISTERS];
    for (w, pending) in w.iter_mut().zip(state.pending.as_chunks::<4>().0) {
        *w = load(pending);
    }

    // The sticky places of the first blocks lie before the chunk.
    let mut first = [Gf128::ZERO; 2 * WINDOW];
    first[..WINDOW].copy_from_slice(&state.before);

    for (block, word) in words.iter().enumerate() {
        let j = 4 * block;
        let sticky = if j < WINDOW {
            let at = WINDOW - STICKY + j;
            load(&[first[at], first[at + 1], first[at + 2], first[at + 3]])
        } else {
            load(chunk[j - STICKY..].first_chunk().expect("four values lie 25 before the current four"))
        };
        let current = chunk[j..].first_chunk_mut::<4>().expect("a word has coefficients for four values");
        let mut fresh = _mm512_xor_si512(load(current), sticky);
        if FIELD {
            fresh = times_gamma(fresh);
        }
        w[0] = _mm512_xor_si512(w[0], fresh);

        macro_rules! lane {
            ($l:literal, $shuffle:literal) => {
                let y = _mm512_shuffle_i32x4::<$shuffle>(w[0], w[0]);
                let c = _mm512_set1_epi32((word.0 >> (32 * $l)) as i32);
                for r in 0..REGISTERS {
                    let mask = _mm512_test_epi32_mask(c, reach[$l][r]);
                    w[r] = _mm512_mask_xor_epi32(w[r], mask, w[r], y);
                }
            };
        }
        lane!(0, 0x00);
        lane!(1, 0x55);
        lane!(2, 0xaa);
        lane!(3, 0xff);

        store(current, w[0]);
        if j < WINDOW {
            first[WINDOW + j..][..4].copy_from_slice(current);
        }
        w = [w[1], w[2], w[3], w[4], w[5], w[6], _mm512_setzero_si512()];
    }
    for (w, pending) in w.iter().zip(state.pending.as_chunks_mut::<4>().0) {
        store(pending, *w);
    }
}
