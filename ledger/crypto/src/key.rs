//! Public and secret keys of both suites.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{Digest, HexError, Signature, SuiteId, fixed, sm2};

const SM2_BYTES: usize = 65;
const ED25519_BYTES: usize = 32;

/// Bytes that are not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither 65 bytes (SM2) nor 32 bytes (Ed25519).
    #[error("a public key has {expected} bytes, found {found}")]
    Length {
        /// Bytes wanted.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// Not a point of the curve, the point at infinity, or a point of small order.
    #[error("the public key is not a valid point of the curve")]
    NotOnCurve,
    /// A secret scalar outside 1..n-2 (GM/T 0003.1 §6.1).
    #[error("the secret key is out of range")]
    SecretOutOfRange,
    /// Text that is not hex.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// The operating system gave no random bytes.
    #[error("the operating system's random generator failed")]
    Random,
}

/// A checked public key: a point of the SM2 curve as `04 ‖ x ‖ y`, or an Ed25519 point.
///
/// There is no way to hold an unchecked one: every constructor and the deserialiser check the point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    suite: SuiteId,
    // Ed25519 keys leave the tail zero.
    bytes: [u8; SM2_BYTES],
}

impl PublicKey {
    /// Checks the point and wraps it.
    pub fn from_bytes(suite: SuiteId, bytes: &[u8]) -> Result<Self, KeyError> {
        let expected = match suite {
            SuiteId::Gm => SM2_BYTES,
            SuiteId::Intl => ED25519_BYTES,
        };
        if bytes.len() != expected {
            return Err(KeyError::Length { expected, found: bytes.len() });
        }
        let valid = match suite {
            SuiteId::Gm => sm2::point_is_valid(bytes),
            SuiteId::Intl => ed25519_from(bytes).is_some(),
        };
        if !valid {
            return Err(KeyError::NotOnCurve);
        }
        let mut all = [0; SM2_BYTES];
        all[..expected].copy_from_slice(bytes);
        Ok(Self { suite, bytes: all })
    }

    /// Checks the point and wraps it; the suite follows from the length.
    fn from_any(bytes: &[u8]) -> Result<Self, KeyError> {
        let suite = if bytes.len() == ED25519_BYTES { SuiteId::Intl } else { SuiteId::Gm };
        Self::from_bytes(suite, bytes)
    }

    /// 65 bytes `04 ‖ x ‖ y` for SM2, 32 bytes for Ed25519.
    pub fn as_bytes(&self) -> &[u8] {
        match self.suite {
            SuiteId::Gm => &self.bytes,
            SuiteId::Intl => &self.bytes[..ED25519_BYTES],
        }
    }

    /// The suite the key belongs to.
    pub fn suite(&self) -> SuiteId {
        self.suite
    }

    /// The digest by which people compare keys.
    pub fn fingerprint(&self, suite: SuiteId) -> Digest {
        suite.hash(&[self.as_bytes()])
    }

    pub(crate) fn ed25519(&self) -> Option<ed25519_dalek::VerifyingKey> {
        ed25519_from(self.as_bytes())
    }
}

fn ed25519_from(bytes: &[u8]) -> Option<ed25519_dalek::VerifyingKey> {
    let bytes: &[u8; ED25519_BYTES] = bytes.try_into().ok()?;
    ed25519_dalek::VerifyingKey::from_bytes(bytes).ok().filter(|k| !k.is_weak())
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;
    fn from_str(s: &str) -> Result<Self, KeyError> {
        Self::from_any(&fixed::decode_hex(s)?)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        fixed::serialize(self.as_bytes(), s)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        fixed::deserialize(d, "a public key of 65 or 32 bytes", Self::from_any)
    }
}

/// A secret key. It neither prints nor serialises and is wiped when dropped.
pub struct SigningKey(Secret);

enum Secret {
    Sm2(Box<sm2::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl SigningKey {
    /// A new key from the operating system's randomness.
    pub fn generate(suite: SuiteId) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            getrandom::fill(&mut *bytes).map_err(|_| KeyError::Random)?;
            // Refused with probability 2^-32 for SM2, never for Ed25519: draw again.
            if let Ok(key) = Self::from_bytes(suite, &bytes) {
                return Ok(key);
            }
        }
    }

    /// The key of 32 secret bytes: the scalar, big endian, in 1..n-2 for SM2; the seed for Ed25519.
    pub fn from_bytes(suite: SuiteId, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(match suite {
            SuiteId::Gm => Secret::Sm2(Box::new(sm2::SigningKey::from_bytes(bytes).ok_or(KeyError::SecretOutOfRange)?)),
            SuiteId::Intl => Secret::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(bytes))),
        }))
    }

    /// The secret bytes, for the key file.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        match &self.0 {
            Secret::Sm2(k) => k.to_bytes(),
            Secret::Ed25519(k) => Zeroizing::new(k.to_bytes()),
        }
    }

    /// The suite the key belongs to.
    pub fn suite(&self) -> SuiteId {
        match &self.0 {
            Secret::Sm2(_) => SuiteId::Gm,
            Secret::Ed25519(_) => SuiteId::Intl,
        }
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        let mut bytes = [0; SM2_BYTES];
        match &self.0 {
            Secret::Sm2(k) => bytes = *k.public_bytes(),
            Secret::Ed25519(k) => bytes[..ED25519_BYTES].copy_from_slice(k.verifying_key().as_bytes()),
        }
        PublicKey { suite: self.suite(), bytes }
    }

    /// Signs a message. The same key and message give the same signature (RFC 6979 with SM3, or RFC 8032).
    pub fn sign(&self, message: &[u8]) -> Signature {
        use ed25519_dalek::Signer as _;
        Signature(match &self.0 {
            Secret::Sm2(k) => k.sign(message),
            Secret::Ed25519(k) => k.sign(message).to_bytes(),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.suite())
    }
}
