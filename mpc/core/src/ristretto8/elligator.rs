//! The one-way map of RFC 9496 §4.3.4: 64 uniform bytes to an element, by two evaluations of MAP.

use super::constants::{D, D_MINUS_ONE_SQ, ONE, ONE_MINUS_D_SQ, SQRT_AD_MINUS_ONE, SQRT_M1};
use super::field::Fe;
use super::point::{Point, Stored};
use super::power::sqrt_ratio;
use crate::lanes8::{Avx512, LANES, V};

/// MAP of two vectors of field elements.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
fn map(w: Avx512, inputs: &[Fe; 2]) -> [Point; 2] {
    let one = Fe::splat(w, ONE);
    let minus_one = one.neg(w);
    let d = Fe::splat(w, D);
    let mut r = *inputs;
    let mut u = *inputs;
    let mut v = *inputs;
    for k in 0..2 {
        r[k] = Fe::splat(w, SQRT_M1).mul(w, &inputs[k].square(w));
        u[k] = r[k].add(w, &one).mul(w, &Fe::splat(w, ONE_MINUS_D_SQ));
        v[k] = minus_one.sub(w, &r[k].mul(w, &d)).mul(w, &r[k].add(w, &d));
    }
    let roots = sqrt_ratio(w, &u, &v);
    std::array::from_fn(|k| {
        let (was_square, s) = roots[k];
        let s_prime = s.mul(w, &inputs[k]).abs(w).neg(w);
        let s = s_prime.select(was_square, &s);
        let c = r[k].select(was_square, &minus_one);
        let n = c.mul(w, &r[k].sub(w, &one)).mul(w, &Fe::splat(w, D_MINUS_ONE_SQ)).sub(w, &v[k]);
        let ss = s.square(w);
        let w0 = s.add(w, &s).mul(w, &v[k]);
        let w1 = n.mul(w, &Fe::splat(w, SQRT_AD_MINUS_ONE));
        let w2 = one.sub(w, &ss);
        let w3 = one.add(w, &ss);
        Point { x: w0.product::<0>(w, &w3), y: w2.product::<0>(w, &w1), z: w1.mul(w, &w3), t: w0.mul(w, &w2) }
    })
}

/// Puts down the elements of eight strings of 64 uniform bytes.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn one_way_map(w: Avx512, uniform: &[&[u8; 64]; LANES], out: &mut Stored) {
    let mut halves = [[&[0; 32]; LANES]; 2];
    for (lane, uniform) in uniform.iter().enumerate() {
        let [first, second] = uniform.as_chunks().0 else { continue };
        halves[0][lane] = first;
        halves[1][lane] = second;
    }
    let [mut sum, other] = map(w, &[Fe::from_bytes(w, &halves[0]), Fe::from_bytes(w, &halves[1])]);
    sum.add::<true>(w, &other.cached(w), V::splat(w, 0));
    out.set_point(&sum);
}
