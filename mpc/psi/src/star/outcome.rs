//! What the parties of a star end with.

use mpc_core::SeedCommitment;
use mpc_net::{Traffic, TranscriptDigest};
use zeroize::Zeroize;

use crate::run::{RunReport, SessionId};

/// Positions of the leader's items that every sender holds too, ascending, each with the payload that each sender
/// released for it. Cleared when dropped.
#[derive(Default)]
pub struct StarMatches {
    senders: usize,
    items: Vec<u32>,
    /// Per row and sender, in this order: where its payload starts and how long it is.
    spans: Vec<(u64, u32)>,
    payload: Vec<u8>,
}

impl StarMatches {
    pub(crate) fn new(senders: usize) -> Self {
        Self { senders, items: Vec::new(), spans: Vec::new(), payload: Vec::new() }
    }

    /// Adds a row; payloads follow by [`Self::append`] and [`Self::put`].
    pub(crate) fn push(&mut self, item: u32) -> usize {
        self.items.push(item);
        self.spans.resize(self.items.len() * self.senders, (0, 0));
        self.items.len() - 1
    }

    /// Sets the payload of a sender in a row.
    pub(crate) fn put(&mut self, row: usize, sender: usize, payload: &[u8]) {
        self.spans[row * self.senders + sender] = (self.payload.len() as u64, payload.len() as u32);
        self.payload.extend_from_slice(payload);
    }

    /// Brings the rows into the order of the items.
    pub(crate) fn sort(&mut self) {
        if self.items.is_sorted() {
            return;
        }
        let mut order: Vec<u32> = (0..self.items.len() as u32).collect();
        order.sort_unstable_by_key(|row| self.items[*row as usize]);
        let spans = &self.spans;
        let senders = self.senders;
        self.spans = order.iter().flat_map(|row| spans[*row as usize * senders..][..senders].iter().copied()).collect();
        self.items.sort_unstable();
    }

    /// How many items matched.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many senders there are, hence payloads of each row.
    pub fn senders(&self) -> usize {
        self.senders
    }

    /// The rows, ascending by item.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = StarRow<'_>> {
        (0..self.items.len()).map(|row| StarRow { matches: self, row })
    }
}

impl Drop for StarMatches {
    fn drop(&mut self) {
        self.payload.zeroize();
    }
}

impl std::fmt::Debug for StarMatches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StarMatches")
    }
}

/// A matched item of the leader.
#[derive(Clone, Copy)]
pub struct StarRow<'a> {
    matches: &'a StarMatches,
    row: usize,
}

impl<'a> StarRow<'a> {
    /// Position of the item in the leader's set.
    pub fn item(&self) -> usize {
        self.matches.items[self.row] as usize
    }

    /// What a sender released for it, by the sender's place in the specification (0, 1, …); empty when that sender
    /// releases nothing.
    ///
    /// # Panics
    /// When there is no such sender.
    pub fn payload(&self, sender: usize) -> &'a [u8] {
        assert!(sender < self.matches.senders, "a sender of the run");
        let (start, len) = self.matches.spans[self.row * self.matches.senders + sender];
        &self.matches.payload[start as usize..start as usize + len as usize]
    }

    /// What all senders released, in their order.
    pub fn payloads(&self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        let row = *self;
        (0..self.matches.senders).map(move |sender| row.payload(sender))
    }
}

impl std::fmt::Debug for StarRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StarRow")
    }
}

/// The leader's result.
#[derive(Debug)]
pub struct LeaderOutcome {
    /// Which own items all senders hold too, with the payloads they released.
    pub matches: StarMatches,
    /// What can be attested about the link to each sender, in the order of the channels. `agreement.digest` is the same
    /// in all of them and at every party; `matched` is the number of rows in all of them.
    pub reports: Vec<RunReport>,
}

/// A sender's report.
#[derive(Debug)]
pub struct SenderOutcome {
    /// What can be attested about the link to the leader.
    pub report: RunReport,
    /// What can be attested about the links to the other senders, in the order of their places.
    pub others: Vec<PairReport>,
}

/// What can be attested about a link over which two parties only agreed on keys. Holds counts and digests, no data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairReport {
    /// The other party's place in the specification.
    pub other: usize,
    /// The session.
    pub session: SessionId,
    /// Digest of what all parties negotiated; the same in every report of the run.
    pub agreement: [u8; 32],
    /// Items the other one announced.
    pub peer_items: u64,
    /// Digest of every frame sent.
    pub sent: TranscriptDigest,
    /// Digest of every frame received.
    pub received: TranscriptDigest,
    /// Frames and bytes.
    pub traffic: Traffic,
    /// Commitment to the own seed.
    pub seed: SeedCommitment,
    /// Commitment to the other one's seed.
    pub peer_seed: SeedCommitment,
}
