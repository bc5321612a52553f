//! The proof that two lists of elements differ by the same factor as the generator and the public key, for all
//! elements at once (RFC 9497 §2.2).
//!
//! Soundness: Fiat–Shamir of the Chaum–Pedersen proof in the random oracle model; a server that changed any element has a
//! valid proof with probability about 2^−252 per hash that it tries. It leaks nothing about the key but its public key.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, VartimeMultiscalarMul};
use sha2::{Digest, Sha512};

use crate::group::{ENCODED_BYTES, Encoded, PointErrorAt, decode, encode};
use crate::parallel::map_blocks;
use crate::scalar::SecretScalar;

use super::suite::{Suite, push_framed};

/// Bytes of a proof.
pub const PROOF_BYTES: usize = 64;

/// Elements of one multi-scalar product: Pippenger's method gains up to a few thousand.
const BLOCK: usize = 4096;

/// Challenge and response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    /// `challenge ‖ response`, 32 canonical bytes each.
    pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let mut out = [0; PROOF_BYTES];
        out[..32].copy_from_slice(self.challenge.as_bytes());
        out[32..].copy_from_slice(self.response.as_bytes());
        out
    }

    /// `None` when a scalar is not canonical.
    pub fn from_bytes(bytes: &[u8; PROOF_BYTES]) -> Option<Self> {
        let scalar = |half: &[u8]| Option::from(Scalar::from_canonical_bytes(half.try_into().ok()?));
        Some(Self { challenge: scalar(&bytes[..32])?, response: scalar(&bytes[32..])? })
    }
}

/// What is proven: `public = key · G` and `to[i] = key · from[i]`.
pub(super) struct Statement<'a> {
    pub(super) suite: &'a Suite,
    pub(super) public: &'a RistrettoPoint,
    pub(super) from: &'a [Encoded],
    pub(super) to: &'a [Encoded],
}

impl Statement<'_> {
    /// `GenerateProof` of RFC 9497 §2.2.1 with a one-time secret, which must be uniform and new.
    pub(super) fn prove(&self, key: &SecretScalar, once: SecretScalar, threads: usize) -> Result<Proof, PointErrorAt> {
        // ComputeCompositesFast: the second composite follows from the key.
        let (from, _) = self.composites(threads, false)?;
        let to = key.mul(&from);
        let challenge = self.challenge(&from, &to, &once.mul_base(), &once.mul(&from));
        Ok(Proof { challenge, response: once.respond(&challenge, key) })
    }

    /// `VerifyProof` of RFC 9497 §2.2.2. All values are public, so time may depend on them.
    pub(super) fn holds(&self, proof: &Proof, threads: usize) -> Result<bool, PointErrorAt> {
        let (from, to) = self.composites(threads, true)?;
        let Proof { challenge, response } = proof;
        let first = RistrettoPoint::vartime_double_scalar_mul_basepoint(challenge, self.public, response);
        let second = RistrettoPoint::vartime_multiscalar_mul([response, challenge], [from, to]);
        Ok(self.challenge(&from, &to, &first, &second) == *challenge)
    }

    fn challenge(
        &self,
        from: &RistrettoPoint,
        to: &RistrettoPoint,
        first: &RistrettoPoint,
        second: &RistrettoPoint,
    ) -> Scalar {
        let mut transcript = Vec::with_capacity(5 * 34 + 9);
        for point in [self.public, from, to, first, second] {
            push_framed(&mut transcript, &encode(point));
        }
        transcript.extend_from_slice(b"Challenge");
        self.suite.scalar(&transcript)
    }

    /// Sums of both lists with coefficients that are hashes of everything; the second only if asked for.
    fn composites(&self, threads: usize, both: bool) -> Result<(RistrettoPoint, RistrettoPoint), PointErrorAt> {
        let mut transcript = Vec::new();
        push_framed(&mut transcript, &encode(self.public));
        push_framed(&mut transcript, &self.suite.tag(b"Seed-"));
        let seed: [u8; 64] = Sha512::digest(&transcript).into();

        let pairs: Vec<(&Encoded, &Encoded)> = self.from.iter().zip(self.to).collect();
        let sums = map_blocks(threads, BLOCK, &pairs, |offset, pairs| {
            let transcripts: Vec<[u8; COMPOSITE_BYTES]> = pairs
                .iter()
                .enumerate()
                // The index is within 16 bits: at most `BATCH_MAX` elements.
                .map(|(i, (from, to))| composite(&seed, (offset + i) as u16, from, to))
                .collect();
            let coefficients = self.suite.scalars(&transcripts);
            let sum = |points: Vec<RistrettoPoint>| RistrettoPoint::vartime_multiscalar_mul(&coefficients, points);
            let from = sum(decode_all(offset, pairs.iter().map(|pair| pair.0))?);
            let to = if both { sum(decode_all(offset, pairs.iter().map(|pair| pair.1))?) } else { from };
            Ok(vec![(from, to)])
        })?;
        let zero = RistrettoPoint::identity();
        Ok(sums.into_iter().fold((zero, zero), |(a, b), (from, to)| (a + from, b + to)))
    }
}

/// Bytes of the transcript of one coefficient.
const COMPOSITE_BYTES: usize = 2 + 64 + 2 + 2 * (2 + ENCODED_BYTES) + 9;

/// `len(seed) ‖ seed ‖ index ‖ len(from) ‖ from ‖ len(to) ‖ to ‖ "Composite"`.
fn composite(seed: &[u8; 64], index: u16, from: &Encoded, to: &Encoded) -> [u8; COMPOSITE_BYTES] {
    const ELEMENT_LEN: [u8; 2] = (ENCODED_BYTES as u16).to_be_bytes();
    let parts: [&[u8]; 8] = [&[0, 64], seed, &index.to_be_bytes(), &ELEMENT_LEN, from, &ELEMENT_LEN, to, b"Composite"];
    let mut out = [0; COMPOSITE_BYTES];
    let mut at = 0;
    for part in parts {
        out[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    out
}

fn decode_all<'a>(
    offset: usize,
    encoded: impl Iterator<Item = &'a Encoded>,
) -> Result<Vec<RistrettoPoint>, PointErrorAt> {
    encoded
        .enumerate()
        .map(|(i, bytes)| decode(bytes).map_err(|cause| PointErrorAt { index: offset + i, cause }))
        .collect()
}
