//! Secret scalars of Ristretto255.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::{CryptoRng, RngCore};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

#[cfg(target_arch = "x86_64")]
use crate::ristretto8::Digits;

/// A secret, non-zero scalar. Cleared on drop, printed as nothing, multiplied in constant time.
#[derive(Clone)]
pub struct SecretScalar {
    full: Scalar,
    // Half of it modulo the group order: batch encoding doubles every point (see `batch`).
    half: Scalar,
    #[cfg(target_arch = "x86_64")]
    half_digits: Digits,
}

impl SecretScalar {
    /// A uniformly random non-zero scalar.
    pub fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        loop {
            let mut wide = [0u8; 64];
            rng.fill_bytes(&mut wide);
            let scalar = Scalar::from_bytes_mod_order_wide(&wide);
            wide.zeroize();
            if let Some(secret) = Self::from_scalar(scalar) {
                return secret;
            }
        }
    }

    /// Reads 32 canonical little-endian bytes; `None` when they are not below the group order or are zero.
    pub fn from_canonical_bytes(bytes: [u8; 32]) -> Option<Self> {
        Option::from(Scalar::from_canonical_bytes(bytes)).and_then(Self::from_scalar)
    }

    fn from_scalar(full: Scalar) -> Option<Self> {
        if bool::from(full.ct_eq(&Scalar::ZERO)) {
            return None;
        }
        let mut two = Scalar::from(2u8);
        let half = full * two.invert();
        two.zeroize();
        #[cfg(target_arch = "x86_64")]
        let half_digits = Digits::new(half.as_bytes());
        Some(Self {
            full,
            half,
            #[cfg(target_arch = "x86_64")]
            half_digits,
        })
    }

    /// Its inverse modulo the group order.
    pub fn invert(&self) -> Self {
        let full = self.full.invert();
        Self::from_scalar(full).expect("the inverse of a non-zero scalar is not zero")
    }

    /// `self · point`, in constant time.
    pub fn mul(&self, point: &RistrettoPoint) -> RistrettoPoint {
        point * self.full
    }

    /// `self · G` of the standard generator, in constant time.
    pub fn mul_base(&self) -> RistrettoPoint {
        RistrettoPoint::mul_base(&self.full)
    }

    /// `self + other`, for a public `other`; `None` when that is zero.
    pub(crate) fn plus(&self, other: &Scalar) -> Option<Self> {
        Self::from_scalar(self.full + other)
    }

    /// `self − challenge · key`: a response in Schnorr's manner, to be published. `self` must not be used again.
    pub(crate) fn respond(self, challenge: &Scalar, key: &Self) -> Scalar {
        self.full - challenge * key.full
    }

    /// 32 canonical little-endian bytes, to be kept secret.
    pub fn to_canonical_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.full.to_bytes())
    }

    /// `(self / 2) · point`, in constant time: what batch encoding wants.
    pub(crate) fn mul_half(&self, point: &RistrettoPoint) -> RistrettoPoint {
        point * self.half
    }

    /// Half of it, for the vector kernel.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn half_digits(&self) -> &Digits {
        &self.half_digits
    }
}

impl Drop for SecretScalar {
    fn drop(&mut self) {
        self.full.zeroize();
        self.half.zeroize();
    }
}

impl std::fmt::Debug for SecretScalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretScalar")
    }
}
