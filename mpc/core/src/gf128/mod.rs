//! The field GF(2¹²⁸) with the modulus x¹²⁸ + x⁷ + x² + x + 1, little-endian: bit i of the integer is the
//! coefficient of xⁱ. Elements serve as the blocks of the OT extension and as the values of the OKVS.
//!
//! Addition is `^`. Comparisons and multiplication take the same time for every value. Products use carry-less
//! multiplication where the processor has it ([`Kernel`]); slices of them are several times faster than one by one.

mod batch;
mod subfield;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::ops::{BitXor, BitXorAssign, Mul, MulAssign};

pub use batch::{axpy, inner_product, multiply_each, scale};
pub use subfield::{SUBFIELD_BITS, SubfieldMultiples, embed, project};

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use crate::cpu::Kernel;

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
    #[inline]
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

/// The product by the given kernel; what `*` calls with [`Kernel::chosen`].
#[inline]
pub fn multiply_with(kernel: Kernel, a: Gf128, b: Gf128) -> Gf128 {
    match kernel {
        Kernel::Portable => multiply_portable(a, b),
        #[cfg(target_arch = "x86_64")]
        Kernel::AesNi(detected) => x86::multiply(detected, a, b),
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => x86::multiply_vaes(detected, a, b),
    }
}

impl BitXor for Gf128 {
    type Output = Self;
    #[inline]
    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl BitXorAssign for Gf128 {
    #[inline]
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

impl Mul for Gf128 {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        multiply_with(Kernel::chosen(), self, other)
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

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 2: GCM writes the coefficient of x⁰ into the
    /// first bit of the first byte, so bits are reversed.
    #[test]
    fn products_are_those_of_the_gcm_test_vectors() {
        let gcm = |x: u128| Gf128(x.reverse_bits());
        let h = gcm(0x66e9_4bd4_ef8a_2c3b_884c_fa59_ca34_2b2e);
        let ciphertext = gcm(0x0388_dace_60b6_a392_f328_c2b9_71b2_fe78);
        let x1 = gcm(0x5e2e_c746_9170_6288_2c85_b068_5353_deb7);
        let ghash = gcm(0xf38c_bb1a_d692_23dc_c345_7ae5_b6b0_f885);
        for kernel in Kernel::available() {
            assert!(multiply_with(kernel, ciphertext, h) == x1, "{kernel:?}");
            assert!(multiply_with(kernel, x1 ^ gcm(0x80), h) == ghash, "{kernel:?}");
        }
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

        #[test]
        fn every_kernel_gives_the_portable_product(a: u128, b: u128) {
            for (a, b) in [(a, b), (u128::MAX, b), (a, 1 << 127), (u128::MAX, u128::MAX), (0, b)] {
                let want = multiply_portable(Gf128(a), Gf128(b));
                for kernel in Kernel::available() {
                    prop_assert!(multiply_with(kernel, Gf128(a), Gf128(b)) == want, "{kernel:?}");
                }
            }
        }
    }
}
