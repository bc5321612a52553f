//! The running digest of one direction.

use sm3::{Digest, Sm3};

const TAG: &[u8] = b"shuzheng/transcript/1";
/// Before the digest of an earlier segment of the same channel.
const SEGMENT_TAG: &[u8] = b"shuzheng/transcript-segment/1";
/// Before the digest of a segment of an earlier channel, and of what opened this one.
const CONTINUED_TAG: &[u8] = b"shuzheng/transcript-continued/1";

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
///
/// A long conversation has segments, each beginning with the digest of what was before, so that a conversation whose
/// channel broke can go on over another one from the end of a segment, and its last digest still covers all of it:
///
/// ```text
/// segment after digest D          SM3("shuzheng/transcript-segment/1" ‖ D ‖ frame ‖ frame ‖ …)
/// the same over another channel   SM3("shuzheng/transcript-continued/1" ‖ D ‖ digest of its opening frames ‖ frame ‖ …)
/// ```
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

    /// Ends the segment and begins the next one with its digest, which is given.
    pub fn next_segment(&mut self) -> TranscriptDigest {
        let before = self.digest();
        self.0 = Sm3::new().chain_update(SEGMENT_TAG).chain_update(before.0);
        before
    }

    /// Takes what was added so far for the opening of a channel that continues after `before`.
    pub fn continue_from(&mut self, before: TranscriptDigest) {
        let opening = self.digest();
        self.0 = Sm3::new().chain_update(CONTINUED_TAG).chain_update(before.0).chain_update(opening.0);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn after(before: &[&[u8]]) -> Transcript {
        let mut transcript = Transcript::new();
        before.iter().for_each(|bytes| transcript.update(bytes));
        transcript
    }

    #[test]
    fn a_segment_goes_on_over_another_channel_and_depends_on_what_was_before() {
        let mut whole = after(&[b"one"]);
        let end = whole.next_segment();
        assert_eq!(end, after(&[b"one"]).digest());
        let segments = |before: &[u8], opening: &[u8], then: &[u8]| {
            let end = after(&[before]).digest();
            let mut again = after(&[opening]);
            again.continue_from(end);
            again.update(then);
            again.digest()
        };
        let resumed = segments(b"one", b"hello", b"two");
        whole.update(b"two");
        for other in [
            segments(b"other", b"hello", b"two"),
            segments(b"one", b"other", b"two"),
            segments(b"one", b"hello", b"other"),
            whole.digest(),
            after(&[b"one", b"two"]).digest(),
        ] {
            assert_ne!(resumed, other);
        }
        assert_eq!(resumed, segments(b"one", b"hello", b"two"));
    }
}
