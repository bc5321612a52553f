//! The field GF(2¹²⁸) with the modulus x¹²⁸ + x⁷ + x² + x + 1, little-endian: bit i of the integer is the
//! coefficient of xⁱ. Elements serve as the blocks of the OT extension and as the values of the OKVS.
//!
//! Addition is `^`. Comparisons and multiplication take the same time for every value.

use std::ops::{BitXor, BitXorAssign, Mul, MulAssign};

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

/// An element. `u128::from_le_bytes` of the 16 bytes on the wire.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Zeroize)]
#[repr(transparent)]
pub struct Gf128(pub u128);

impl Gf128 {
    /// Bytes of an element on the wire.
    pub const BYTES: usize = 16;
    /// The neutral element of addition.
    pub const ZERO: Self = Self(0);
    /// The neutral element of multiplication.
    pub const ONE: Self = Self(1);

    /// The element of 16 bytes; every string is one.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }

    /// The 16 bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// x · self.
    pub fn double(self) -> Self {
        // The mask is all ones exactly when the top bit leaves.
        let carry = (self.0 >> 127).wrapping_neg() & 0x87;
        Self((self.0 << 1) ^ carry)
    }
}

/// Schoolbook multiplication without tables or branches on the values: the reference of faster paths.
pub fn multiply_portable(a: Gf128, b: Gf128) -> Gf128 {
    let (mut sum, mut shifted, mut bits) = (0u128, a, b.0);
    for _ in 0..128 {
        sum ^= shifted.0 & (bits & 1).wrapping_neg();
        shifted = shifted.double();
        bits >>= 1;
    }
    Gf128(sum)
}

impl BitXor for Gf128 {
    type Output = Self;
    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl BitXorAssign for Gf128 {
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

impl Mul for Gf128 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        multiply_portable(self, other)
    }
}

impl MulAssign for Gf128 {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl ConstantTimeEq for Gf128 {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl ConditionallySelectable for Gf128 {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(u128::conditional_select(&a.0, &b.0, choice))
    }
}

// Values are often secret.
impl std::fmt::Debug for Gf128 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gf128")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_modulus_is_that_of_gcm() {
        let x127 = Gf128(1 << 127);
        assert_eq!((x127 * Gf128(2)).0, 0x87);
        assert_eq!(Gf128(2).double().0, 4);
    }

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        // a^(2^128 − 2) = a^-1 by Fermat.
        let a = Gf128(0x0123_4567_89ab_cdef_0011_2233_4455_6677);
        let (mut power, mut inverse) = (a, Gf128::ONE);
        for _ in 1..128 {
            power *= power;
            inverse *= power;
        }
        assert!(a * inverse == Gf128::ONE);
    }

    proptest! {
        #[test]
        fn it_is_a_commutative_ring(a: u128, b: u128, c: u128) {
            let (a, b, c) = (Gf128(a), Gf128(b), Gf128(c));
            prop_assert!(a * b == b * a);
            prop_assert!((a * b) * c == a * (b * c));
            prop_assert!(a * (b ^ c) == (a * b) ^ (a * c));
            prop_assert!(a * Gf128::ONE == a);
        }
    }
}
