//! The compression function of GB/T 32905-2016 §5.3 in sixteen lanes of 32 bits.
//!
//! Invariant of every `unsafe` here: the entry takes the proof that AVX-512 (F, BW) was detected, and loads and stores go
//! through arrays of 64 bytes.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::{BLOCK_BYTES, DIGEST_BYTES, LANES, blocks};
use crate::cpu::Vaes;

const INITIAL: [u32; 8] =
    [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];

/// T_j <<< j
const ROUNDS: [u32; 64] = {
    let mut rounds = [0; 64];
    let mut j = 0;
    while j < 64 {
        let t: u32 = if j < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        rounds[j] = t.rotate_left(j as u32 % 32);
        j += 1;
    }
    rounds
};

/// Truth tables of three bits: parity, choice (`e ? f : g`), majority.
const PARITY: i32 = 0b1001_0110;
const CHOICE: i32 = 0b1100_1010;
const MAJORITY: i32 = 0b1110_1000;

/// The digests of sixteen messages of any lengths.
pub(super) fn digests(_: Vaes, messages: &[&[u8]; LANES]) -> [[u8; DIGEST_BYTES]; LANES] {
    // SAFETY: the proof says that AVX-512 was detected.
    unsafe { all_blocks(messages) }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn all_blocks(messages: &[&[u8]; LANES]) -> [[u8; DIGEST_BYTES]; LANES] {
    // What follows the whole blocks of a message: its rest, a one bit, zeros, the length in bits (§5.2).
    let mut tails = [[[0u8; BLOCK_BYTES]; 2]; LANES];
    for (tail, message) in tails.iter_mut().zip(messages) {
        let (whole, rest) = message.as_chunks::<BLOCK_BYTES>();
        let tail = tail.as_flattened_mut();
        tail[..rest.len()].copy_from_slice(rest);
        tail[rest.len()] = 0x80;
        let end = (blocks(message.len()) - whole.len()) * BLOCK_BYTES;
        tail[end - 8..end].copy_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    }
    let mut state = INITIAL.map(|word| _mm512_set1_epi32(word as i32));
    let most = messages.iter().map(|message| blocks(message.len())).max().unwrap_or(0);
    for block in 0..most {
        let mut rows = [_mm512_setzero_si512(); LANES];
        let mut live: __mmask16 = 0;
        for (lane, (message, tail)) in messages.iter().zip(&tails).enumerate() {
            let (whole, _) = message.as_chunks::<BLOCK_BYTES>();
            if block >= blocks(message.len()) {
                continue;
            }
            let bytes = if block < whole.len() { &whole[block] } else { &tail[block - whole.len()] };
            // SAFETY: 64 readable bytes; the load needs no alignment.
            rows[lane] = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
            live |= 1 << lane;
        }
        compress(&mut state, words(rows), live);
    }

    let mut out = [[0u8; DIGEST_BYTES]; LANES];
    for (i, word) in state.into_iter().enumerate() {
        let mut lanes = [0u32; LANES];
        // SAFETY: 64 writable bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), word) };
        for (out, lane) in out.iter_mut().zip(lanes) {
            out[4 * i..][..4].copy_from_slice(&lane.to_be_bytes());
        }
    }
    out
}

/// Word i of all lanes, from the block of each lane: bytes of words reversed, then 16 × 16 words transposed.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn words(rows: [__m512i; LANES]) -> [__m512i; 16] {
    let reversed = _mm512_broadcast_i32x4(_mm_set_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203));
    let mut pairs = [_mm512_setzero_si512(); 16];
    for i in 0..8 {
        let (a, b) = (_mm512_shuffle_epi8(rows[2 * i], reversed), _mm512_shuffle_epi8(rows[2 * i + 1], reversed));
        pairs[2 * i] = _mm512_unpacklo_epi32(a, b);
        pairs[2 * i + 1] = _mm512_unpackhi_epi32(a, b);
    }
    // fours[4g + k] has in its quarter q the words 4q + k of the rows 4g to 4g + 3.
    let mut fours = [_mm512_setzero_si512(); 16];
    for g in 0..4 {
        let [a, b, c, d] = [pairs[4 * g], pairs[4 * g + 1], pairs[4 * g + 2], pairs[4 * g + 3]];
        fours[4 * g] = _mm512_unpacklo_epi64(a, c);
        fours[4 * g + 1] = _mm512_unpackhi_epi64(a, c);
        fours[4 * g + 2] = _mm512_unpacklo_epi64(b, d);
        fours[4 * g + 3] = _mm512_unpackhi_epi64(b, d);
    }
    let mut out = [_mm512_setzero_si512(); 16];
    for k in 0..4 {
        let [a, b, c, d] = [fours[k], fours[4 + k], fours[8 + k], fours[12 + k]];
        let (even_ab, even_cd) = (_mm512_shuffle_i32x4::<0x88>(a, b), _mm512_shuffle_i32x4::<0x88>(c, d));
        let (odd_ab, odd_cd) = (_mm512_shuffle_i32x4::<0xdd>(a, b), _mm512_shuffle_i32x4::<0xdd>(c, d));
        out[k] = _mm512_shuffle_i32x4::<0x88>(even_ab, even_cd);
        out[4 + k] = _mm512_shuffle_i32x4::<0x88>(odd_ab, odd_cd);
        out[8 + k] = _mm512_shuffle_i32x4::<0xdd>(even_ab, even_cd);
        out[12 + k] = _mm512_shuffle_i32x4::<0xdd>(odd_ab, odd_cd);
    }
    out
}

/// A block of the lanes in `live`; the others keep their state.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn compress(state: &mut [__m512i; 8], mut w: [__m512i; 16], live: __mmask16) {
    let mut v = *state;
    sixteen::<PARITY, PARITY>(&mut v, &mut w, &ROUNDS.as_chunks::<16>().0[0]);
    for rounds in &ROUNDS.as_chunks::<16>().0[1..] {
        sixteen::<MAJORITY, CHOICE>(&mut v, &mut w, rounds);
    }
    for (word, value) in state.iter_mut().zip(v) {
        *word = _mm512_mask_xor_epi32(*word, live, *word, value);
    }
}

/// Sixteen rounds with FF and GG as truth tables. `w` holds W_j … W_{j+15}, each replaced by the one sixteen rounds on (those
/// after W_67 are not used).
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn sixteen<const FF: i32, const GG: i32>(v: &mut [__m512i; 8], w: &mut [__m512i; 16], rounds: &[u32; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *v;
    for (i, t) in rounds.iter().enumerate() {
        let a12 = _mm512_rol_epi32::<12>(a);
        let ss1 = _mm512_add_epi32(_mm512_add_epi32(a12, e), _mm512_set1_epi32(*t as i32));
        let ss1 = _mm512_rol_epi32::<7>(ss1);
        let ss2 = _mm512_xor_si512(ss1, a12);
        let later = _mm512_xor_si512(w[i], w[(i + 4) % 16]);
        let ff = _mm512_ternarylogic_epi32::<FF>(a, b, c);
        let gg = _mm512_ternarylogic_epi32::<GG>(e, f, g);
        let tt1 = _mm512_add_epi32(_mm512_add_epi32(ff, d), _mm512_add_epi32(ss2, later));
        let tt2 = _mm512_add_epi32(_mm512_add_epi32(gg, h), _mm512_add_epi32(ss1, w[i]));
        (d, c, b, a) = (c, _mm512_rol_epi32::<9>(b), a, tt1);
        let p0 = _mm512_ternarylogic_epi32::<PARITY>(tt2, _mm512_rol_epi32::<9>(tt2), _mm512_rol_epi32::<17>(tt2));
        (h, g, f, e) = (g, _mm512_rol_epi32::<19>(f), e, p0);

        let x = _mm512_ternarylogic_epi32::<PARITY>(w[i], w[(i + 7) % 16], _mm512_rol_epi32::<15>(w[(i + 13) % 16]));
        let p1 = _mm512_ternarylogic_epi32::<PARITY>(x, _mm512_rol_epi32::<15>(x), _mm512_rol_epi32::<23>(x));
        let seven = _mm512_rol_epi32::<7>(w[(i + 3) % 16]);
        w[i] = _mm512_ternarylogic_epi32::<PARITY>(p1, seven, w[(i + 10) % 16]);
    }
    *v = [a, b, c, d, e, f, g, h];
}
