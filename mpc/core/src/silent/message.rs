//! Messages and their bytes. Lengths follow from the layout; blocks are little-endian (`Gf128::to_bytes`).

use super::soft_spoken::{BITS, CHUNKS, LeafProof, Making, RowProof};
use super::{Layout, Noise, SilentError};
use crate::base_ot::{Answer, Choices};
use crate::gf128::Gf128;

/// Sender to receiver: the elements of 128 base transfers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening(pub(super) Choices);

/// Receiver to sender: the answer to the base transfers, and the base correlation.
#[derive(Clone, PartialEq, Eq)]
pub struct Setup {
    pub(super) answer: Answer,
    pub(super) making: Making,
}

/// Sender to receiver: for each tree the masked level sums, then (for values) the masked noise value.
#[derive(Clone, PartialEq, Eq)]
pub struct Corrections(pub(super) Vec<Gf128>);

/// Receiver to sender: seed of the weights, and the masked sum of the weighted noise values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    pub(super) seed: [u8; 16],
    pub(super) sum: Gf128,
}

/// Sender to receiver: digest of the weighted sum that a consistent sender has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Proof(pub(super) [u8; 32]);

/// Takes fields off the front; the length was checked before.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn checked(message: &'static str, bytes: &'a [u8], expected: usize) -> Result<Self, SilentError> {
        if bytes.len() == expected {
            Ok(Self(bytes))
        } else {
            Err(SilentError::MessageLength { message, expected, got: bytes.len() })
        }
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_first_chunk::<N>().expect("the length was checked against the layout");
        self.0 = rest;
        *head
    }

    fn blocks(&mut self, count: usize) -> Vec<Gf128> {
        (0..count).map(|_| Gf128::from_bytes(self.array())).collect()
    }
}

fn put(out: &mut Vec<u8>, blocks: &[Gf128]) {
    for block in blocks {
        out.extend_from_slice(&block.to_bytes());
    }
}

impl Opening {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.0.0.iter().flatten().flatten().copied().collect()
    }

    /// From its bytes. The elements are examined when they are used.
    ///
    /// # Errors
    /// When the length is another one.
    pub fn decode<F: Noise>(layout: &Layout<F>, bytes: &[u8]) -> Result<Self, SilentError> {
        let mut fields = Fields::checked("opening", bytes, layout.opening_bytes())?;
        Ok(Self(Choices((0..BITS).map(|_| [fields.array(), fields.array()]).collect())))
    }
}

impl Setup {
    /// Its bytes: element, 128 pairs of level sums, corrections of the rows; with malicious security the proofs.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.answer.0.to_vec();
        self.making.levels.iter().for_each(|pair| put(&mut out, pair));
        put(&mut out, &self.making.corrections);
        if let Some((leaves, rows)) = &self.making.proofs {
            out.extend(leaves.sums.iter().flatten());
            out.extend(leaves.all);
            out.extend(rows.u);
            out.extend(rows.columns);
        }
        out
    }

    /// From its bytes.
    ///
    /// # Errors
    /// When the length is another one.
    pub fn decode<F: Noise>(layout: &Layout<F>, bytes: &[u8]) -> Result<Self, SilentError> {
        let mut fields = Fields::checked("setup", bytes, layout.setup_bytes())?;
        let answer = Answer(fields.array());
        let levels =
            (0..BITS).map(|_| [Gf128::from_bytes(fields.array()), Gf128::from_bytes(fields.array())]).collect();
        let corrections = fields.blocks(layout.corrections_len());
        let proofs = layout.malicious().then(|| {
            let mut sums = [[0; 32]; CHUNKS];
            sums.iter_mut().for_each(|sum| *sum = fields.array());
            let leaves = LeafProof { sums, all: fields.array() };
            (leaves, RowProof { u: fields.array(), columns: fields.array() })
        });
        Ok(Self { answer, making: Making { levels, corrections, proofs } })
    }

    pub(super) fn fits<F: Noise>(&self, layout: &Layout<F>) -> Result<(), SilentError> {
        let fits = self.making.levels.len() == BITS
            && self.making.corrections.len() == layout.corrections_len()
            && self.making.proofs.is_some() == layout.malicious();
        if fits { Ok(()) } else { Err(SilentError::MessageLayout { message: "setup" }) }
    }
}

impl Corrections {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 * self.0.len());
        put(&mut out, &self.0);
        out
    }

    /// From its bytes.
    ///
    /// # Errors
    /// When the length is another one.
    pub fn decode<F: Noise>(layout: &Layout<F>, bytes: &[u8]) -> Result<Self, SilentError> {
        let mut fields = Fields::checked("corrections", bytes, layout.corrections_bytes())?;
        Ok(Self(fields.blocks(layout.corrections_bytes() / 16)))
    }

    pub(super) fn fits<F: Noise>(&self, layout: &Layout<F>) -> Result<(), SilentError> {
        let fits = self.0.len() * 16 == layout.corrections_bytes();
        if fits { Ok(()) } else { Err(SilentError::MessageLayout { message: "corrections" }) }
    }
}

impl Challenge {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        [self.seed, self.sum.to_bytes()].concat()
    }

    /// From its bytes.
    ///
    /// # Errors
    /// When the length is another one.
    pub fn decode<F: Noise>(layout: &Layout<F>, bytes: &[u8]) -> Result<Self, SilentError> {
        let mut fields = Fields::checked("challenge", bytes, layout.challenge_bytes())?;
        Ok(Self { seed: fields.array(), sum: Gf128::from_bytes(fields.array()) })
    }
}

impl Proof {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// From its bytes.
    ///
    /// # Errors
    /// When the length is another one.
    pub fn decode<F: Noise>(layout: &Layout<F>, bytes: &[u8]) -> Result<Self, SilentError> {
        Ok(Self(Fields::checked("proof", bytes, layout.proof_bytes())?.array()))
    }
}

macro_rules! opaque_debug {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

opaque_debug!(Setup, Corrections, Challenge, Proof);
