//! Every step against curve25519-dalek, the field against integers.

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::*;

use super::field::Fe;
use super::{Digits, Points};
use crate::lanes8::{Avx512, LANES};

/// An integer below 2²⁵⁶, the least significant word first.
type Integer = [u64; 4];

const P: Integer = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];

fn sub(a: Integer, b: Integer) -> Option<Integer> {
    let mut out = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        let (x, under) = a[i].overflowing_sub(b[i]);
        let (x, again) = x.overflowing_sub(u64::from(borrow));
        out[i] = x;
        borrow = under | again;
    }
    (!borrow).then_some(out)
}

fn reduced(mut a: Integer) -> Integer {
    while let Some(less) = sub(a, P) {
        a = less;
    }
    a
}

/// Both below p.
fn add_mod(a: Integer, b: Integer) -> Integer {
    let mut out = [0; 4];
    let mut carry = 0u128;
    for i in 0..4 {
        carry += u128::from(a[i]) + u128::from(b[i]);
        out[i] = carry as u64;
        carry >>= 64;
    }
    reduced(out)
}

fn mul_mod(a: Integer, b: Integer) -> Integer {
    let mut out = [0; 4];
    for bit in (0..256).rev() {
        out = add_mod(out, out);
        if b[bit / 64] >> (bit % 64) & 1 == 1 {
            out = add_mod(out, a);
        }
    }
    out
}

/// What five limbs stand for when only the low 52 bits of each count.
fn value(limbs: [u64; 5]) -> Integer {
    let mut out = [0; 4];
    for limb in limbs.iter().rev() {
        for _ in 0..52 {
            out = add_mod(out, out);
        }
        out = add_mod(out, [limb & ((1 << 52) - 1), 0, 0, 0]);
    }
    out
}

fn to_integer(bytes: [u8; 32]) -> Integer {
    let mut out = [0; 4];
    for (word, bytes) in out.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    out
}

/// Digits as the kernel may hold them: anything above bit 52, the top one up to 2⁴⁷ + 2¹².
fn limbs() -> impl Strategy<Value = [u64; 5]> {
    let low = (1u64 << 52) - 1;
    let limb = prop_oneof![Just(0), Just(low), Just(low - 18), Just(u64::MAX), any::<u64>()];
    let top = prop_oneof![Just(0), Just((1u64 << 47) - 1), Just((1 << 47) + (1 << 12)), 0..=(1u64 << 47) + (1 << 12)];
    (limb.clone(), limb.clone(), limb.clone(), limb, top, any::<u8>())
        .prop_map(|(a, b, c, d, top, above)| [a, b, c, d, top | u64::from(above) << 52])
}

fn arithmetic(t: Avx512, a: [u64; 5], b: [u64; 5]) -> [[[u8; 32]; LANES]; 8] {
    let (x, y) = (Fe::splat(t, a), Fe::splat(t, b));
    let (xx, yy) = (x.squared::<0>(t), y.squared::<1>(t));
    [
        x.mul(t, &y),
        x.square(t),
        x.add(t, &y),
        x.sub(t, &y),
        x.neg(t),
        // As in a doubling: the differences that come closest to leaving their limbs.
        yy.less(&xx).carry(t),
        x.squared::<2>(t).less(&yy.plus(&xx)).carry(t),
        yy.plus(&yy).less(&y.product::<1>(t, &x).less(&xx)).carry(t),
    ]
    .map(|fe| fe.to_bytes(t))
}

proptest! {
    #[test]
    fn the_field_computes_as_integers_do(a in limbs(), b in limbs()) {
        let Some(t) = Avx512::detect() else { return Ok(()) };
        let (x, y) = (value(a), value(b));
        let minus = |a: Integer| reduced(sub(P, a).expect("below p"));
        let (xx, yy, xy) = (mul_mod(x, x), mul_mod(y, y), mul_mod(x, y));
        let expected = [
            xy,
            xx,
            add_mod(x, y),
            add_mod(x, minus(y)),
            minus(x),
            add_mod(yy, minus(xx)),
            minus(yy),
            add_mod(add_mod(yy, yy), minus(add_mod(xy, minus(xx)))),
        ];
        for (operation, (got, expected)) in arithmetic(t, a, b).iter().zip(expected).enumerate() {
            for lane in got {
                prop_assert_eq!(to_integer(*lane), expected, "operation {}", operation);
            }
        }
    }

    #[test]
    fn digits_stand_for_the_scalar(bytes: [u8; 32]) {
        let scalar = Scalar::from_bytes_mod_order(bytes);
        let digits = Digits::new(scalar.as_bytes());
        let sixteen = Scalar::from(16u8);
        let mut sum = Scalar::ZERO;
        for digit in digits.signed().iter().rev() {
            prop_assert!((-8..=7).contains(digit));
            let magnitude = Scalar::from(digit.unsigned_abs());
            sum = sum * sixteen + if *digit < 0 { -magnitude } else { magnitude };
        }
        prop_assert_eq!(sum, scalar);
        prop_assert!((0..=2).contains(&digits.signed()[63]));
    }
}

/// 64 bytes that a map could treat specially: around 0, p and 2²⁵⁵ in either half.
fn special_uniform() -> Vec<[u8; 64]> {
    let mut halves = vec![[0u8; 32], [0xff; 32]];
    for low in 0..32 {
        let mut near_p = [0xff; 32];
        near_p[0] = 0xe0 + low;
        halves.push(near_p);
        near_p[31] = 0x7f;
        halves.push(near_p);
        let mut small = [0; 32];
        small[0] = low;
        halves.push(small);
    }
    // The non-zero inputs at which a denominator of the map vanishes would be roots of −1 − d·r or r + d; √−1 and its
    // neighbours give r = ±1 and the like.
    let root = super::constants::SQRT_M1;
    let words = [
        root[0] | root[1] << 52,
        root[1] >> 12 | root[2] << 40,
        root[2] >> 24 | root[3] << 28,
        root[3] >> 36 | root[4] << 16,
    ];
    halves.push(words.map(u64::to_le_bytes).as_flattened().try_into().expect("32 bytes"));
    let mut out = Vec::new();
    for (i, first) in halves.iter().enumerate() {
        for second in [&halves[0], first, &halves[(i * 7 + 3) % halves.len()]] {
            out.push([*first, *second].as_flattened().try_into().expect("64 bytes"));
        }
    }
    out
}

fn twice(points: &[RistrettoPoint]) -> Vec<[u8; 32]> {
    points.iter().map(|point| (point + point).compress().to_bytes()).collect()
}

#[test]
fn special_strings_map_to_the_points_of_the_twin() {
    let Some(t) = Avx512::detect() else { return };
    let uniform = special_uniform();
    let expected: Vec<_> = uniform.iter().map(RistrettoPoint::from_uniform_bytes).collect();
    assert_eq!(Points::map(t, &uniform).encode_doubles(), twice(&expected));
}

#[test]
fn the_identity_in_a_lane_leaves_the_others_alone() {
    let Some(t) = Avx512::detect() else { return };
    let scalar = Scalar::from_bytes_mod_order([0xa7; 32]);
    for at in 0..9 {
        let mut points: Vec<_> = (0..9u8).map(|i| RistrettoPoint::from_uniform_bytes(&[i + 1; 64])).collect();
        points[at] = RistrettoPoint::default();
        let encoded: Vec<_> = points.iter().map(|point| point.compress().to_bytes()).collect();
        let mut decoded = Points::decode(t, &encoded).expect("all are canonical");
        assert_eq!(decoded.encode_doubles(), twice(&points));
        decoded.multiply(&Digits::new(scalar.as_bytes()));
        points.iter_mut().for_each(|point| *point *= scalar);
        assert_eq!(decoded.encode_doubles(), twice(&points));
    }
}

#[test]
fn special_scalars_multiply_as_the_twin_does() {
    let Some(t) = Avx512::detect() else { return };
    let points: Vec<_> = (1..=8u8).map(|i| RistrettoPoint::from_uniform_bytes(&[i; 64])).collect();
    let encoded: Vec<_> = points.iter().map(|point| point.compress().to_bytes()).collect();
    let mut scalars: Vec<_> = (0..40u64).map(Scalar::from).collect();
    scalars.extend((0..40u64).map(|i| -Scalar::from(i)));
    // All digits alike: 7, −8 with its carries, 8 before it is made −8.
    scalars.extend([0x77, 0x88, 0x78, 0x87, 0x0f, 0xf0].map(|byte| Scalar::from_bytes_mod_order([byte; 32])));
    scalars.extend((0..252).map(|bit| {
        let mut bytes = [0; 32];
        bytes[bit / 8] = 1 << (bit % 8);
        Scalar::from_bytes_mod_order(bytes)
    }));
    for scalar in scalars {
        let mut products = Points::decode(t, &encoded).expect("all are canonical");
        products.multiply(&Digits::new(scalar.as_bytes()));
        let expected: Vec<_> = points.iter().map(|point| point * scalar).collect();
        assert_eq!(products.encode_doubles(), twice(&expected), "{scalar:?}");
    }
}

#[test]
fn decoding_gives_the_verdicts_of_the_twin_for_strings_near_every_boundary() {
    let Some(t) = Avx512::detect() else { return };
    let mut strings: Vec<[u8; 32]> = Vec::new();
    for base in [[0u8; 32], [0xff; 32], {
        let mut p = [0xff; 32];
        p[31] = 0x7f;
        p
    }] {
        for low in 0..=255u8 {
            for high in [0u8, 1, 0x7e, 0x7f, 0x80, 0xff] {
                let mut bytes = base;
                bytes[0] = low;
                bytes[31] = high;
                strings.push(bytes);
            }
        }
    }
    // Encodings with one bit changed, and small even numbers, of which half are elements.
    let point = RistrettoPoint::from_uniform_bytes(&[3; 64]).compress().to_bytes();
    for bit in 0..256 {
        let mut bytes = point;
        bytes[bit / 8] ^= 1 << (bit % 8);
        strings.push(bytes);
    }
    let mut accepted = 0;
    for bytes in &strings {
        let expected = CompressedRistretto(*bytes).decompress();
        match (Points::decode(t, std::slice::from_ref(bytes)), expected) {
            (Ok(points), Some(expected)) => {
                accepted += 1;
                assert_eq!(points.encode_doubles(), twice(&[expected]));
            }
            (Err(0), None) => {}
            (got, expected) => panic!("{bytes:02x?}: {:?} but {expected:?}", got.map(|_| ())),
        }
    }
    assert!((100..strings.len() - 100).contains(&accepted), "both verdicts are tried");
}
