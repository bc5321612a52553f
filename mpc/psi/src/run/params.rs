//! Parameters of a run and what the two sides agree on.

use std::path::PathBuf;

use sm3::{Digest, Sm3};

use super::claims::CLAIM_BYTES;
use super::error::PsiError;
use super::header::{Header, Role};
use super::payload::{PayloadSource, sealed_bytes};

/// Name of one run, the same on both sides; mixed into every hash of the run.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub [u8; 32]);

impl std::fmt::Debug for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionId(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// What the receiver gives back to the sender after the matching.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Returns {
    /// Nothing: the sender learns the size of the receiver's set.
    #[default]
    Nothing,
    /// Which of the sender's items matched, with a proof for each.
    Matches,
    /// The same, with the columns that the receiver releases for them.
    Columns,
}

impl Returns {
    /// Whether the sender has a result too.
    pub fn to_both(self) -> bool {
        self != Self::Nothing
    }

    /// The number in a header.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Matches => 1,
            Self::Columns => 2,
        }
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        [Self::Nothing, Self::Matches, Self::Columns].into_iter().find(|r| r.number() == number)
    }
}

/// What both sides must have set to the same values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Elements per message, 1 to 65,536.
    pub chunk_items: u32,
    /// A wrong match or a collision of tags happens with probability at most 2 to the minus this.
    pub statistical_bits: u32,
    /// Canaries that both sides add and the receiver must find.
    pub joint_canaries: u16,
    /// Canaries that each side adds for itself and that must not be found.
    pub private_canaries: u16,
    /// Whether the sender releases columns of matched rows.
    pub payload: bool,
    /// What the receiver gives back.
    pub returns: Returns,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            chunk_items: 4096,
            statistical_bits: 40,
            joint_canaries: 4,
            private_canaries: 4,
            payload: false,
            returns: Returns::Nothing,
        }
    }
}

/// Items of a bucket: about 400 MB of working memory, and long enough that what a bucket costs of itself (base
/// transfers, 190 KB of messages) does not show.
pub const BUCKET_ITEMS: u32 = 1 << 21;

/// Buckets from one checkpoint to the next: one lies about every 2²² items, three seconds of work, of which draining the
/// pipeline is a few per cent.
pub const CHECKPOINT_BUCKETS: u32 = 2;

/// Settings of one side for one run.
#[derive(Debug, Clone)]
pub struct RunConfig {
    /// The session, from the ledger's `TaskReady`.
    pub session: SessionId,
    /// Digest of whatever else both sides must believe alike (task, key rules); compared in the headers.
    pub binding: [u8; 32],
    /// Parameters, equal on both sides.
    pub params: Params,
    /// Threads that compute.
    pub threads: usize,
    /// Messages of blinded elements the receiver keeps under way before it waits for answers (ECDH; other protocols
    /// have no answers to wait for).
    pub window_chunks: usize,
    /// Items that a bucket of RR22 has at most on average, equal on both sides; more are split (no use for ECDH).
    pub bucket_items: u32,
    /// A checkpoint lies after every so many buckets, equal on both sides; 0 for none (no use for protocols without
    /// buckets).
    pub checkpoint_buckets: u32,
    /// How often a run may be resumed. Each time a peer that deviates may try again what it asked of the unfinished
    /// buckets.
    pub resumptions_max: u32,
    /// Most items accepted from the peer.
    pub peer_items_max: u64,
    /// Fewest items accepted from the peer.
    pub peer_items_min: u64,
    /// Widest payload accepted (receiver) or sent (sender), in bytes per matched item.
    pub payload_bytes_max: u32,
    /// Fewest matches that the receiver gives back to the sender: with fewer it ends the run before it says which.
    pub returned_matches_min: u64,
    /// What an epoch of the unbalanced protocol is for, equal on both sides: a digest of the sender's data, its version,
    /// the columns used and the two parties (no use for the others). Equal only where the sender's items and payloads
    /// are.
    pub scope: [u8; 32],
    /// Where this side of the unbalanced protocol keeps what later runs of the scope use again; a directory of its own
    /// that nobody else can read. Without one nothing is kept: an epoch of one run.
    pub keep: Option<PathBuf>,
}

impl RunConfig {
    /// The usual settings: as many threads as the machine has cores, 16 messages under way, buckets of 2²¹, a
    /// checkpoint after every second one, at most 8 resumptions, at most 2³¹ items of the peer, at most 64 KiB of payload
    /// per item, no minimum of matches.
    pub fn new(session: SessionId, binding: [u8; 32], params: Params) -> Self {
        Self {
            session,
            binding,
            params,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            window_chunks: 16,
            bucket_items: BUCKET_ITEMS,
            checkpoint_buckets: CHECKPOINT_BUCKETS,
            resumptions_max: 8,
            peer_items_max: crate::item::ITEMS_MAX as u64,
            peer_items_min: 0,
            payload_bytes_max: 64 << 10,
            returned_matches_min: 0,
            scope: [0; 32],
            keep: None,
        }
    }

    /// The width of what a side releases, which must be given exactly when the parameters say so.
    pub(crate) fn released_width(&self, role: Role, payload: Option<&dyn PayloadSource>) -> Result<u32, PsiError> {
        let expected = match role {
            Role::Receiver => self.params.returns == Returns::Columns,
            Role::Sender => self.params.payload,
        };
        if payload.is_some() != expected {
            return Err(PsiError::PayloadMissing { expected, given: payload.is_some() });
        }
        let width = payload.map_or(0, |payload| payload.bytes_max());
        if width > self.payload_bytes_max {
            return Err(PsiError::PayloadTooWide { bytes: u64::from(width), max: self.payload_bytes_max });
        }
        Ok(width)
    }

    pub(crate) fn check(&self) -> Result<(), PsiError> {
        let bits = u64::from(self.params.statistical_bits);
        for (name, value, range, expected) in [
            ("chunk_items", u64::from(self.params.chunk_items), 1..=65_536, "1 to 65,536 is possible"),
            ("statistical_bits", bits, 40..=64, "40 to 64 is possible"),
            ("threads", self.threads as u64, 1..=1024, "1 to 1,024 is possible"),
            ("bucket_items", u64::from(self.bucket_items), 16..=1 << 24, "16 to 16,777,216 is possible"),
            ("window_chunks", self.window_chunks as u64, 1..=1024, "1 to 1,024 is possible"),
            ("checkpoint_buckets", u64::from(self.checkpoint_buckets), 0..=1 << 20, "0 to 1,048,576 is possible"),
            ("resumptions_max", u64::from(self.resumptions_max), 0..=64, "0 to 64 is possible"),
        ] {
            if !range.contains(&value) {
                return Err(PsiError::Setting { name, value, expected });
            }
        }
        Ok(())
    }
}

/// Bits of a tag so that, among all tags of a run, two different items get equal tags with probability at
/// most 2^−`statistical_bits`: the larger side squared bounds the number of pairs of any kind (own–own,
/// own–peer, peer–peer) up to a factor below two each.
pub fn tag_bits(statistical_bits: u32, total_a: u64, total_b: u64) -> u32 {
    let larger = u128::from(total_a.max(total_b).max(1));
    let pairs = larger * larger;
    statistical_bits + (u128::BITS - (pairs - 1).leading_zeros())
}

/// What follows from the two headers, equal on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Digest of both headers: what was negotiated. Both sides attest it.
    pub digest: [u8; 32],
    /// Items of the receiver, canaries included.
    pub receiver_total: u64,
    /// Items of the sender, canaries included.
    pub sender_total: u64,
    /// Length of a tag on the wire.
    pub tag_bytes: usize,
    /// Width of a payload before encryption; `None` without payload.
    pub payload_bytes: Option<u32>,
    /// Width of what goes back with each proven match; `None` without.
    pub returned_bytes: Option<u32>,
    /// What the receiver gives back.
    pub returns: Returns,
    /// Most claims of a result to both: the smaller side's items and the joint canaries. 0 when nothing goes back.
    pub claims_max: u64,
    /// Private canaries of each side.
    pub private_canaries: u16,
    /// Elements per message.
    pub chunk_items: usize,
}

impl Agreement {
    pub(crate) fn of(receiver: &Header, sender: &Header, tag_bits: u32) -> Self {
        let params = receiver.params;
        // The headers contain neither secrets nor digests of data: seed commitments make the digest
        // different for every run.
        let digest = Sm3::new()
            .chain_update(b"shuzheng/psi/agreement/1")
            .chain_update(receiver.encode())
            .chain_update(sender.encode())
            .finalize()
            .into();
        Self {
            digest,
            receiver_total: receiver.total(),
            sender_total: sender.total(),
            tag_bytes: tag_bits.div_ceil(8).min(16) as usize,
            payload_bytes: params.payload.then_some(sender.payload_bytes),
            returned_bytes: (params.returns == Returns::Columns).then_some(receiver.payload_bytes),
            returns: params.returns,
            claims_max: if params.returns.to_both() {
                receiver.items.min(sender.items) + u64::from(params.joint_canaries)
            } else {
                0
            },
            private_canaries: params.private_canaries,
            chunk_items: params.chunk_items as usize,
        }
    }

    /// Whether the sender has a result too.
    pub fn to_both(&self) -> bool {
        self.returns.to_both()
    }

    /// Whether the keys of items are needed beyond their tags.
    pub(crate) fn keeps_keys(&self) -> bool {
        self.payload_bytes.is_some() || self.returned_bytes.is_some()
    }

    /// Whether more than the tag is needed of a match, at the moment in which it is found.
    pub(crate) fn looks_at_once(&self) -> bool {
        self.payload_bytes.is_some() || self.to_both()
    }

    /// Length of one entry of a message of tags.
    pub fn entry_bytes(&self) -> usize {
        self.tag_bytes + self.payload_bytes.map_or(0, sealed_bytes)
    }

    /// Length of one claim of a result to both.
    pub fn claim_bytes(&self) -> usize {
        CLAIM_BYTES + self.returned_bytes.map_or(0, sealed_bytes)
    }

    /// Items of one side, canaries included.
    pub fn total(&self, role: Role) -> u64 {
        match role {
            Role::Receiver => self.receiver_total,
            Role::Sender => self.sender_total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_long_enough_for_the_pairs_that_can_collide() {
        for (a, b, bits) in [(0, 0, 40), (1, 1, 40), (2, 1, 42), (1 << 16, 1 << 16, 72), ((1 << 16) + 8, 5, 73)] {
            assert_eq!(tag_bits(40, a, b), bits, "{a} and {b}");
        }
        assert_eq!(tag_bits(40, 10_000_000, 1), 87);
        assert!(tag_bits(40, 1 << 31, 1 << 31) <= 128);
    }
}
