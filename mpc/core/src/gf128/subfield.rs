//! The subfield GF(2⁶⁴) of GF(2¹²⁸): the fixed points of x ↦ x^(2⁶⁴).
//!
//! An element of it has 64 bits. Which ones is a matter of a basis: here bit i is bit i of `x ⊕ x >> 65` (the plain low
//! half does not tell all elements apart). [`embed`] and [`project`] go between the two and are linear over GF(2).

use std::sync::LazyLock;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Gf128;

/// Bits of an element of the subfield.
pub const SUBFIELD_BITS: u32 = 64;

/// A linear map from 64 bits to 128, as what each byte at each of eight places contributes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Bytewise(Vec<[Gf128; 256]>);

impl Bytewise {
    /// The map that takes bit i to `images[i]`.
    fn new(images: &[Gf128; 64]) -> Self {
        let table = |images: &[Gf128; 8]| {
            let mut table = [Gf128::ZERO; 256];
            for byte in 1..256usize {
                table[byte] = table[byte & (byte - 1)] ^ images[byte.trailing_zeros() as usize];
            }
            table
        };
        Self(images.as_chunks::<8>().0.iter().map(table).collect())
    }

    #[inline]
    fn of(&self, bits: u64) -> Gf128 {
        let mut sum = Gf128::ZERO;
        for (table, byte) in self.0.iter().zip(bits.to_le_bytes()) {
            sum ^= table[usize::from(byte)];
        }
        sum
    }
}

/// Element i of the basis has bit i alone.
static BASIS: LazyLock<[Gf128; 64]> = LazyLock::new(basis);
static EMBEDDING: LazyLock<Bytewise> = LazyLock::new(|| Bytewise::new(&BASIS));

fn basis() -> [Gf128; 64] {
    // The traces y + y^(2^64) of a basis of the field span the subfield; elimination picks a basis of it.
    let mut basis = [Gf128::ZERO; 64];
    for bit in 0..128 {
        let y = Gf128(1 << bit);
        let mut rest = y ^ conjugate(y);
        for (i, element) in basis.iter().enumerate() {
            rest.0 ^= element.0 & u128::from(project(rest) >> i & 1).wrapping_neg();
        }
        if rest != Gf128::ZERO {
            let pivot = project(rest).trailing_zeros() as usize;
            for element in &mut basis {
                element.0 ^= rest.0 & u128::from(project(*element) >> pivot & 1).wrapping_neg();
            }
            basis[pivot] = rest;
        }
    }
    basis
}

/// x^(2⁶⁴).
fn conjugate(x: Gf128) -> Gf128 {
    (0..64).fold(x, |x, _| x * x)
}

/// The element that 64 bits stand for.
#[inline]
pub fn embed(bits: u64) -> Gf128 {
    EMBEDDING.of(bits)
}

/// The bits of an element of the subfield; of any other element something without meaning.
#[inline]
pub fn project(x: Gf128) -> u64 {
    (x.0 ^ x.0 >> 65) as u64
}

/// Multiples of one element by elements of the subfield. Cleared when dropped: the element may be secret. What is read
/// does not depend on it, but on what it is multiplied by.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SubfieldMultiples(Bytewise);

impl SubfieldMultiples {
    /// Of `scalar`: 32 KiB of tables.
    pub fn new(scalar: Gf128) -> Self {
        let mut images = BASIS.map(|element| element * scalar);
        let tables = Bytewise::new(&images);
        images.zeroize();
        Self(tables)
    }

    /// scalar · embed(bits)
    #[inline]
    pub fn times(&self, bits: u64) -> Gf128 {
        self.0.of(bits)
    }

    /// sum\[i\] ^= scalar · embed(x\[i\]) for every i.
    ///
    /// # Panics
    /// When the slices differ in length.
    pub fn add(&self, sum: &mut [Gf128], x: &[u64]) {
        assert_eq!(sum.len(), x.len(), "a multiple is added to a slice of the same length");
        for (sum, x) in sum.iter_mut().zip(x) {
            *sum ^= self.0.of(*x);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_subfield_has_the_dimension_64() {
        assert!(BASIS.iter().enumerate().all(|(i, element)| project(*element) == 1 << i));
        assert!(BASIS.iter().all(|element| conjugate(*element) == *element));
    }

    #[test]
    fn one_is_the_same_in_both() {
        assert_eq!(project(Gf128::ONE), 1);
        assert!(embed(1) == Gf128::ONE);
    }

    proptest! {
        #[test]
        fn it_is_closed_under_sums_and_products(a: u64, b: u64) {
            let (x, y) = (embed(a), embed(b));
            prop_assert!(project(x) == a && conjugate(x) == x);
            prop_assert!(x ^ y == embed(a ^ b));
            prop_assert!(conjugate(x * y) == x * y && embed(project(x * y)) == x * y);
        }

        #[test]
        fn multiples_are_products(scalar: u128, x in prop::collection::vec(any::<u64>(), 0..20), start: u128) {
            let multiples = SubfieldMultiples::new(Gf128(scalar));
            let mut sum = vec![Gf128(start); x.len()];
            multiples.add(&mut sum, &x);
            for (sum, x) in sum.iter().zip(&x) {
                prop_assert!(multiples.times(*x) == Gf128(scalar) * embed(*x));
                prop_assert!(*sum == Gf128(start) ^ multiples.times(*x));
            }
        }
    }
}
