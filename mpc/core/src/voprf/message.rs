//! Messages. Decoding checks lengths; what is a group element is checked where it is used, once.

use crate::group::{ENCODED_BYTES, Encoded};

use super::dleq::{PROOF_BYTES, Proof};
use super::{BATCH_MAX, VoprfError};

/// The client's blinded elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// One for every input, in order.
    pub elements: Vec<Encoded>,
}

/// The server's answer without proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// One for every blinded element, in order.
    pub elements: Vec<Encoded>,
}

/// The server's answer with a proof for all its elements together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// One for every blinded element, in order.
    pub elements: Vec<Encoded>,
    /// That one key made them all.
    pub proof: Proof,
}

impl Request {
    /// `count u32 ‖ 32 bytes each`.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(&self.elements, &[])
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// Wrong length, or a number of elements that no proof covers.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VoprfError> {
        let (elements, _) = read("request", bytes, 0)?;
        Ok(Self { elements })
    }
}

impl Evaluated {
    /// `count u32 ‖ 32 bytes each`.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(&self.elements, &[])
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// As [`Request::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VoprfError> {
        let (elements, _) = read("evaluation", bytes, 0)?;
        Ok(Self { elements })
    }
}

impl Proven {
    /// `count u32 ‖ 32 bytes each ‖ proof 64`.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(&self.elements, &self.proof.to_bytes())
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// As [`Request::from_bytes`], and a proof whose scalars are not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VoprfError> {
        let malformed = VoprfError::Malformed { message: "proven evaluation" };
        let (elements, proof) = read("proven evaluation", bytes, PROOF_BYTES)?;
        let proof = proof.try_into().map_err(|_| malformed)?;
        Ok(Self { elements, proof: Proof::from_bytes(proof).ok_or(malformed)? })
    }
}

fn write(elements: &[Encoded], rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(4 + elements.len() * ENCODED_BYTES + rest.len());
    out.extend_from_slice(&(elements.len() as u32).to_be_bytes());
    out.extend_from_slice(elements.as_flattened());
    out.extend_from_slice(rest);
    out
}

fn read<'a>(message: &'static str, bytes: &'a [u8], tail: usize) -> Result<(Vec<Encoded>, &'a [u8]), VoprfError> {
    let malformed = VoprfError::Malformed { message };
    let (count, rest) = bytes.split_first_chunk::<4>().ok_or(malformed)?;
    let count = u32::from_be_bytes(*count) as usize;
    check_batch(count)?;
    if rest.len() != count * ENCODED_BYTES + tail {
        return Err(malformed);
    }
    let (elements, rest) = rest.split_at(count * ENCODED_BYTES);
    Ok((elements.as_chunks::<ENCODED_BYTES>().0.to_vec(), rest))
}

/// Whether one proof covers so many elements.
pub(super) fn check_batch(count: usize) -> Result<(), VoprfError> {
    if (1..=BATCH_MAX).contains(&count) { Ok(()) } else { Err(VoprfError::BatchSize(count)) }
}
