//! A digest of the suite's hash function.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fixed;

/// 32 bytes of SM3 or SHA-256. A byte string in CBOR, lower-case hex in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

/// Text that is not the lower-case hex of the expected number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// A character other than 0-9 and a-f, or an odd number of them.
    #[error("not lower-case hexadecimal")]
    NotLowerHex,
    /// Hex of another number of bytes.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// Bytes wanted.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
}

impl Digest {
    /// Thirty-two zero bytes: the parent of the first block and other "nothing yet" places.
    pub const ZERO: Self = Self([0; 32]);

    /// Wraps 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, HexError> {
        bytes.try_into().map(Self).map_err(|_| HexError::Length { expected: 32, found: bytes.len() })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = HexError;
    fn from_str(s: &str) -> Result<Self, HexError> {
        Self::from_slice(&fixed::decode_hex(s)?)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        fixed::serialize(&self.0, s)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        fixed::deserialize(d, "a digest of 32 bytes", Self::from_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_hex_in_text_and_reads_back() {
        let d = Digest(std::array::from_fn(|i| i as u8));
        let json = serde_json::to_string(&d).expect("a string");
        assert_eq!(json, format!("\"{d}\""));
        assert_eq!(serde_json::from_str::<Digest>(&json).expect("the same"), d);
        assert_eq!(d.to_string().parse::<Digest>(), Ok(d));
    }

    #[test]
    fn another_length_or_upper_case_is_refused() {
        assert_eq!("00".parse::<Digest>(), Err(HexError::Length { expected: 32, found: 1 }));
        assert_eq!("AB".repeat(32).parse::<Digest>(), Err(HexError::NotLowerHex));
        assert_eq!("0".repeat(63).parse::<Digest>(), Err(HexError::NotLowerHex));
        assert!(serde_json::from_str::<Digest>("[1,2]").is_err());
    }
}
