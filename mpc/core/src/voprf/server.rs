//! The server: its key, and the evaluation of blinded elements.

use std::marker::PhantomData;

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::group::{Encoded, decode, decode_mul_encode, encode, hash_mul_encode};
use crate::oprf::InputTooLong;
use crate::scalar::SecretScalar;

use super::client::finalize_all;
use super::dleq::Statement;
use super::message::{Evaluated, Proven, Request, check_batch};
use super::suite::{Mode, Oprf, Poprf, Suite, Voprf, push_framed, scalar_under};
use super::{Output, VoprfError};

/// What proofs are verified against. Clients must have it from somewhere they trust, the same for all of them.
#[derive(Debug)]
pub struct PublicKey<M> {
    point: RistrettoPoint,
    mode: PhantomData<M>,
}

impl<M> Clone for PublicKey<M> {
    fn clone(&self) -> Self {
        Self { point: self.point, mode: PhantomData }
    }
}

impl<M> PartialEq for PublicKey<M> {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl<M> Eq for PublicKey<M> {}

impl<M: Mode> PublicKey<M> {
    /// Reads a canonical encoding.
    ///
    /// # Errors
    /// Not canonical, or the identity.
    pub fn from_bytes(bytes: &Encoded) -> Result<Self, VoprfError> {
        Ok(Self { point: decode(bytes).map_err(VoprfError::PublicKey)?, mode: PhantomData })
    }

    /// The canonical encoding.
    pub fn to_bytes(&self) -> Encoded {
        encode(&self.point)
    }

    pub(super) fn point(&self) -> &RistrettoPoint {
        &self.point
    }
}

/// The server's secret key of one mode. Cleared on drop; used in constant time.
pub struct ServerKey<M> {
    secret: SecretScalar,
    public: PublicKey<M>,
    suite: Suite,
}

impl<M> std::fmt::Debug for ServerKey<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey")
    }
}

impl<M: Mode> ServerKey<M> {
    fn new(secret: SecretScalar) -> Self {
        let public = PublicKey { point: secret.mul_base(), mode: PhantomData };
        Self { secret, public, suite: Suite::of::<M>() }
    }

    /// A random key.
    pub fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        Self::new(SecretScalar::random(rng))
    }

    /// `DeriveKeyPair` of RFC 9497 §3.2.1.
    ///
    /// # Errors
    /// An info beyond 65,535 bytes, or a seed that gives no key.
    pub fn derive(seed: &[u8; 32], info: &[u8]) -> Result<Self, VoprfError> {
        let tag = Suite::of::<M>().tag(b"DeriveKeyPair");
        let len = u16::try_from(info.len()).map_err(|_| InputTooLong(info.len()))?;
        let mut input = Zeroizing::new(Vec::with_capacity(32 + 2 + info.len() + 1));
        input.extend_from_slice(seed);
        input.extend_from_slice(&len.to_be_bytes());
        input.extend_from_slice(info);
        input.push(0);
        for counter in 0..=u8::MAX {
            if let Some(last) = input.last_mut() {
                *last = counter;
            }
            let bytes = Zeroizing::new(scalar_under(&tag, &input).to_bytes());
            if let Some(secret) = SecretScalar::from_canonical_bytes(*bytes) {
                return Ok(Self::new(secret));
            }
        }
        Err(VoprfError::Derive)
    }

    /// Restores a key from what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// Not canonical, or zero.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, VoprfError> {
        SecretScalar::from_canonical_bytes(*bytes).map(Self::new).ok_or(VoprfError::SecretKey)
    }

    /// 32 canonical little-endian bytes, to be kept secret: with them everything that was evaluated can be computed.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.secret.to_canonical_bytes()
    }

    /// The key's public side.
    pub fn public_key(&self) -> &PublicKey<M> {
        &self.public
    }
}

/// `Evaluate` of RFC 9497 without blinding, for inputs that the server itself holds.
fn direct<T: AsRef<[u8]> + Sync>(
    suite: &Suite,
    key: &SecretScalar,
    inputs: &[T],
    info: Option<&[u8]>,
    threads: usize,
) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
    let elements = Zeroizing::new(hash_mul_encode(threads, &suite.domain, inputs, key));
    finalize_all(inputs, info, &elements, threads)
}

impl ServerKey<Oprf> {
    /// `BlindEvaluate` of RFC 9497 §3.3.1 for every element.
    ///
    /// # Errors
    /// No elements or too many, or one that is not acceptable.
    pub fn evaluate(&self, request: &Request, threads: usize) -> Result<Evaluated, VoprfError> {
        check_batch(request.elements.len())?;
        Ok(Evaluated { elements: decode_mul_encode(threads, &request.elements, &self.secret)? })
    }

    /// The function at own inputs, any number of them.
    ///
    /// # Errors
    /// An input beyond 65,535 bytes.
    pub fn outputs<T: AsRef<[u8]> + Sync>(
        &self,
        inputs: &[T],
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        direct(&self.suite, &self.secret, inputs, None, threads)
    }
}

impl ServerKey<Voprf> {
    /// `BlindEvaluate` of RFC 9497 §3.3.2: every element, and one proof for all.
    ///
    /// # Errors
    /// No elements or too many, or one that is not acceptable.
    pub fn evaluate<R: RngCore + CryptoRng>(
        &self,
        request: &Request,
        rng: &mut R,
        threads: usize,
    ) -> Result<Proven, VoprfError> {
        self.evaluate_with(request, SecretScalar::random(rng), threads)
    }

    /// The same with a given one-time secret of the proof.
    pub(super) fn evaluate_with(
        &self,
        request: &Request,
        once: SecretScalar,
        threads: usize,
    ) -> Result<Proven, VoprfError> {
        check_batch(request.elements.len())?;
        let elements = decode_mul_encode(threads, &request.elements, &self.secret)?;
        let statement =
            Statement { suite: &self.suite, public: self.public.point(), from: &request.elements, to: &elements };
        let proof = statement.prove(&self.secret, once, threads)?;
        Ok(Proven { elements, proof })
    }

    /// The function at own inputs, any number of them.
    ///
    /// # Errors
    /// An input beyond 65,535 bytes.
    pub fn outputs<T: AsRef<[u8]> + Sync>(
        &self,
        inputs: &[T],
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        direct(&self.suite, &self.secret, inputs, None, threads)
    }
}

impl ServerKey<Poprf> {
    /// `BlindEvaluate` of RFC 9497 §3.3.3 under a public info.
    ///
    /// # Errors
    /// As in the verifiable mode, and when the info is too long or not usable with the key.
    pub fn evaluate<R: RngCore + CryptoRng>(
        &self,
        request: &Request,
        info: &[u8],
        rng: &mut R,
        threads: usize,
    ) -> Result<Proven, VoprfError> {
        self.evaluate_with(request, info, SecretScalar::random(rng), threads)
    }

    /// The same with a given one-time secret of the proof.
    pub(super) fn evaluate_with(
        &self,
        request: &Request,
        info: &[u8],
        once: SecretScalar,
        threads: usize,
    ) -> Result<Proven, VoprfError> {
        check_batch(request.elements.len())?;
        let tweaked = self.tweaked(info)?;
        let elements = decode_mul_encode(threads, &request.elements, &tweaked.invert())?;
        let public = tweaked.mul_base();
        let statement = Statement { suite: &self.suite, public: &public, from: &elements, to: &request.elements };
        let proof = statement.prove(&tweaked, once, threads)?;
        Ok(Proven { elements, proof })
    }

    /// The function at own inputs and a public info, any number of inputs.
    ///
    /// # Errors
    /// An input or info beyond 65,535 bytes, or an info that is not usable with the key.
    pub fn outputs<T: AsRef<[u8]> + Sync>(
        &self,
        inputs: &[T],
        info: &[u8],
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        direct(&self.suite, &self.tweaked(info)?.invert(), inputs, Some(info), threads)
    }

    /// The key with the info added.
    fn tweaked(&self, info: &[u8]) -> Result<SecretScalar, VoprfError> {
        self.secret.plus(&info_scalar(&self.suite, info)?).ok_or(VoprfError::Info)
    }
}

/// `HashToScalar("Info" ‖ len(info) ‖ info)`.
pub(super) fn info_scalar(suite: &Suite, info: &[u8]) -> Result<Scalar, VoprfError> {
    if info.len() > usize::from(u16::MAX) {
        return Err(InputTooLong(info.len()).into());
    }
    let mut framed = b"Info".to_vec();
    push_framed(&mut framed, info);
    Ok(suite.scalar(&framed))
}
