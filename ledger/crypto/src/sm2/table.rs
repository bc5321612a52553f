//! Verification with window tables: one for the base point, one per public key.
//!
//! A table holds the affine points `j·2^(w·i)·P` for every window `i` and `1 ≤ j ≤ 2^(w-1)`, so that
//! `[k]P` is one mixed addition per window with digits in `-2^(w-1) ..= 2^(w-1)`, and no doubling.
//! Everything here is public; time varies with it.

use std::sync::LazyLock;

use ::sm2::elliptic_curve::ff::PrimeField as _;
use ::sm2::elliptic_curve::point::AffineCoordinates as _;
use ::sm2::elliptic_curve::{BatchNormalize as _, Group as _};
use ::sm2::{AffinePoint, FieldBytes, ProjectivePoint, PublicKey, Scalar};

use super::jacobian::{Affine, Fe, Jacobian};
use super::{message_scalar, z_value};
use crate::SignatureError;

/// Window of a key's table: 43 additions, 43 · 32 points · 64 bytes = 86 KiB.
const KEY_WINDOW: usize = 6;
/// Window of the one base point table: 33 additions, 33 · 128 points · 64 bytes = 264 KiB.
const BASE_WINDOW: usize = 8;

static BASE: LazyLock<Table> = LazyLock::new(|| Table::new(ProjectivePoint::GENERATOR, BASE_WINDOW));

/// The order n as an element of the base field (n < p), and p - n in big endian.
static ORDER: LazyLock<(Fe, [u8; 32])> = LazyLock::new(|| {
    // n - 1 as a scalar is -1; as a number it is below p.
    let minus_one = (-Scalar::ONE).to_repr();
    let n = Fe::from_repr(minus_one).into_option().expect("n - 1 is below p").add(&Fe::ONE);
    (n, n.neg().to_repr().into())
});

/// A public key made ready for many verifications.
pub(crate) struct KeyTable {
    z: [u8; 32],
    table: Table,
}

impl KeyTable {
    /// Builds the table (about a millisecond). `None` if the bytes are not a point.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        let bytes: &[u8; 65] = key.try_into().ok()?;
        let point = PublicKey::from_sec1_bytes(bytes).ok()?.to_projective();
        Some(Self { z: z_value(bytes), table: Table::new(point, KEY_WINDOW) })
    }

    /// GM/T 0003.2 §7.1.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
        // B1, B2
        let (r, s) = (parse(&signature[..32])?, parse(&signature[32..])?);
        // B5
        let t = r + s;
        if bool::from(t.is_zero()) {
            return Err(SignatureError::Malformed);
        }
        // B3, B4
        let e = message_scalar(&self.z, message);
        if self.accepts(&e, &r, &s, &t) { Ok(()) } else { Err(SignatureError::Mismatch) }
    }

    /// B6 and B7 for a message whose scalar is `e`.
    fn accepts(&self, e: &Scalar, r: &Scalar, s: &Scalar, t: &Scalar) -> bool {
        // B6
        let mut point = Jacobian::INFINITY;
        BASE.add_multiple(&mut point, s);
        self.table.add_multiple(&mut point, t);
        // B7: x1 mod n = r - e, compared as X = x1·Z² for both x1 below p that reduce to it, without inversion.
        if point.is_infinity() {
            return false;
        }
        let zz = point.z.square();
        let wanted = (r - e).to_repr();
        let x1 = Fe::from_repr(wanted).into_option().expect("a number below n is below p");
        let (n, p_minus_n) = &*ORDER;
        x1.multiply(&zz) == point.x || (wanted[..] < p_minus_n[..] && x1.add(n).multiply(&zz) == point.x)
    }
}

/// A number in 1..n-1.
fn parse(bytes: &[u8]) -> Result<Scalar, SignatureError> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| SignatureError::Malformed)?;
    Scalar::from_repr(FieldBytes::from(bytes))
        .into_option()
        .filter(|s| !bool::from(s.is_zero()))
        .ok_or(SignatureError::Malformed)
}

struct Table {
    window: usize,
    points: Vec<Affine>,
}

impl Table {
    fn new(point: ProjectivePoint, window: usize) -> Self {
        let half = 1 << (window - 1);
        let windows = 257_usize.div_ceil(window);
        let mut all = Vec::with_capacity(windows * half);
        let mut base = point;
        for _ in 0..windows {
            let mut multiple = base;
            for _ in 1..half {
                all.push(multiple);
                multiple += base;
            }
            all.push(multiple);
            // half · base is the last one pushed; twice that is the base of the next window.
            base = multiple.double();
        }
        // A point of prime order n > 2^255 has no multiple j·2^(w·i) ≡ 0, so every entry is finite.
        let affine: Vec<AffinePoint> = ProjectivePoint::batch_normalize(all.as_slice());
        let coordinate = |b: FieldBytes| Fe::from_repr(b).into_option().expect("a coordinate is below p");
        let points = affine.iter().map(|p| Affine { x: coordinate(p.x()), y: coordinate(p.y()) }).collect();
        Self { window, points }
    }

    /// `sum += [k] point`
    fn add_multiple(&self, sum: &mut Jacobian, k: &Scalar) {
        let bytes: [u8; 32] = k.to_repr().into();
        let half = 1_usize << (self.window - 1);
        let mut carry = 0;
        for (i, row) in self.points.chunks_exact(half).enumerate() {
            let digit = bits(&bytes, i * self.window, self.window) + carry;
            // Digits above half become negative and carry one into the next window.
            let negative = digit > half;
            carry = usize::from(negative);
            let j = if negative { 2 * half - digit } else { digit };
            if j > 0 {
                sum.add(&row[j - 1], negative);
            }
        }
    }
}

/// `count ≤ 8` bits of a big-endian number, from bit `at` upwards; bits beyond the number are zero.
fn bits(number: &[u8; 32], at: usize, count: usize) -> usize {
    let byte = |i: usize| if i < 32 { usize::from(number[31 - i]) } else { 0 };
    let pair = byte(at / 8) | byte(at / 8 + 1) << 8;
    (pair >> (at % 8)) & ((1 << count) - 1)
}

#[cfg(test)]
mod tests {
    use ::sm2::dsa::signature::hazmat::PrehashVerifier as _;
    use ::sm2::dsa::{Signature, VerifyingKey};
    use ::sm2::elliptic_curve::sec1::{FromSec1Point as _, ToSec1Point as _};

    use super::*;

    #[test]
    fn the_constants_of_the_field_are_those_of_the_standard() {
        let (n, p_minus_n) = &*ORDER;
        assert_eq!(hex::encode(n.to_repr()), "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
        assert_eq!(hex::encode(p_minus_n), "000000000000000000000000000000008dfc2093de39fad5ac440bf6c62abedc");
    }

    #[test]
    fn multiples_from_the_table_equal_those_of_the_library() {
        let point = ProjectivePoint::GENERATOR * Scalar::from(0x1234_5678_9abc_u64);
        let tables = [Table::new(point, KEY_WINDOW), Table::new(point, BASE_WINDOW), Table::new(point, 5)];
        let mut k = Scalar::ONE;
        let near_zero_and_n = (0..70_u64).flat_map(|i| [Scalar::from(i), -Scalar::from(i)]);
        let spread = (0..60).map(|_| {
            k = k * Scalar::from(0x9e37_79b9_7f4a_7c15_u64) + Scalar::from(7_u64);
            k
        });
        for k in near_zero_and_n.chain(spread) {
            let expected = (point * k).to_affine();
            for table in &tables {
                let mut sum = Jacobian::INFINITY;
                table.add_multiple(&mut sum, &k);
                if bool::from(expected.is_identity()) {
                    assert!(sum.is_infinity());
                    continue;
                }
                let zz = sum.z.square();
                let x = Fe::from_repr(expected.x()).expect("below p");
                let y = Fe::from_repr(expected.y()).expect("below p");
                assert!(x.multiply(&zz) == sum.x && y.multiply(&zz).multiply(&sum.z) == sum.y);
            }
        }
    }

    #[test]
    fn adding_a_point_to_itself_and_to_its_negative_is_right() {
        let table = Table::new(ProjectivePoint::GENERATOR, 5);
        let mut twice = Jacobian::INFINITY;
        twice.add(&table.points[0], false);
        twice.add(&table.points[0], false);
        assert!(table.points[1].x.multiply(&twice.z.square()) == twice.x);
        let mut none = Jacobian::INFINITY;
        none.add(&table.points[3], false);
        none.add(&table.points[3], true);
        assert!(none.is_infinity());
    }

    /// x1 in n..p happens once in 2^128 signatures; here the key is made for such a point:
    /// P = t^-1·(R - s·G) for a chosen R, r and s, and e = r - x1.
    #[test]
    fn an_x_coordinate_above_the_order_is_accepted_as_by_the_library() {
        let (n, _) = &*ORDER;
        let mut checked = 0;
        for offset in 0..64_u64 {
            let x1 = n.add(&Fe::from_u64(offset));
            let mut compressed = vec![2];
            compressed.extend_from_slice(&x1.to_repr());
            let Ok(chosen) = PublicKey::from_sec1_bytes(&compressed) else { continue };
            let (r, s) = (Scalar::from(1_000 + offset), Scalar::from(77_u64));
            let t = r + s;
            let inverse = t.invert().into_option().expect("not zero");
            let point = (chosen.to_projective() - ProjectivePoint::GENERATOR * s) * inverse;
            let bytes = point.to_affine().to_sec1_point(false);
            let e = r - Scalar::from(offset);
            let table = KeyTable::new(bytes.as_bytes()).expect("a point");
            assert!(table.accepts(&e, &r, &s, &t));
            assert!(!table.accepts(&(e + Scalar::ONE), &r, &s, &t));
            let stock = VerifyingKey::from_affine("", AffinePoint::from_sec1_point(&bytes).expect("a point"));
            let signature = Signature::from_scalars(r, s).expect("in range");
            assert!(stock.expect("a key").verify_prehash(&e.to_bytes(), &signature).is_ok());
            checked += 1;
        }
        assert!(checked > 10, "about half of all x are on the curve");
    }
}
