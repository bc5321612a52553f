//! Operations on many group elements, one secret scalar for all of them.
//!
//! Encoding one Ristretto point costs an inverse square root that cannot be shared between points, but the
//! encodings of *doubled* points can be computed with one inversion for a whole batch. Every product here
//! is therefore taken with half the scalar and encoded as its double: same bytes, a few microseconds less
//! per point.

use curve25519_dalek::ristretto::RistrettoPoint;

use crate::group::{ENCODED_BYTES, Encoded, PointError, PointErrorAt, decode};
use crate::group_kernel::GroupKernel;
use crate::hash_to_group::HashDomain;
#[cfg(target_arch = "x86_64")]
use crate::ristretto8::Points;
use crate::scalar::SecretScalar;

/// Elements to be multiplied: what [`Batch::hash`] and [`Batch::decode`] give.
pub struct Batch(Inner);

/// Products: what [`Batch::multiply`] gives.
pub struct Products(Inner);

enum Inner {
    Portable(Vec<RistrettoPoint>),
    #[cfg(target_arch = "x86_64")]
    Vector(Points),
}

impl Batch {
    /// `hash_to_ristretto255` of every message.
    pub fn hash<T: AsRef<[u8]>>(kernel: GroupKernel, domain: &HashDomain, messages: &[T]) -> Self {
        let uniform = domain.expand_all(kernel, messages);
        #[cfg(target_arch = "x86_64")]
        if let Some(proof) = kernel.vector() {
            return Self(Inner::Vector(Points::map(proof, &uniform)));
        }
        Self(Inner::Portable(uniform.iter().map(RistrettoPoint::from_uniform_bytes).collect()))
    }

    /// Decodes every element and refuses the identity.
    ///
    /// # Errors
    /// The first element that is the identity or not canonical.
    pub fn decode(kernel: GroupKernel, encoded: &[Encoded]) -> Result<Self, PointErrorAt> {
        #[cfg(target_arch = "x86_64")]
        if let Some(proof) = kernel.vector() {
            let non_canonical = |index| PointErrorAt { index, cause: PointError::NonCanonical };
            let identity = encoded.iter().position(|bytes| *bytes == [0; ENCODED_BYTES]);
            return match (Points::decode(proof, encoded), identity) {
                (Err(index), Some(identity)) if index < identity => Err(non_canonical(index)),
                (_, Some(index)) => Err(PointErrorAt { index, cause: PointError::Identity }),
                (Err(index), None) => Err(non_canonical(index)),
                (Ok(points), None) => Ok(Self(Inner::Vector(points))),
            };
        }
        let _ = kernel;
        let decoded = encoded
            .iter()
            .enumerate()
            .map(|(index, bytes)| decode(bytes).map_err(|cause| PointErrorAt { index, cause }));
        Ok(Self(Inner::Portable(decoded.collect::<Result<_, _>>()?)))
    }

    /// Multiplies every element, in constant time.
    pub fn multiply(self, scalar: &SecretScalar) -> Products {
        Products(match self.0 {
            Inner::Portable(mut points) => {
                points.iter_mut().for_each(|point| *point = scalar.mul_half(point));
                Inner::Portable(points)
            }
            #[cfg(target_arch = "x86_64")]
            Inner::Vector(mut points) => {
                points.multiply(scalar.half_digits());
                Inner::Vector(points)
            }
        })
    }
}

impl Products {
    /// The canonical encodings.
    pub fn encode(&self) -> Vec<Encoded> {
        // What is held is half of each product.
        match &self.0 {
            Inner::Portable(halves) => {
                RistrettoPoint::double_and_compress_batch(halves).into_iter().map(|point| point.to_bytes()).collect()
            }
            #[cfg(target_arch = "x86_64")]
            Inner::Vector(halves) => halves.encode_doubles(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oprf;

    fn scalar(bytes: &[u8; 32]) -> SecretScalar {
        let mut prg = crate::prg::CommittedSeed::from_bytes(&[1; 64]).prg("test", bytes);
        SecretScalar::random(&mut prg)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn both_kernels_give_the_same_bytes_for_every_length(
            messages in prop::collection::vec(any::<[u8; 32]>(), 0..70), key: [u8; 32], tag: Vec<u8>,
        ) {
            let (domain, key) = (HashDomain::new(&tag), scalar(&key));
            let run = |kernel| {
                let hashed = Batch::hash(kernel, &domain, &messages).multiply(&key).encode();
                let back = Batch::decode(kernel, &hashed).expect("own encodings").multiply(&key.invert()).encode();
                let outputs = oprf::finalize_all(kernel, &messages, &hashed).expect("short inputs");
                (hashed, back, outputs)
            };
            let (best, portable) = (run(GroupKernel::best()), run(GroupKernel::portable()));
            prop_assert_eq!(&best, &portable);
            for (i, message) in messages.iter().enumerate() {
                prop_assert_eq!(&best.1[i], &domain.hash(message).compress().to_bytes());
                prop_assert_eq!(&best.2[i], &*oprf::finalize(message, &best.0[i]).expect("a short input"));
            }
        }

        #[test]
        fn messages_of_different_lengths_are_hashed_one_by_one(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..20), key: [u8; 32],
        ) {
            let (domain, key) = (HashDomain::new(b"test"), scalar(&key));
            let run = |kernel| {
                let hashed = Batch::hash(kernel, &domain, &messages).multiply(&key).encode();
                let outputs = oprf::finalize_all(kernel, &messages, &hashed).expect("short inputs");
                (hashed, outputs)
            };
            prop_assert_eq!(run(GroupKernel::best()), run(GroupKernel::portable()));
        }

        #[test]
        fn both_kernels_give_the_same_verdict_on_the_same_element(
            mut strings in prop::collection::vec(any::<[u8; 32]>(), 1..40), good in 0usize..40, zero in 0usize..60,
        ) {
            let domain = HashDomain::new(b"test");
            for (i, bytes) in strings.iter_mut().enumerate() {
                if i < good {
                    *bytes = domain.hash(bytes).compress().to_bytes();
                }
            }
            if let Some(bytes) = strings.get_mut(zero) {
                *bytes = [0; 32];
            }
            let run = |kernel| Batch::decode(kernel, &strings).map(|batch| batch.multiply(&scalar(&[0; 32])).encode());
            prop_assert_eq!(run(GroupKernel::best()), run(GroupKernel::portable()));
        }
    }

    #[test]
    fn inputs_too_long_for_their_prefix_are_refused_by_both_kernels() {
        let long = [vec![0u8; 65_536]];
        for kernel in [GroupKernel::best(), GroupKernel::portable()] {
            let refused = oprf::finalize_all(kernel, &long, &[[0; 32]]);
            assert_eq!(refused.unwrap_err(), oprf::InputTooLong(65_536));
        }
    }
}
