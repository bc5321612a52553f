//! Decoding: RFC 9496 §4.3.1, all checks.

use super::constants::{D, ONE};
use super::field::Fe;
use super::point::{Point, Stored};
use super::power::inverse_sqrt;
use crate::lanes8::{Avx512, LANES};

/// Whether 32 bytes are below p as a little-endian integer and even: the checks that need no arithmetic.
fn is_canonical_and_even(bytes: &[u8; 32]) -> bool {
    let above = bytes[31] > 0x7f || (bytes[31] == 0x7f && bytes[1..31] == [0xff; 30] && bytes[0] >= 0xed);
    !above && bytes[0] & 1 == 0
}

/// Puts down the points of `K` times eight encodings and gives a bit per lane: whether it is the canonical encoding of
/// an element (the identity included). What stands in a refused lane means nothing.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn decode<const K: usize>(t: Avx512, bytes: &[[&[u8; 32]; LANES]; K], out: &mut [Stored; K]) -> [u8; K] {
    let one = Fe::splat(t, ONE);
    let s: [Fe; K] = std::array::from_fn(|k| Fe::from_bytes(t, &bytes[k]));
    let mut u1 = s;
    let mut u2 = s;
    let mut v = s;
    let mut under_root = s;
    for k in 0..K {
        let ss = s[k].square(t);
        u1[k] = one.sub(t, &ss);
        u2[k] = one.add(t, &ss);
        let u2_square = u2[k].square(t);
        // v = −(d·u1²) − u2².
        v[k] = Fe::splat(t, D).mul(t, &u1[k].square(t)).add(t, &u2_square).neg(t);
        under_root[k] = v[k].mul(t, &u2_square);
    }
    let roots = inverse_sqrt(t, &under_root);
    let mut verdicts = [0; K];
    for k in 0..K {
        let (was_square, root) = roots[k];
        let den_x = root.mul(t, &u2[k]);
        let den_y = root.mul(t, &den_x).mul(t, &v[k]);
        let x = s[k].add(t, &s[k]).mul(t, &den_x).abs(t);
        let y = u1[k].mul(t, &den_y);
        let w = x.mul(t, &y);
        out[k].set_point(&Point { x: x.sum(t), y: y.sum(t), z: one, t: w });
        let lies_on = was_square.and(w.is_negative(t).not()).and(y.is_zero(t).not()).bits();
        for (lane, bytes) in bytes[k].iter().enumerate() {
            verdicts[k] |= (lies_on & 1 << lane) * u8::from(is_canonical_and_even(bytes));
        }
    }
    verdicts
}
