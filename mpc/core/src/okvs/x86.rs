//! Kernels with carry-less multiplication (docs/adr/0013-vector-kernels.md).
//!
//! Invariants: a function with `target_feature` is called only after [`level`] found these features on this machine;
//! loads and stores go through slices of exactly the width of a vector, unaligned.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m128i, __m512i, _mm_clmulepi64_si128, _mm_loadu_si128, _mm_set_epi64x, _mm_slli_si128, _mm_srli_si128,
    _mm_storeu_si128, _mm_xor_si128, _mm512_broadcast_i32x4, _mm512_bslli_epi128, _mm512_bsrli_epi128,
    _mm512_clmulepi64_epi128, _mm512_loadu_si512, _mm512_storeu_si512, _mm512_xor_si512,
};
use std::sync::OnceLock;

use crate::gf128::Gf128;

/// What this machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Nothing that helps, or the portable path was asked for.
    Portable,
    /// PCLMULQDQ.
    Clmul,
    /// VPCLMULQDQ on 512 bits.
    Vector,
}

/// What the machine can do, whatever was asked for.
pub(super) fn detected() -> Level {
    if !is_x86_feature_detected!("pclmulqdq") {
        Level::Portable
    } else if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("vpclmulqdq")
    {
        Level::Vector
    } else {
        Level::Clmul
    }
}

/// The path of this process.
fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| if std::env::var_os("SHUZHENG_PORTABLE").is_some() { Level::Portable } else { detected() })
}

/// [`super::kernel::add_powers`]; `false`, and nothing done, without the instructions.
pub(super) fn add_powers(points: &[Gf128], columns: &[Gf128], sums: &mut [Gf128]) -> bool {
    add_powers_at(level(), points, columns, sums)
}

/// As [`add_powers`] on a given path, which the machine must have.
pub(super) fn add_powers_at(level: Level, points: &[Gf128], columns: &[Gf128], sums: &mut [Gf128]) -> bool {
    match level {
        Level::Portable => return false,
        // SAFETY: the caller passes a level that was detected.
        Level::Clmul => unsafe { add_powers_clmul(points, columns, sums) },
        // SAFETY: as above.
        Level::Vector => unsafe { add_powers_vector(points, columns, sums) },
    }
    true
}

#[inline]
#[target_feature(enable = "pclmulqdq")]
fn multiply(a: __m128i, b: __m128i) -> __m128i {
    let low = _mm_clmulepi64_si128::<0x00>(a, b);
    let middle = _mm_xor_si128(_mm_clmulepi64_si128::<0x01>(a, b), _mm_clmulepi64_si128::<0x10>(a, b));
    let high = _mm_xor_si128(_mm_clmulepi64_si128::<0x11>(a, b), _mm_srli_si128::<8>(middle));
    let low = _mm_xor_si128(low, _mm_slli_si128::<8>(middle));
    // x^128 = 0x87: first the upper half of `high`, which reaches into its lower half, then that.
    let modulus = _mm_set_epi64x(0, 0x87);
    let fold = _mm_clmulepi64_si128::<0x01>(high, modulus);
    let high = _mm_xor_si128(high, _mm_srli_si128::<8>(fold));
    let low = _mm_xor_si128(low, _mm_slli_si128::<8>(fold));
    _mm_xor_si128(low, _mm_clmulepi64_si128::<0x00>(high, modulus))
}

#[inline]
#[target_feature(enable = "pclmulqdq")]
fn load(x: &Gf128) -> __m128i {
    // SAFETY: 16 readable bytes, no alignment asked.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(x).cast()) }
}

#[target_feature(enable = "pclmulqdq")]
fn add_powers_clmul(points: &[Gf128], columns: &[Gf128], sums: &mut [Gf128]) {
    let Some((last, before)) = columns.split_last() else { return };
    let last = load(last);
    for (sum, point) in sums.iter_mut().zip(points) {
        let point = load(point);
        let mut acc = multiply(last, point);
        for column in before.iter().rev() {
            acc = multiply(_mm_xor_si128(acc, load(column)), point);
        }
        let total = _mm_xor_si128(acc, load(sum));
        // SAFETY: 16 writable bytes, no alignment asked.
        unsafe { _mm_storeu_si128(std::ptr::from_mut(sum).cast(), total) };
    }
}

/// Four products.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn multiply_four(a: __m512i, b: __m512i) -> __m512i {
    let low = _mm512_clmulepi64_epi128::<0x00>(a, b);
    let middle = _mm512_xor_si512(_mm512_clmulepi64_epi128::<0x01>(a, b), _mm512_clmulepi64_epi128::<0x10>(a, b));
    let high = _mm512_xor_si512(_mm512_clmulepi64_epi128::<0x11>(a, b), _mm512_bsrli_epi128::<8>(middle));
    let modulus = _mm512_broadcast_i32x4(_mm_set_epi64x(0, 0x87));
    let fold = _mm512_clmulepi64_epi128::<0x01>(high, modulus);
    let high = _mm512_xor_si512(high, _mm512_bsrli_epi128::<8>(fold));
    let low = _mm512_xor_si512(low, _mm512_bslli_epi128::<8>(_mm512_xor_si512(middle, fold)));
    _mm512_xor_si512(low, _mm512_clmulepi64_epi128::<0x00>(high, modulus))
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq")]
fn add_powers_vector(points: &[Gf128], columns: &[Gf128], sums: &mut [Gf128]) {
    let Some((last, before)) = columns.split_last() else { return };
    let last = _mm512_broadcast_i32x4(load(last));
    let (four_points, _) = points.as_chunks::<4>();
    let (four_sums, _) = sums.as_chunks_mut::<4>();
    let whole = four_points.len().min(four_sums.len());
    for (sum, point) in four_sums.iter_mut().zip(four_points) {
        // SAFETY: arrays of 64 bytes, no alignment asked.
        let (point, old) = unsafe {
            (_mm512_loadu_si512(point.as_ptr().cast()), _mm512_loadu_si512(sum.as_ptr().cast()))
        };
        let mut acc = multiply_four(last, point);
        for column in before.iter().rev() {
            acc = multiply_four(_mm512_xor_si512(acc, _mm512_broadcast_i32x4(load(column))), point);
        }
        // SAFETY: as above.
        unsafe { _mm512_storeu_si512(sum.as_mut_ptr().cast(), _mm512_xor_si512(acc, old)) };
    }
    add_powers_clmul(&points[whole * 4..], columns, &mut sums[whole * 4..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::okvs::kernel::add_powers_portable;

    proptest! {
        #[test]
        fn every_path_of_this_machine_gives_the_portable_sums(
            points in prop::collection::vec(prop_oneof![any::<u128>(), Just(0), Just(1), Just(u128::MAX)], 0..40),
            columns in prop::collection::vec(prop_oneof![any::<u128>(), Just(0), Just(1), Just(u128::MAX)], 0..6),
            sums in prop::collection::vec(any::<u128>(), 0..40),
        ) {
            let elements = |list: &[u128]| list.iter().map(|x| Gf128(*x)).collect::<Vec<_>>();
            let (points, columns, sums) = (elements(&points), elements(&columns), elements(&sums));
            let mut expected = sums.clone();
            add_powers_portable(&points, &columns, &mut expected);
            let paths: &[Level] = match detected() {
                Level::Portable => &[],
                Level::Clmul => &[Level::Clmul],
                Level::Vector => &[Level::Clmul, Level::Vector],
            };
            for path in paths {
                let mut got = sums.clone();
                prop_assert!(add_powers_at(*path, &points, &columns, &mut got));
                prop_assert!(got == expected);
            }
            prop_assert!(!add_powers_at(Level::Portable, &points, &columns, &mut sums.clone()));
        }
    }
}
