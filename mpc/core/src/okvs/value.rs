//! What a table stores.

use crate::gf128::Gf128;

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

/// A value that GF(2¹²⁸) multiplies: what dense columns over the field need.
pub trait FieldValue: Value {
    /// `by · self`.
    #[must_use]
    fn scale(self, by: Gf128) -> Self;

    /// Adds `Σ_j points[i]^(j+1) · columns[j]` to `sums[i]` for every i.
    fn add_powers(points: &[Gf128], columns: &[Self], sums: &mut [Self]) {
        let Some((last, before)) = columns.split_last() else { return };
        for (sum, point) in sums.iter_mut().zip(points) {
            let horner = before.iter().rev().fold(last.scale(*point), |acc, c| acc.add(*c).scale(*point));
            *sum = sum.add(horner);
        }
    }
}

impl Value for Gf128 {
    const ZERO: Self = Gf128::ZERO;
    const BYTES: usize = Gf128::BYTES;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn read(bytes: &[u8]) -> Self {
        let mut own = [0; Gf128::BYTES];
        own.copy_from_slice(bytes);
        Self::from_bytes(own)
    }

    fn write(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.to_bytes());
    }
}

impl FieldValue for Gf128 {
    fn scale(self, by: Gf128) -> Self {
        self * by
    }

    fn add_powers(points: &[Gf128], columns: &[Self], sums: &mut [Self]) {
        super::kernel::add_powers(points, columns, sums);
    }
}

impl Value for u64 {
    const ZERO: Self = 0;
    const BYTES: usize = 8;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn read(bytes: &[u8]) -> Self {
        let mut own = [0; 8];
        own.copy_from_slice(bytes);
        Self::from_le_bytes(own)
    }

    fn write(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.to_le_bytes());
    }
}

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
    fn scale(self, by: Gf128) -> Self {
        (self.0.scale(by), self.1.scale(by))
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
    fn scale(self, by: Gf128) -> Self {
        self.map(|v| v.scale(by))
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
    }
}
