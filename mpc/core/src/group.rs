//! Group elements as bytes, and batches of operations on them over several threads.

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::traits::IsIdentity;

use crate::batch::Batch;
use crate::group_kernel::GroupKernel;
use crate::hash_to_group::HashDomain;
use crate::parallel::map_blocks;
use crate::scalar::SecretScalar;

/// Length of an encoded group element.
pub const ENCODED_BYTES: usize = 32;

/// A group element in its canonical encoding (RFC 9496 §4.3.2).
pub type Encoded = [u8; ENCODED_BYTES];

/// Elements of one [`Batch`] that share an inversion; intermediate values of 256 points stay within the second-level
/// cache.
pub const BLOCK: usize = 256;

/// Why 32 bytes from a peer are not an acceptable group element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// The identity: its product with any secret is known.
    #[error("the identity element is not accepted")]
    Identity,
    /// Not the canonical encoding of any element.
    #[error("not a canonical encoding of a group element")]
    NonCanonical,
}

/// A refused element and its position in the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("element {index}: {cause}")]
pub struct PointErrorAt {
    /// Position in the batch.
    pub index: usize,
    /// Why.
    pub cause: PointError,
}

/// Decodes an element and refuses the identity.
pub fn decode(bytes: &Encoded) -> Result<RistrettoPoint, PointError> {
    let point = CompressedRistretto(*bytes).decompress().ok_or(PointError::NonCanonical)?;
    if point.is_identity() { Err(PointError::Identity) } else { Ok(point) }
}

/// Encodes one element.
pub fn encode(point: &RistrettoPoint) -> Encoded {
    point.compress().to_bytes()
}

/// `encode(scalar · H(input))` for every input, in order.
pub fn hash_mul_encode<T: AsRef<[u8]> + Sync>(
    threads: usize,
    domain: &HashDomain,
    inputs: &[T],
    scalar: &SecretScalar,
) -> Vec<Encoded> {
    let kernel = GroupKernel::best();
    let done: Result<Vec<Encoded>, std::convert::Infallible> =
        map_blocks(threads, BLOCK, inputs, |_, block| Ok(Batch::hash(kernel, domain, block).multiply(scalar).encode()));
    match done {
        Ok(encoded) => encoded,
        Err(never) => match never {},
    }
}

/// `encode(scalar · decode(point))` for every point, in order.
///
/// # Errors
/// The first element that is the identity or not canonical.
pub fn decode_mul_encode(
    threads: usize,
    points: &[Encoded],
    scalar: &SecretScalar,
) -> Result<Vec<Encoded>, PointErrorAt> {
    let kernel = GroupKernel::best();
    map_blocks(threads, BLOCK, points, |offset, block| {
        let batch =
            Batch::decode(kernel, block).map_err(|at| PointErrorAt { index: offset + at.index, cause: at.cause })?;
        Ok(batch.multiply(scalar).encode())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prg::CommittedSeed;

    #[test]
    fn a_batch_gives_the_bytes_of_single_operations_for_every_number_of_threads() {
        let seed = CommittedSeed::from_bytes(&[7u8; 64]);
        let scalar = SecretScalar::random(&mut seed.prg("test", b""));
        let domain = HashDomain::new(b"test");
        let inputs: Vec<[u8; 8]> = (0..600u64).map(u64::to_be_bytes).collect();
        let single: Vec<Encoded> = inputs.iter().map(|i| encode(&scalar.mul(&domain.hash(i)))).collect();
        for threads in [1, 2, 5] {
            assert_eq!(hash_mul_encode(threads, &domain, &inputs, &scalar), single);
        }
        let back: Vec<Encoded> = inputs.iter().map(|i| encode(&domain.hash(i))).collect();
        for threads in [1, 3] {
            assert_eq!(decode_mul_encode(threads, &single, &scalar.invert()).unwrap(), back);
        }
    }

    #[test]
    fn identity_and_non_canonical_elements_are_refused_at_their_position() {
        let seed = CommittedSeed::from_bytes(&[8u8; 64]);
        let scalar = SecretScalar::random(&mut seed.prg("test", b""));
        let domain = HashDomain::new(b"test");
        let good = hash_mul_encode(1, &domain, &[[1u8; 4]; 300], &scalar);
        for (bad, cause) in [([0u8; 32], PointError::Identity), ([0xff; 32], PointError::NonCanonical)] {
            for index in [0, 255, 299] {
                let mut points = good.clone();
                points[index] = bad;
                for threads in [1, 2] {
                    assert_eq!(decode_mul_encode(threads, &points, &scalar), Err(PointErrorAt { index, cause }));
                }
            }
        }
    }
}
