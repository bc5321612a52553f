//! The running digest of one direction (docs/adr/0015-transcript-digest.md).

use mpc_core::sm3x16::{LANES, sm3_each};
use sm3::{Digest, Sm3};

/// Bytes of a leaf; the last one may have fewer.
const LEAF_BYTES: usize = 4096;
/// Bytes that are hashed at a time: a leaf for each lane.
const GROUP_BYTES: usize = LANES * LEAF_BYTES;
/// Before the digest of an earlier segment of the same channel.
const SEGMENT_TAG: &[u8] = b"shuzheng/transcript-segment/1";
/// Before the digest of a segment of an earlier channel, and of what opened this one.
const CONTINUED_TAG: &[u8] = b"shuzheng/transcript-continued/1";

/// A digest over every frame of one direction, in order. Both ends of a channel get the same.
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

/// How a digest is made. Both ends of a channel must use the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TranscriptVersion {
    /// `SM3("shuzheng/transcript/1" ‖ stream)`, to replay recordings from before version 2.
    One,
    /// `SM3("shuzheng/transcript/2" ‖ SM3(leaf) ‖ SM3(leaf) ‖ … ‖ bytes u64)`, the leaves being the stream in pieces of
    /// 4,096 bytes (the last one of what is left, none when nothing is), `bytes` the length of the stream, big endian.
    #[default]
    Two,
}

/// The digest of a growing stream of frames. A frame carries its own length, so that the boundaries are part of what is
/// hashed.
///
/// The leaves of version 2 do not depend on one another, so that sixteen are hashed at a time. Two streams with one digest
/// would show a collision of SM3, as they would in version 1.
///
/// A long conversation has segments, each beginning with the digest of what was before, so that a conversation whose
/// channel broke can go on over another one from the end of a segment, and its last digest still covers all of it. In the
/// place of the tag above there is then:
///
/// ```text
/// segment after digest D          "shuzheng/transcript-segment/1" ‖ D
/// the same over another channel   "shuzheng/transcript-continued/1" ‖ D ‖ digest of its opening frames
/// ```
#[derive(Clone)]
pub struct Transcript {
    version: TranscriptVersion,
    root: Sm3,
    bytes: u64,
    /// What does not fill a group yet.
    pending: Vec<u8>,
}

impl Transcript {
    /// The digest of a direction in which nothing was said yet.
    pub fn new(version: TranscriptVersion) -> Self {
        let tag: &[u8] = match version {
            TranscriptVersion::One => b"shuzheng/transcript/1",
            TranscriptVersion::Two => b"shuzheng/transcript/2",
        };
        Self { version, root: Sm3::new().chain_update(tag), bytes: 0, pending: Vec::new() }
    }

    /// Adds the bytes of one frame, header included; may be called in pieces.
    pub fn update(&mut self, mut bytes: &[u8]) {
        if self.version == TranscriptVersion::One {
            self.root.update(bytes);
            return;
        }
        self.bytes += bytes.len() as u64;
        if !self.pending.is_empty() {
            let (fill, rest) = bytes.split_at(bytes.len().min(GROUP_BYTES - self.pending.len()));
            self.pending.extend_from_slice(fill);
            bytes = rest;
            if self.pending.len() == GROUP_BYTES {
                absorb(&mut self.root, &self.pending);
                self.pending.clear();
            }
        }
        let (groups, rest) = bytes.split_at(bytes.len() / GROUP_BYTES * GROUP_BYTES);
        absorb(&mut self.root, groups);
        self.pending.extend_from_slice(rest);
    }

    /// Ends the segment and begins the next one with its digest, which is given.
    pub fn next_segment(&mut self) -> TranscriptDigest {
        let before = self.digest();
        self.begin(Sm3::new().chain_update(SEGMENT_TAG).chain_update(before.0));
        before
    }

    /// Takes what was added so far for the opening of a channel that continues after `before`.
    pub fn continue_from(&mut self, before: TranscriptDigest) {
        let opening = self.digest();
        self.begin(Sm3::new().chain_update(CONTINUED_TAG).chain_update(before.0).chain_update(opening.0));
    }

    fn begin(&mut self, root: Sm3) {
        (self.root, self.bytes) = (root, 0);
        self.pending.clear();
    }

    /// The digest of what was added so far.
    pub fn digest(&self) -> TranscriptDigest {
        let mut root = self.root.clone();
        if self.version == TranscriptVersion::Two {
            let rest = absorb(&mut root, &self.pending);
            if !rest.is_empty() {
                root.update(Sm3::digest(rest));
            }
            root.update(self.bytes.to_be_bytes());
        }
        TranscriptDigest(root.finalize().into())
    }
}

/// Adds the digests of all whole leaves; gives what is left.
fn absorb<'a>(root: &mut Sm3, bytes: &'a [u8]) -> &'a [u8] {
    let (leaves, rest) = bytes.as_chunks::<LEAF_BYTES>();
    sm3_each(leaves).iter().for_each(|digest| root.update(digest));
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stream(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i % 251) as u8 ^ (i >> 12) as u8).collect()
    }

    /// By the definition, one hash after another.
    fn defined(stream: &[u8]) -> TranscriptDigest {
        let mut root = b"shuzheng/transcript/2".to_vec();
        stream.chunks(4096).for_each(|leaf| root.extend_from_slice(&Sm3::digest(leaf)));
        root.extend_from_slice(&(stream.len() as u64).to_be_bytes());
        TranscriptDigest(Sm3::digest(root).into())
    }

    #[test]
    fn the_digest_is_that_of_its_definition_for_every_length_around_leaves_and_groups() {
        for len in [0, 1, 4095, 4096, 4097, 8192, 65_535, 65_536, 65_537, 69_632, 131_072, 200_000] {
            let mut transcript = Transcript::new(TranscriptVersion::Two);
            transcript.update(&stream(len));
            assert_eq!(transcript.digest(), defined(&stream(len)), "{len}");
        }
    }

    #[test]
    fn digests_are_the_same_in_every_version() {
        // Golden: they are attested, and compared between nodes.
        let digest = |len| defined(&stream(len)).to_string();
        assert_eq!(digest(0), "d4b704e4a036fe16e388f7eb539e22fa3678c0bf7342430f4d226c39318696a5");
        assert_eq!(digest(100_000), "ad2862fe0a1a7b7da15caa08100e12d77ecdd8e7dceb1dcbb0f9b9aa644ecd4b");
    }

    #[test]
    fn version_one_is_the_hash_of_the_stream() {
        let mut transcript = Transcript::new(TranscriptVersion::One);
        [&b"ab"[..], b"c"].into_iter().for_each(|piece| transcript.update(piece));
        assert_eq!(transcript.digest().0[..], Sm3::digest(b"shuzheng/transcript/1abc")[..]);
    }

    #[test]
    fn a_byte_changed_added_or_taken_away_anywhere_changes_the_digest() {
        let original = stream(70_000);
        let digest = |stream: &[u8]| {
            let mut transcript = Transcript::new(TranscriptVersion::Two);
            transcript.update(stream);
            transcript.digest()
        };
        for at in [0, 4_095, 4_096, 65_535, 65_536, 69_999] {
            let mut changed = original.clone();
            changed[at] ^= 1;
            assert_ne!(digest(&changed), digest(&original), "{at}");
            changed.remove(at);
            assert_ne!(digest(&changed), digest(&original), "{at}");
        }
        assert_ne!(digest(&[&original[..], &[0]].concat()), digest(&original));
        // Leaves in another order.
        let swapped = [&original[4_096..8_192], &original[..4_096], &original[8_192..]].concat();
        assert_ne!(digest(&swapped), digest(&original));
    }

    proptest! {
        #[test]
        fn the_pieces_in_which_it_comes_change_nothing(pieces in prop::collection::vec(0usize..150_000, 0..8)) {
            let all = stream(pieces.iter().sum());
            let (mut transcript, mut at) = (Transcript::new(TranscriptVersion::Two), 0);
            for len in pieces {
                transcript.update(&all[at..at + len]);
                at += len;
                // Asking in between changes nothing.
                prop_assert_eq!(transcript.digest(), defined(&all[..at]));
            }
        }
    }
}
