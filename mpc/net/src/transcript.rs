//! The running digest of one direction.

use sm3::{Digest, Sm3};

const TAG: &[u8] = b"shuzheng/transcript/1";

/// SM3 over every frame of one direction, in order. Both ends of a channel get the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TranscriptDigest(pub [u8; 32]);

impl std::fmt::Display for TranscriptDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for TranscriptDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TranscriptDigest({self})")
    }
}

/// `SM3("shuzheng/transcript/1" ‖ frame ‖ frame ‖ …)`. A frame carries its own length, so that the
/// boundaries are part of what is hashed.
#[derive(Clone)]
pub struct Transcript(Sm3);

impl Transcript {
    /// The digest of a direction in which nothing was said yet.
    pub fn new() -> Self {
        Self(Sm3::new().chain_update(TAG))
    }

    /// Adds the bytes of one frame, header included; may be called in pieces.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of what was added so far.
    pub fn digest(&self) -> TranscriptDigest {
        TranscriptDigest(self.0.clone().finalize().into())
    }
}

impl Default for Transcript {
    fn default() -> Self {
        Self::new()
    }
}
