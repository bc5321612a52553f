//! Byte strings of fixed sizes in serde: a byte string in binary formats, lower-case hex for people.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
    if s.is_human_readable() { s.serialize_str(&hex::encode(bytes)) } else { s.serialize_bytes(bytes) }
}

/// Reads the bytes and hands them to `build`, whose error text is reported.
pub(crate) fn deserialize<'de, D, T, E>(
    d: D,
    what: &'static str,
    build: fn(&[u8]) -> Result<T, E>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    struct Bytes<T, E> {
        what: &'static str,
        build: fn(&[u8]) -> Result<T, E>,
        text: bool,
    }
    impl<T, E: fmt::Display> Visitor<'_> for Bytes<T, E> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} as {}", self.what, if self.text { "lower-case hex" } else { "a byte string" })
        }
        fn visit_bytes<A: Error>(self, v: &[u8]) -> Result<T, A> {
            (self.build)(v).map_err(A::custom)
        }
        fn visit_str<A: Error>(self, v: &str) -> Result<T, A> {
            if !self.text {
                return Err(A::invalid_type(serde::de::Unexpected::Str(v), &self));
            }
            (self.build)(&decode_hex(v).map_err(A::custom)?).map_err(A::custom)
        }
    }
    let text = d.is_human_readable();
    let visitor = Bytes { what, build, text };
    if text { d.deserialize_str(visitor) } else { d.deserialize_bytes(visitor) }
}

/// Lower-case hex only, so that a document has one spelling.
pub(crate) fn decode_hex(s: &str) -> Result<Vec<u8>, crate::HexError> {
    if s.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(crate::HexError::NotLowerHex);
    }
    hex::decode(s).map_err(|_| crate::HexError::NotLowerHex)
}
