//! Bytes of a filter: `"szfuse1\0" ‖ elements u64 ‖ seed 16 ‖ fingerprints u64…`, big endian. The number of fingerprints
//! follows from the number of elements.

use crate::okvs::Seed;

use super::{ELEMENTS_MAX, Filter, Shape};

const MAGIC: &[u8; 8] = b"szfuse1\0";
/// Bytes before the fingerprints.
pub const HEADER_BYTES: usize = 8 + 8 + 16;

/// Why bytes are not a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Another format or version.
    #[error("not a filter of this version")]
    Magic,
    /// A number of elements that no filter has.
    #[error("a filter of {0} elements")]
    Elements(u64),
    /// More or fewer bytes than the number of elements needs.
    #[error("{got} bytes instead of {expected}")]
    Length {
        /// Bytes given.
        got: usize,
        /// Bytes of a filter of so many elements, or of a header when there is not even that.
        expected: usize,
    },
}

impl Filter {
    /// Bytes of a filter of so many elements.
    pub fn encoded_bytes(elements: usize) -> usize {
        HEADER_BYTES + 8 * Shape::new(elements).len()
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::encoded_bytes(self.elements));
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&(self.elements as u64).to_be_bytes());
        out.extend_from_slice(&self.seed.0);
        self.fingerprints.iter().for_each(|f| out.extend_from_slice(&f.to_be_bytes()));
        out
    }

    /// The filter of bytes from a peer.
    ///
    /// # Errors
    /// [`FilterError`]. Memory is taken only for bytes that are there.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FilterError> {
        let (seed, count) = read_header(bytes)?;
        let expected = Self::encoded_bytes(count);
        if bytes.len() != expected {
            return Err(FilterError::Length { got: bytes.len(), expected });
        }
        let (fingerprints, _) = bytes[HEADER_BYTES..].as_chunks::<8>();
        let fingerprints = fingerprints.iter().map(|f| u64::from_be_bytes(*f)).collect();
        Ok(Self { elements: count, seed, shape: Shape::new(count), fingerprints })
    }
}

/// Seed and number of elements from the first bytes of a filter.
pub(super) fn read_header(bytes: &[u8]) -> Result<(Seed, usize), FilterError> {
    let short = FilterError::Length { got: bytes.len(), expected: HEADER_BYTES };
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(short)?;
    if magic != MAGIC {
        return Err(FilterError::Magic);
    }
    let (elements, rest) = rest.split_first_chunk::<8>().ok_or(short)?;
    let (seed, _) = rest.split_first_chunk::<16>().ok_or(short)?;
    let elements = u64::from_be_bytes(*elements);
    let count = usize::try_from(elements).ok().filter(|count| *count <= ELEMENTS_MAX);
    Ok((Seed(*seed), count.ok_or(FilterError::Elements(elements))?))
}
