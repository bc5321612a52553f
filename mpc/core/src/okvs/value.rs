//! What a table stores.

use crate::gf128::{Gf128, multiply_each};

use super::hash::BATCH;

/// A value of an OKVS: a string of bits added by exclusive or.
pub trait Value: Copy + Send + Sync + 'static {
    /// The neutral element.
    const ZERO: Self;
    /// Bytes of a value on the wire.
    const BYTES: usize;

    /// Exclusive or.
    #[must_use]
    fn add(self, other: Self) -> Self;

    /// The value of its [`Self::BYTES`] bytes; every string is one.
    fn read(bytes: &[u8]) -> Self;

    /// Writes the [`Self::BYTES`] bytes.
    fn write(&self, out: &mut [u8]);
}

/// A value that GF(2¹²⁸) multiplies, what dense columns over the field need: a vector of elements.
pub trait FieldValue: Value {
    /// Number of elements.
    const PARTS: usize;

    /// One of the elements.
    fn part(&self, part: usize) -> Gf128;

    /// Adds to one of the elements.
    fn add_part(&mut self, part: usize, other: Gf128);

    /// `by · self`.
    #[must_use]
    fn scale(self, by: Gf128) -> Self {
        let mut scaled = Self::ZERO;
        for part in 0..Self::PARTS {
            scaled.add_part(part, self.part(part) * by);
        }
        scaled
    }
}

/// Adds `Σ_j points[i]^(j+1) · columns[j]` to `sums[i]` for every i of at most [`BATCH`].
#[inline]
pub(super) fn add_powers<V: FieldValue>(points: &[Gf128], columns: &[V], sums: &mut [V]) {
    let Some((last, before)) = columns.split_last() else { return };
    let mut room = [Gf128::ZERO; BATCH];
    let horner = &mut room[..points.len()];
    for part in 0..V::PARTS {
        horner.fill(last.part(part));
        multiply_each(horner, points);
        for column in before.iter().rev() {
            let column = column.part(part);
            horner.iter_mut().for_each(|acc| acc.0 ^= column.0);
            multiply_each(horner, points);
        }
        sums.iter_mut().zip(horner.iter()).for_each(|(sum, acc)| sum.add_part(part, *acc));
    }
}

impl Value for Gf128 {
    const ZERO: Self = Gf128::ZERO;
    const BYTES: usize = Gf128::BYTES;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    #[inline(always)]
    fn read(bytes: &[u8]) -> Self {
        let mut own = [0; Gf128::BYTES];
        own.copy_from_slice(bytes);
        Self(u128::from_le_bytes(own))
    }

    fn write(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.to_bytes());
    }
}

impl FieldValue for Gf128 {
    const PARTS: usize = 1;

    #[inline(always)]
    fn part(&self, _: usize) -> Gf128 {
        *self
    }

    #[inline(always)]
    fn add_part(&mut self, _: usize, other: Gf128) {
        self.0 ^= other.0;
    }
}

macro_rules! unsigned {
    ($($name:ident)*) => {
        $(impl Value for $name {
            const ZERO: Self = 0;
            const BYTES: usize = size_of::<Self>();

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self ^ other
            }

            #[inline(always)]
            fn read(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<Self>()];
                own.copy_from_slice(bytes);
                Self::from_le_bytes(own)
            }

            fn write(&self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }
        })*
    };
}

// Not `u128`: that is what `Gf128` is for.
unsigned! { u8 u16 u32 u64 }

impl<A: Value, B: Value> Value for (A, B) {
    const ZERO: Self = (A::ZERO, B::ZERO);
    const BYTES: usize = A::BYTES + B::BYTES;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        (self.0.add(other.0), self.1.add(other.1))
    }

    #[inline(always)]
    fn read(bytes: &[u8]) -> Self {
        let (a, b) = bytes.split_at(A::BYTES);
        (A::read(a), B::read(b))
    }

    fn write(&self, out: &mut [u8]) {
        let (a, b) = out.split_at_mut(A::BYTES);
        self.0.write(a);
        self.1.write(b);
    }
}

impl<A: FieldValue, B: FieldValue> FieldValue for (A, B) {
    const PARTS: usize = A::PARTS + B::PARTS;

    #[inline(always)]
    fn part(&self, part: usize) -> Gf128 {
        if part < A::PARTS { self.0.part(part) } else { self.1.part(part - A::PARTS) }
    }

    #[inline(always)]
    fn add_part(&mut self, part: usize, other: Gf128) {
        if part < A::PARTS { self.0.add_part(part, other) } else { self.1.add_part(part - A::PARTS, other) }
    }
}

impl<V: Value, const K: usize> Value for [V; K] {
    const ZERO: Self = [V::ZERO; K];
    const BYTES: usize = K * V::BYTES;

    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        for (a, b) in self.iter_mut().zip(other) {
            *a = a.add(b);
        }
        self
    }

    #[inline(always)]
    fn read(bytes: &[u8]) -> Self {
        std::array::from_fn(|k| V::read(&bytes[k * V::BYTES..(k + 1) * V::BYTES]))
    }

    fn write(&self, out: &mut [u8]) {
        for (v, bytes) in self.iter().zip(out.chunks_exact_mut(V::BYTES)) {
            v.write(bytes);
        }
    }
}

impl<V: FieldValue, const K: usize> FieldValue for [V; K] {
    const PARTS: usize = K * V::PARTS;

    #[inline(always)]
    fn part(&self, part: usize) -> Gf128 {
        self[part / V::PARTS].part(part % V::PARTS)
    }

    #[inline(always)]
    fn add_part(&mut self, part: usize, other: Gf128) {
        self[part / V::PARTS].add_part(part % V::PARTS, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_composed_values_are_those_of_their_parts_in_order() {
        let value = (Gf128(0x0102), [7u64, 9]);
        let mut bytes = [0u8; <(Gf128, [u64; 2])>::BYTES];
        value.write(&mut bytes);
        assert_eq!(bytes[..2], [2, 1]);
        assert_eq!((bytes[16], bytes[24]), (7, 9));
        assert!(<(Gf128, [u64; 2])>::read(&bytes) == value);
        assert!(value.add(value) == Value::ZERO);
        // What the subfield of RR22 with little traffic needs at 2^20: 80 bits.
        assert_eq!(<[u16; 5]>::BYTES, 10);
        assert_eq!(<[u16; 5]>::read(&[1, 2, 0, 0, 0, 0, 0, 0, 0, 9]), [0x0201, 0, 0, 0, 0x0900]);
    }
}
