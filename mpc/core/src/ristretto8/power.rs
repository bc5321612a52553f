//! Powers: inverses and square roots, of `K` vectors side by side. A chain of squarings waits for its own results; two
//! chains fill each other's gaps.

use super::constants::{ONE, SQRT_M1};
use super::field::Fe;
use crate::lanes8::{Avx512, Mask};

#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
#[inline(never)]
fn squarings<const K: usize>(t: Avx512, x: &mut [Fe; K], times: u32) {
    for _ in 0..times {
        for x in &mut *x {
            *x = x.square(t);
        }
    }
}

/// `x^(2^times) · y`.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
#[inline(never)]
fn raised<const K: usize>(t: Avx512, x: &[Fe; K], times: u32, y: &[Fe; K]) -> [Fe; K] {
    let mut out = *x;
    squarings(t, &mut out, times);
    for (out, y) in out.iter_mut().zip(y) {
        *out = out.mul(t, y);
    }
    out
}

/// `x^((p − 5)/8) = x^(2²⁵² − 3)`.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
fn power_p58<const K: usize>(t: Avx512, x: &[Fe; K]) -> [Fe; K] {
    // `ones[n]` is x^(2ⁿ − 1).
    let ones2 = raised(t, x, 1, x);
    let ones4 = raised(t, &ones2, 2, &ones2);
    let ones5 = raised(t, &ones4, 1, x);
    let ones10 = raised(t, &ones5, 5, &ones5);
    let ones20 = raised(t, &ones10, 10, &ones10);
    let ones40 = raised(t, &ones20, 20, &ones20);
    let ones50 = raised(t, &ones40, 10, &ones10);
    let ones100 = raised(t, &ones50, 50, &ones50);
    let ones200 = raised(t, &ones100, 100, &ones100);
    let ones250 = raised(t, &ones200, 50, &ones50);
    raised(t, &ones250, 2, x)
}

/// `1/x`, and 0 for 0.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn invert(t: Avx512, x: &Fe) -> Fe {
    // p − 2 = 8·(2²⁵² − 3) + 3.
    let cube = x.square(t).mul(t, x);
    raised(t, &power_p58(t, &[*x]), 3, &[cube])[0]
}

/// SQRT_RATIO_M1 of RFC 9496 §4.2: where `u/v` is a square, the mask and its non-negative root; elsewhere the root of
/// `√−1 · u/v`.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn sqrt_ratio<const K: usize>(t: Avx512, u: &[Fe; K], v: &[Fe; K]) -> [(Mask, Fe); K] {
    let mut uv3 = *u;
    let mut uv7 = *u;
    for i in 0..K {
        let v3 = v[i].square(t).mul(t, &v[i]);
        uv3[i] = u[i].mul(t, &v3);
        uv7[i] = uv3[i].mul(t, &v3).mul(t, &v[i]);
    }
    let powers = power_p58(t, &uv7);
    let i = Fe::splat(t, SQRT_M1);
    std::array::from_fn(|k| {
        let r = uv3[k].mul(t, &powers[k]);
        let check = v[k].mul(t, &r.square(t));
        let minus_u = u[k].neg(t);
        let correct = check.equals(t, &u[k]);
        let flipped = check.equals(t, &minus_u);
        let flipped_i = check.equals(t, &minus_u.mul(t, &i));
        let r = r.select(flipped.or(flipped_i), &r.mul(t, &i));
        (correct.or(flipped), r.abs(t))
    })
}

/// As [`sqrt_ratio`] with `u = 1`.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn inverse_sqrt<const K: usize>(t: Avx512, v: &[Fe; K]) -> [(Mask, Fe); K] {
    sqrt_ratio(t, &[Fe::splat(t, ONE); K], v)
}
