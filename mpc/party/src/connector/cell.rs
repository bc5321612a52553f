//! One cell of a table, its canonical bytes and its text.
//!
//! The canonical bytes are what dataset commitments hash and what payloads carry: one CBOR item (RFC 8949
//! §4.2.1) per cell. Null, booleans, whole numbers, text and octets are their CBOR selves; a binary floating
//! number is the byte string of its 8 bytes (IEEE 754 binary64, big endian, one NaN), because the ledger's
//! CBOR has no floats; decimals, dates and times are text. The column's type, committed to by the schema
//! digest, says which is meant.

use std::borrow::Cow;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing: SQL NULL, or an empty CSV field.
    Null,
    /// True or false.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Binary floating number.
    Float(f64),
    /// Text, and everything that is carried as text.
    Text(Cow<'a, str>),
    /// Octets.
    Bytes(Cow<'a, [u8]>),
}

const NAN: u64 = 0x7ff8_0000_0000_0000;

impl Cell<'_> {
    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Appends the canonical bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(0xf6),
            Self::Bool(b) => out.push(if *b { 0xf5 } else { 0xf4 }),
            Self::Int(i) if *i >= 0 => head(out, 0, *i as u64),
            Self::Int(i) => head(out, 1, !(*i) as u64),
            Self::Float(f) => {
                head(out, 2, 8);
                let bits = if f.is_nan() { NAN } else { f.to_bits() };
                out.extend_from_slice(&bits.to_be_bytes());
            }
            Self::Text(s) => {
                head(out, 3, s.len() as u64);
                out.extend_from_slice(s.as_bytes());
            }
            Self::Bytes(b) => {
                head(out, 2, b.len() as u64);
                out.extend_from_slice(b);
            }
        }
    }

    /// The value as a person reads it and as a CSV result holds it; `None` for null. Octets are hex.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Self::Int(i) => Cow::Owned(i.to_string()),
            Self::Float(f) => Cow::Owned(format!("{f:?}")),
            Self::Text(s) => Cow::Borrowed(s),
            Self::Bytes(b) => Cow::Owned(hex::encode(b)),
        })
    }

    /// Without borrowing from a batch.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Bool(b) => Cell::Bool(b),
            Self::Int(i) => Cell::Int(i),
            Self::Float(f) => Cell::Float(f),
            Self::Text(s) => Cell::Text(Cow::Owned(s.into_owned())),
            Self::Bytes(b) => Cell::Bytes(Cow::Owned(b.into_owned())),
        }
    }
}

/// Appends the head of a CBOR array of `len` items.
pub fn array_head(out: &mut Vec<u8>, len: usize) {
    head(out, 4, len as u64);
}

fn head(out: &mut Vec<u8>, major: u8, n: u64) {
    let major = major << 5;
    match n {
        0..=23 => out.push(major | n as u8),
        24..=0xff => out.extend_from_slice(&[major | 24, n as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&(n as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend_from_slice(&(n as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&n.to_be_bytes());
        }
    }
}

/// Bytes that are not canonical cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bytes are not a canonical row of cells")]
pub struct CellError;

/// Reads cells back from bytes that a peer sent.
pub struct CellReader<'a> {
    rest: &'a [u8],
}

impl<'a> CellReader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether every byte was read.
    pub fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The head of an array.
    pub fn array(&mut self) -> Result<usize, CellError> {
        match self.head()? {
            (4, n) => usize::try_from(n).map_err(|_| CellError),
            _ => Err(CellError),
        }
    }

    /// One cell. A floating number comes back as the 8 bytes that carry it; see [`float`].
    pub fn cell(&mut self) -> Result<Cell<'a>, CellError> {
        if let Some((&first @ 0xf4..=0xf6, rest)) = self.rest.split_first() {
            self.rest = rest;
            return Ok(match first {
                0xf4 => Cell::Bool(false),
                0xf5 => Cell::Bool(true),
                _ => Cell::Null,
            });
        }
        let (major, n) = self.head()?;
        match major {
            0 => i64::try_from(n).map(Cell::Int).map_err(|_| CellError),
            1 => i64::try_from(n).map(|n| Cell::Int(!n)).map_err(|_| CellError),
            2 => self.take(n).map(|b| Cell::Bytes(Cow::Borrowed(b))),
            3 => {
                let text = std::str::from_utf8(self.take(n)?).map_err(|_| CellError)?;
                Ok(Cell::Text(Cow::Borrowed(text)))
            }
            _ => Err(CellError),
        }
    }

    fn take(&mut self, n: u64) -> Result<&'a [u8], CellError> {
        let n = usize::try_from(n).map_err(|_| CellError)?;
        let (taken, rest) = self.rest.split_at_checked(n).ok_or(CellError)?;
        self.rest = rest;
        Ok(taken)
    }

    fn head(&mut self) -> Result<(u8, u64), CellError> {
        let (&first, rest) = self.rest.split_first().ok_or(CellError)?;
        self.rest = rest;
        let (major, short) = (first >> 5, first & 31);
        let (bytes, least) = match short {
            0..=23 => return Ok((major, u64::from(short))),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return Err(CellError),
        };
        let n = self.take(bytes)?.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        // The shortest form is the only one.
        if n < least { Err(CellError) } else { Ok((major, n)) }
    }
}

/// The number carried by 8 bytes; `None` when there are not 8, or they are another NaN than the one.
pub fn float(bytes: &[u8]) -> Option<f64> {
    let f = f64::from_bits(u64::from_be_bytes(bytes.try_into().ok()?));
    (!f.is_nan() || f.to_bits() == NAN).then_some(f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_bytes::ByteBuf;

    fn encoded(cell: &Cell<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        cell.encode(&mut out);
        out
    }

    proptest! {
        #[test]
        fn cells_are_encoded_as_the_ledgers_cbor_and_read_back(i: i64, s in "\\PC{0,300}", b: Vec<u8>, t: bool) {
            prop_assert_eq!(encoded(&Cell::Int(i)), ledger_types::cbor::to_bytes(&i));
            prop_assert_eq!(encoded(&Cell::Text((&s).into())), ledger_types::cbor::to_bytes(&s));
            prop_assert_eq!(encoded(&Cell::Bytes((&b).into())), ledger_types::cbor::to_bytes(&ByteBuf::from(b.clone())));
            prop_assert_eq!(encoded(&Cell::Bool(t)), ledger_types::cbor::to_bytes(&t));
            let row = [Cell::Null, Cell::Int(i), Cell::Text((&s).into()), Cell::Bytes((&b).into()), Cell::Bool(t)];
            let mut out = Vec::new();
            array_head(&mut out, row.len());
            row.iter().for_each(|c| c.encode(&mut out));
            let mut reader = CellReader::new(&out);
            prop_assert_eq!(reader.array().unwrap(), row.len());
            for cell in &row {
                prop_assert_eq!(&reader.cell().unwrap(), cell);
            }
            prop_assert!(reader.at_end());
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes: Vec<u8>) {
            let mut reader = CellReader::new(&bytes);
            let _ = reader.array();
            while reader.cell().is_ok() && !reader.at_end() {}
        }
    }

    #[test]
    fn there_is_one_encoding_of_a_number_only() {
        assert!(CellReader::new(&[0x18, 5]).cell().is_err());
        assert!(CellReader::new(&[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0]).cell().is_err());
        assert_eq!(CellReader::new(&[0x18, 24]).cell(), Ok(Cell::Int(24)));
        assert_eq!(float(&(-f64::NAN).to_bits().to_be_bytes()), None);
        let bytes = encoded(&Cell::Float(-f64::NAN));
        assert!(float(&bytes[1..]).is_some_and(f64::is_nan));
    }
}
