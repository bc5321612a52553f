//! Ristretto255 eight elements at a time, with 52-bit multiply–add (AVX-512 IFMA).
//!
//! Every step gives the bytes and verdicts of RFC 9496 and RFC 9380; the twin is curve25519-dalek, and the tests compare
//! the two. A batch that is no multiple of eight is filled up by repeating its last element.
//!
//! What is secret (scalars, points made from items) decides no branch and no address. Which encoding of a peer is refused
//! is not secret.

mod constants;
mod decode;
mod elligator;
mod encode;
mod field;
mod multiply;
mod point;
mod power;
#[cfg(test)]
mod tests;
mod x86;

pub(crate) use multiply::Digits;
use zeroize::Zeroize;

use crate::lanes8::Avx512;

/// Points at rest, cleared when dropped.
pub(crate) struct Points {
    vectors: Vec<point::Stored>,
    len: usize,
    proof: Avx512,
}

impl Points {
    /// The one-way map of every string.
    pub(crate) fn map(proof: Avx512, uniform: &[[u8; 64]]) -> Self {
        let mut out = Self::empty(proof, uniform.len());
        x86::one_way_map(proof, uniform, &mut out.vectors);
        out
    }

    /// Decodes every string; the identity is an element like others here.
    ///
    /// # Errors
    /// The position of the first string that is not the canonical encoding of an element.
    pub(crate) fn decode(proof: Avx512, encoded: &[[u8; 32]]) -> Result<Self, usize> {
        let mut out = Self::empty(proof, encoded.len());
        x86::decode(proof, encoded, &mut out.vectors)?;
        Ok(out)
    }

    fn empty(proof: Avx512, len: usize) -> Self {
        Self { vectors: Vec::with_capacity(len.div_ceil(crate::lanes8::LANES)), len, proof }
    }

    /// Multiplies every point.
    pub(crate) fn multiply(&mut self, scalar: &Digits) {
        x86::multiply_all(self.proof, &mut self.vectors, scalar);
    }

    /// The encodings of twice every point.
    pub(crate) fn encode_doubles(&self) -> Vec<[u8; 32]> {
        let mut out = x86::encode_doubles(self.proof, &self.vectors);
        out.truncate(self.len);
        out
    }
}

impl Drop for Points {
    fn drop(&mut self) {
        self.vectors.zeroize();
    }
}
