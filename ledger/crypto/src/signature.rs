//! Signatures and their verification without any cache.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{HexError, PublicKey, SuiteId, fixed, sm2};

/// 64 bytes: `r ‖ s`, big endian, for SM2; the RFC 8032 encoding for Ed25519.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 64]);

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The key belongs to the other suite.
    #[error("the public key is of another suite than {expected}")]
    WrongSuite {
        /// The suite of the chain.
        expected: SuiteId,
    },
    /// `r` or `s` out of range, or `r + s = n`.
    #[error("the signature's numbers are out of range")]
    Malformed,
    /// Well-formed, but not made by this key over this message.
    #[error("the signature does not belong to this key and message")]
    Mismatch,
}

/// Verifies one signature with the stock arithmetic of the suite's library.
pub fn verify(suite: SuiteId, key: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
    if key.suite() != suite {
        return Err(SignatureError::WrongSuite { expected: suite });
    }
    match suite {
        SuiteId::Gm => sm2::verify_stock(key.as_bytes(), message, &signature.0),
        SuiteId::Intl => {
            let key = key.ed25519().ok_or(SignatureError::Mismatch)?;
            let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
            key.verify_strict(message, &signature).map_err(|_| SignatureError::Mismatch)
        }
    }
}

impl Signature {
    /// Wraps 64 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, HexError> {
        bytes.try_into().map(Self).map_err(|_| HexError::Length { expected: 64, found: bytes.len() })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Signature {
    type Err = HexError;
    fn from_str(s: &str) -> Result<Self, HexError> {
        Self::from_slice(&fixed::decode_hex(s)?)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        fixed::serialize(&self.0, s)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        fixed::deserialize(d, "a signature of 64 bytes", Self::from_slice)
    }
}
