//! Encodings of doubled points: RFC 9496 §4.3.2 for 2·P without a root.
//!
//! For a double, the root that encoding wants is a product of known values (M. Hamburg, *Decaf*, CRYPTO 2015, and the
//! ristretto255 notes), so that a whole batch shares one inversion. With P = (X, Y, Z, T) let e = 2XY, f = Z² + dT²,
//! g = Y² + X², h = Z² − dT²: 2·P is (e/f, g/h), and all that is wanted of it follows from 1/(efgh).

use zeroize::Zeroize;

use super::constants::{D, INVSQRT_A_MINUS_D, ONE, SQRT_M1, ZERO};
use super::field::Fe;
use super::point::{Point, Stored};
use super::power::invert;
use crate::lanes8::{Avx512, LANES};

struct Double {
    e: Fe,
    f: Fe,
    g: Fe,
    h: Fe,
}

#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
fn double(t: Avx512, point: &Point) -> Double {
    let x = point.x.carry(t);
    let y = point.y.carry(t);
    let zz = point.z.square(t);
    let dtt = point.t.square(t).mul(t, &Fe::splat(t, D));
    let xy = x.mul(t, &y);
    Double { e: xy.add(t, &xy), f: zz.add(t, &dtt), g: y.square(t).add(t, &x.square(t)), h: zz.sub(t, &dtt) }
}

/// Pushes the encodings of the doubles of all points, in order.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn encode_doubles(t: Avx512, points: &[Stored], out: &mut Vec<[u8; 32]>) {
    let one = Fe::splat(t, ONE);
    // Montgomery's trick: `before[i]` is the product of all e·f·g·h before the i-th.
    let mut before = Vec::with_capacity(points.len());
    let mut product = one;
    for point in points {
        before.push(product);
        product = product.mul(t, &efgh(t, &double(t, &point.point(t))).1);
    }
    let mut inverse = invert(t, &product);
    let mut encoded = Vec::with_capacity(points.len());
    for (point, before) in points.iter().zip(&before).rev() {
        let double = double(t, &point.point(t));
        let (factors, efgh) = efgh(t, &double);
        let own = inverse.mul(t, before);
        inverse = inverse.mul(t, &efgh);
        encoded.push(encode(t, double, factors, &own));
    }
    out.extend(encoded.iter().rev().flatten());
    before.clear();
    encoded.zeroize();
}

struct Factors {
    eg: Fe,
    fh: Fe,
    /// Not a point whose double has an inverse e·f·g·h: its double is the identity.
    vanishes: crate::lanes8::Mask,
}

/// `e·g`, `f·h` and their product, which is replaced by one where it is zero: a point of order 4 or less is in the
/// batch and must not spoil the others.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
fn efgh(t: Avx512, double: &Double) -> (Factors, Fe) {
    let eg = double.e.mul(t, &double.g);
    let fh = double.f.mul(t, &double.h);
    let product = eg.mul(t, &fh);
    let vanishes = product.is_zero(t);
    (Factors { eg, fh, vanishes }, product.select(vanishes, &Fe::splat(t, ONE)))
}

/// The encoding of one double, given `1/(efgh)`.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
fn encode(t: Avx512, double: Double, factors: Factors, inverse: &Fe) -> [[u8; 32]; LANES] {
    let Double { e, f, g, h } = double;
    let Factors { eg, fh, vanishes } = factors;
    let i = Fe::splat(t, SQRT_M1);
    // The identity is encoded as zero.
    let inverse = inverse.select(vanishes, &Fe::splat(t, ZERO));
    let z_inverse = eg.mul(t, &inverse);
    let t_inverse = fh.mul(t, &inverse);

    let rotate = eg.mul(t, &z_inverse).is_negative(t);
    let e_rotated = e.select(rotate, &g);
    let g_rotated = g.select(rotate, &e.neg(t));
    let h_rotated = h.select(rotate, &f.mul(t, &i));
    let magic = Fe::splat(t, INVSQRT_A_MINUS_D).select(rotate, &i);

    let flip = h_rotated.mul(t, &e_rotated).mul(t, &z_inverse).is_negative(t);
    let g = g_rotated.negate_where(t, flip);
    let s = h_rotated.sub(t, &g).mul(t, &magic.mul(t, &g.mul(t, &t_inverse)));
    s.abs(t).to_bytes(t)
}
