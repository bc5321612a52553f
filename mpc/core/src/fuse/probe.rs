//! Looking up in the bytes of a filter where they lie: three cells of eight bytes per element, so that a filter of a
//! large set can stay in its file.

use super::format::{HEADER_BYTES, read_header};
use super::{FilterError, Shape};
use crate::gf128::Gf128;
use crate::okvs::hash::{BATCH, Hasher};

/// Tells which cells of a filter speak of an element.
pub struct Probe {
    elements: usize,
    hasher: Hasher,
    shape: Shape,
}

/// Where an element's three cells are, and what their exclusive or is when the element is in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cells {
    /// Positions of the cells' first bytes in the bytes of the filter.
    pub offsets: [u64; 3],
    /// `None` when the set is empty.
    fingerprint: Option<u64>,
}

impl Cells {
    /// Whether the element is in the set, by the bytes of its three cells.
    pub fn hold(&self, cells: [[u8; 8]; 3]) -> bool {
        let [a, b, c] = cells.map(u64::from_be_bytes);
        self.fingerprint == Some(a ^ b ^ c)
    }
}

impl Probe {
    /// From the first [`HEADER_BYTES`] bytes of a filter.
    ///
    /// # Errors
    /// [`FilterError`].
    pub fn from_header(header: &[u8; HEADER_BYTES]) -> Result<Self, FilterError> {
        let (seed, elements) = read_header(header)?;
        Ok(Self { elements, hasher: Hasher::new(&seed), shape: Shape::new(elements) })
    }

    /// Number of elements that the filter was built from.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// The cells of every element, in order.
    pub fn cells(&self, elements: &[Gf128]) -> Vec<Cells> {
        let mut out = Vec::with_capacity(elements.len());
        let mut hashes = [Gf128::ZERO; BATCH];
        for elements in elements.chunks(BATCH) {
            self.hasher.spread(elements, &mut hashes);
            out.extend(hashes[..elements.len()].iter().map(|hash| Cells {
                offsets: self.shape.positions(*hash).map(|p| (HEADER_BYTES + 8 * p as usize) as u64),
                fingerprint: (self.elements > 0).then_some(hash.0 as u64),
            }));
        }
        out
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Probe({})", self.elements)
    }
}
