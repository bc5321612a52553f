//! Carry-less products with PCLMULQDQ, and four at a time with VPCLMULQDQ on AVX-512.
//!
//! Invariant of every `unsafe` here: a function marked `target_feature` is only called with the proof that its features
//! were detected ([`AesNi`], [`Vaes`]), and every pointer comes from an array of the length that is read or written.
//! `Gf128` is a transparent `u128`, on this architecture the 16 bytes of the element, little-endian.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::Gf128;
use crate::cpu::{AesNi, Vaes};

/// Safe entries: the first argument proves that the features of the kernel were detected.
macro_rules! entries {
    ($($(#[$doc:meta])* $entry:ident($proof:ty, $($arg:ident: $type:ty),*) $(-> $ret:ty)? = $kernel:ident;)*) => {
        $($(#[$doc])*
        #[inline]
        pub(super) fn $entry(_detected: $proof, $($arg: $type),*) $(-> $ret)? {
            // SAFETY: the proof can only be made by the detection of the features that the kernel is compiled for.
            unsafe { $kernel($($arg),*) }
        })*
    };
}

entries! {
    multiply(AesNi, a: Gf128, b: Gf128) -> Gf128 = multiply1;
    multiply_vaes(Vaes, a: Gf128, b: Gf128) -> Gf128 = multiply1;
    inner_product(AesNi, a: &[Gf128], b: &[Gf128]) -> Gf128 = inner_product1;
    inner_product_vaes(Vaes, a: &[Gf128], b: &[Gf128]) -> Gf128 = inner_product4;
    axpy(AesNi, sum: &mut [Gf128], scalar: Gf128, x: &[Gf128]) = axpy1;
    axpy_vaes(Vaes, sum: &mut [Gf128], scalar: Gf128, x: &[Gf128]) = axpy4;
    scale(AesNi, x: &mut [Gf128], scalar: Gf128) = scale1;
    scale_vaes(Vaes, x: &mut [Gf128], scalar: Gf128) = scale4;
    multiply_each(AesNi, x: &mut [Gf128], y: &[Gf128]) = multiply_each1;
    multiply_each_vaes(Vaes, x: &mut [Gf128], y: &[Gf128]) = multiply_each4;
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(x: Gf128) -> __m128i {
    // SAFETY: both are 16 bytes in which every bit pattern is valid.
    unsafe { core::mem::transmute::<u128, __m128i>(x.0) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(x: __m128i) -> Gf128 {
    // SAFETY: both are 16 bytes in which every bit pattern is valid.
    Gf128(unsafe { core::mem::transmute::<__m128i, u128>(x) })
}

/// The three partial products: low, middle (both cross terms), high.
#[inline]
#[target_feature(enable = "sse2,pclmulqdq")]
fn products(a: __m128i, b: __m128i) -> [__m128i; 3] {
    let cross = _mm_xor_si128(_mm_clmulepi64_si128::<0x01>(a, b), _mm_clmulepi64_si128::<0x10>(a, b));
    [_mm_clmulepi64_si128::<0x00>(a, b), cross, _mm_clmulepi64_si128::<0x11>(a, b)]
}

/// Low, middle, high parts of a 255-bit product, modulo x¹²⁸ + x⁷ + x² + x + 1.
#[inline]
#[target_feature(enable = "sse2,pclmulqdq")]
fn reduce([low, middle, high]: [__m128i; 3]) -> __m128i {
    let modulus = _mm_set_epi64x(0, 0x87);
    let low = _mm_xor_si128(low, _mm_slli_si128::<8>(middle));
    let high = _mm_xor_si128(high, _mm_srli_si128::<8>(middle));
    // x^192 · h = x^64 · (0x87 · h): its low half belongs to the upper word of `low`, its high half into `high`.
    let fold = _mm_clmulepi64_si128::<0x01>(high, modulus);
    let low = _mm_xor_si128(low, _mm_slli_si128::<8>(fold));
    let high = _mm_xor_si128(high, _mm_srli_si128::<8>(fold));
    _mm_xor_si128(low, _mm_clmulepi64_si128::<0x00>(high, modulus))
}

#[inline]
#[target_feature(enable = "sse2,pclmulqdq")]
fn multiply1(a: Gf128, b: Gf128) -> Gf128 {
    store(reduce(products(load(a), load(b))))
}

#[target_feature(enable = "sse2,pclmulqdq")]
fn inner_product1(a: &[Gf128], b: &[Gf128]) -> Gf128 {
    store(reduce(inner_products(a, b)))
}

#[inline]
#[target_feature(enable = "sse2,pclmulqdq")]
fn inner_products(a: &[Gf128], b: &[Gf128]) -> [__m128i; 3] {
    let mut sum = [_mm_setzero_si128(); 3];
    for (a, b) in a.iter().zip(b) {
        for (sum, part) in sum.iter_mut().zip(products(load(*a), load(*b))) {
            *sum = _mm_xor_si128(*sum, part);
        }
    }
    sum
}

#[target_feature(enable = "sse2,pclmulqdq")]
fn axpy1(sum: &mut [Gf128], scalar: Gf128, x: &[Gf128]) {
    for (sum, x) in sum.iter_mut().zip(x) {
        *sum ^= multiply1(scalar, *x);
    }
}

#[target_feature(enable = "sse2,pclmulqdq")]
fn scale1(x: &mut [Gf128], scalar: Gf128) {
    for x in x {
        *x = multiply1(scalar, *x);
    }
}

#[target_feature(enable = "sse2,pclmulqdq")]
fn multiply_each1(x: &mut [Gf128], y: &[Gf128]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x = multiply1(*x, *y);
    }
}

#[inline]
#[target_feature(enable = "avx512f,vpclmulqdq")]
fn products4(a: __m512i, b: __m512i) -> [__m512i; 3] {
    let cross = _mm512_xor_si512(_mm512_clmulepi64_epi128::<0x01>(a, b), _mm512_clmulepi64_epi128::<0x10>(a, b));
    [_mm512_clmulepi64_epi128::<0x00>(a, b), cross, _mm512_clmulepi64_epi128::<0x11>(a, b)]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn reduce4([low, middle, high]: [__m512i; 3]) -> __m512i {
    let modulus = _mm512_broadcast_i32x4(_mm_set_epi64x(0, 0x87));
    let low = _mm512_xor_si512(low, _mm512_bslli_epi128::<8>(middle));
    let high = _mm512_xor_si512(high, _mm512_bsrli_epi128::<8>(middle));
    let fold = _mm512_clmulepi64_epi128::<0x01>(high, modulus);
    let low = _mm512_xor_si512(low, _mm512_bslli_epi128::<8>(fold));
    let high = _mm512_xor_si512(high, _mm512_bsrli_epi128::<8>(fold));
    _mm512_xor_si512(low, _mm512_clmulepi64_epi128::<0x00>(high, modulus))
}

/// The first four elements of a chunk of four.
#[inline]
#[target_feature(enable = "avx512f")]
fn load4(x: &[Gf128; 4]) -> __m512i {
    // SAFETY: 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(x.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store4(x: &mut [Gf128; 4], value: __m512i) {
    // SAFETY: 64 writable bytes; the store needs no alignment.
    unsafe { _mm512_storeu_si512(x.as_mut_ptr().cast(), value) }
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq")]
fn inner_product4(a: &[Gf128], b: &[Gf128]) -> Gf128 {
    let len = a.len().min(b.len());
    let ((a4, a1), (b4, b1)) = (a[..len].as_chunks::<4>(), b[..len].as_chunks::<4>());
    let mut sum = [_mm512_setzero_si512(); 3];
    for (a, b) in a4.iter().zip(b4) {
        for (sum, part) in sum.iter_mut().zip(products4(load4(a), load4(b))) {
            *sum = _mm512_xor_si512(*sum, part);
        }
    }
    let mut total = inner_products(a1, b1);
    for (total, sum) in total.iter_mut().zip(sum) {
        let pair = _mm256_xor_si256(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64::<1>(sum));
        let one = _mm_xor_si128(_mm256_castsi256_si128(pair), _mm256_extracti128_si256::<1>(pair));
        *total = _mm_xor_si128(*total, one);
    }
    store(reduce(total))
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq")]
fn axpy4(sum: &mut [Gf128], scalar: Gf128, x: &[Gf128]) {
    let len = sum.len().min(x.len());
    let ((sum4, sum1), (x4, x1)) = (sum[..len].as_chunks_mut::<4>(), x[..len].as_chunks::<4>());
    let factor = _mm512_broadcast_i32x4(load(scalar));
    for (sum, x) in sum4.iter_mut().zip(x4) {
        let product = reduce4(products4(factor, load4(x)));
        store4(sum, _mm512_xor_si512(load4(sum), product));
    }
    axpy1(sum1, scalar, x1);
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq")]
fn scale4(x: &mut [Gf128], scalar: Gf128) {
    let (x4, x1) = x.as_chunks_mut::<4>();
    let factor = _mm512_broadcast_i32x4(load(scalar));
    for x in x4 {
        store4(x, reduce4(products4(factor, load4(x))));
    }
    scale1(x1, scalar);
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq")]
fn multiply_each4(x: &mut [Gf128], y: &[Gf128]) {
    let len = x.len().min(y.len());
    let ((x4, x1), (y4, y1)) = (x[..len].as_chunks_mut::<4>(), y[..len].as_chunks::<4>());
    for (x, y) in x4.iter_mut().zip(y4) {
        store4(x, reduce4(products4(load4(x), load4(y))));
    }
    multiply_each1(x1, y1);
}
