//! Deterministic CBOR (RFC 8949 §4.2.1): shortest integers, definite lengths, text keys sorted bytewise,
//! no floats. One value has exactly one encoding, and decoding refuses every other.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes that are not the canonical encoding of the expected structure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// The bytes do not decode to the expected structure.
    #[error("cannot decode {what}: {detail}")]
    Decode {
        /// The Rust name of the structure.
        what: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// The bytes decode, but are not the one canonical encoding.
    #[error("{what} is not in canonical form")]
    NotCanonical {
        /// The Rust name of the structure.
        what: &'static str,
    },
}

/// The canonical bytes of a value.
///
/// The structures of this crate always encode; a value that cannot (a float, a map with keys that are
/// not text) is a programming error.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    serde_ipld_dagcbor::to_vec(value).expect("ledger structures hold no floats and only text keys")
}

/// Decodes canonical bytes and refuses anything that would not encode to the same bytes again.
pub fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, CborError> {
    let what = std::any::type_name::<T>();
    let value: T =
        serde_ipld_dagcbor::from_slice(bytes).map_err(|e| CborError::Decode { what, detail: e.to_string() })?;
    if to_bytes(&value) == bytes { Ok(value) } else { Err(CborError::NotCanonical { what }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn keys_are_sorted_and_integers_are_shortest() {
        let m: BTreeMap<&str, u64> = [("bb", 1), ("a", 24), ("c", 0)].into();
        // {"a": 24, "c": 0, "bb": 1}
        assert_eq!(hex::encode(to_bytes(&m)), "a36161181861630062626201");
    }

    #[test]
    fn a_second_encoding_of_the_same_value_is_refused() {
        // 24 as a two-byte integer, and a map with unsorted keys.
        assert!(from_bytes::<u64>(&[0x19, 0x00, 0x18]).is_err());
        assert!(from_bytes::<BTreeMap<String, u64>>(&[0xa2, 0x61, b'b', 0, 0x61, b'a', 0]).is_err());
    }
}
