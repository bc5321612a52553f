//! The receiver as a machine without input or output: each state is a type, each step consumes or checks a
//! message. Work on curve elements is handed out as jobs, so that the driver decides where it runs.

use std::collections::VecDeque;
use std::sync::Arc;

use mpc_core::group::{decode_mul_encode, hash_mul_encode};
use mpc_core::{CommittedSeed, HashDomain, SecretScalar};
use zeroize::{Zeroize, Zeroizing};

use super::PROTOCOL;
use super::domain::hash_domain;
use super::extended::Extended;
use super::message::{Counts, PointChunk, TagChunk, TagsEnd};
use super::point_log::PointLog;
use super::tag::{Derived, TagTable, bits, derive};
use crate::item::ItemSet;
use crate::run::claims::{ClaimList, Claiming, Proof};
use crate::run::entries::Entry;
use crate::run::tag::{self, SealKey, Tag};
use crate::run::{
    Agreement, CanaryOutcome, Header, Matches, PayloadSource, PsiError, Role, RunConfig, SessionId, canary, payload,
};

/// Before the headers are exchanged.
pub struct ReceiverSetup {
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    header: Header,
}

impl ReceiverSetup {
    /// A receiver of the given items.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(config: RunConfig, items: ItemSet, seed: CommittedSeed) -> Result<Self, PsiError> {
        Self::returning(config, items, None, seed)
    }

    /// A receiver that gives columns back when the parameters say so.
    ///
    /// # Errors
    /// When a setting makes no sense or the columns do not fit the parameters.
    pub fn returning(
        config: RunConfig,
        items: ItemSet,
        payload: Option<Arc<dyn PayloadSource>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        let width = config.released_width(Role::Receiver, payload.as_deref())?;
        let header = Header::own(PROTOCOL, &config, Role::Receiver, items.len() as u64, width, seed.commitment());
        Ok(Self { config, items, payload, seed, header })
    }

    /// The header to send.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header and goes on.
    ///
    /// # Errors
    /// What differs.
    pub fn agree(self, theirs: &Header) -> Result<Exchange, PsiError> {
        self.header.check(theirs, &self.config)?;
        let bits = bits(&self.header.params, self.header.total(), theirs.total());
        let agreement = Agreement::of(&self.header, theirs, bits);
        let session = self.config.session;
        let blind = SecretScalar::random(&mut self.seed.prg("receiver blind", &session.0));
        let extended = Extended::new(self.items, &self.config.params, &session, &self.seed)?;
        let total = extended.total();
        let keys = if agreement.keeps_keys() { total } else { 0 };
        let proofs = if agreement.to_both() { total } else { 0 };
        Ok(Exchange {
            own: Arc::new(Own {
                agreement,
                session,
                domain: hash_domain(&session),
                unblind: blind.invert(),
                blind,
                extended,
                payload: self.payload,
            }),
            next: 0,
            under_way: VecDeque::new(),
            tags: Vec::with_capacity(total),
            keys: Zeroizing::new(Vec::with_capacity(keys)),
            proofs: Zeroizing::new(Vec::with_capacity(proofs)),
            log: PointLog::default(),
        })
    }
}

struct Own {
    agreement: Agreement,
    session: SessionId,
    domain: HashDomain,
    blind: SecretScalar,
    unblind: SecretScalar,
    extended: Extended,
    payload: Option<Arc<dyn PayloadSource>>,
}

/// Blinded elements go out, evaluated ones come back in the same order.
pub struct Exchange {
    own: Arc<Own>,
    next: usize,
    under_way: VecDeque<(usize, usize)>,
    tags: Vec<(Tag, u32)>,
    keys: Zeroizing<Vec<SealKey>>,
    proofs: Zeroizing<Vec<Proof>>,
    log: PointLog,
}

impl Exchange {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.own.agreement
    }

    /// The next message of blinded elements, as work to be done; `None` when all are out.
    pub fn next_blinding(&mut self) -> Option<BlindJob> {
        let (from, total) = (self.next, self.own.extended.total());
        if from >= total {
            return None;
        }
        self.next = total.min(from + self.own.agreement.chunk_items);
        Some(BlindJob { own: self.own.clone(), from, to: self.next })
    }

    /// Notes a message that is about to be sent.
    pub fn sending(&mut self, chunk: &PointChunk) {
        self.under_way.push_back((chunk.offset as usize, chunk.points.len()));
        self.log.sent(&chunk.points);
    }

    /// Takes an answer: it must be to the oldest message under way.
    ///
    /// # Errors
    /// When it is not.
    pub fn evaluated(&mut self, chunk: PointChunk) -> Result<UnblindJob, PsiError> {
        let done = self.tags.len() as u64;
        let (from, len) = self.under_way.pop_front().ok_or(PsiError::WrongCount {
            what: "evaluated elements",
            expected: done,
            got: done + chunk.points.len() as u64,
        })?;
        if chunk.offset != from as u64 {
            return Err(PsiError::WrongOffset { message: "evaluated", expected: from as u64, got: chunk.offset });
        }
        if chunk.points.len() != len {
            return Err(PsiError::WrongCount {
                what: "evaluated elements of a message",
                expected: len as u64,
                got: chunk.points.len() as u64,
            });
        }
        self.log.received(&chunk.points);
        Ok(UnblindJob { own: self.own.clone(), from, chunk })
    }

    /// Keeps the result of a job; jobs are absorbed in the order they were made.
    pub fn absorb(&mut self, unblinded: Unblinded) {
        for tag in &unblinded.derived.tags {
            self.tags.push((*tag, self.tags.len() as u32));
        }
        if self.own.agreement.keeps_keys() {
            self.keys.extend_from_slice(&unblinded.derived.keys);
        }
        self.proofs.extend_from_slice(&unblinded.derived.proofs);
    }

    /// Elements answered so far.
    pub fn done(&self) -> u64 {
        self.tags.len() as u64
    }

    /// Ends the exchange with the sender's count. Sorts: to be run off the async threads.
    ///
    /// # Errors
    /// When elements are missing, repeated or reflected, or own tags collide.
    pub fn finish(self, count: u64) -> Result<Matching, PsiError> {
        let total = self.own.extended.total() as u64;
        for got in [count, self.tags.len() as u64] {
            if got != total {
                return Err(PsiError::WrongCount { what: "evaluated elements", expected: total, got });
            }
        }
        self.log.check("evaluated")?;
        let evaluated = self.tags.len() as u64;
        let joint = usize::from(self.own.extended.joint_len());
        Ok(Matching {
            table: TagTable::build(self.tags).map_err(|_| PsiError::TagCollision)?,
            seen: Vec::with_capacity(self.own.agreement.sender_total as usize),
            evaluated,
            own: self.own,
            keys: self.keys,
            proofs: self.proofs,
            claims: ClaimList::default(),
            matches: Matches::default(),
            joint_found: vec![false; joint],
            forged: false,
        })
    }
}

/// Blinding one message.
pub struct BlindJob {
    own: Arc<Own>,
    from: usize,
    to: usize,
}

impl BlindJob {
    /// `H(x)^a` for the entries of the message.
    pub fn run(self, threads: usize) -> PointChunk {
        let mut items = self.own.extended.gather(self.from, self.to);
        let points = hash_mul_encode(threads, &self.own.domain, &items, &self.own.blind);
        items.iter_mut().for_each(crate::item::Item::clear);
        PointChunk { offset: self.from as u64, points }
    }
}

/// Unblinding one message.
pub struct UnblindJob {
    own: Arc<Own>,
    from: usize,
    chunk: PointChunk,
}

impl UnblindJob {
    /// `(H(x)^ab)^(1/a)`, and the tag and key that follow.
    ///
    /// # Errors
    /// When an element is the identity or no element.
    pub fn run(self, threads: usize) -> Result<Unblinded, PsiError> {
        let values =
            Zeroizing::new(decode_mul_encode(threads, &self.chunk.points, &self.own.unblind).map_err(|at| {
                PsiError::BadPoint { what: "evaluated", index: (self.from + at.index) as u64, cause: at.cause }
            })?);
        let items = self.own.extended.gather(self.from, self.from + values.len());
        let agreement = &self.own.agreement;
        Ok(Unblinded { derived: derive(threads, &items, &values, agreement.tag_bytes, agreement.to_both()) })
    }
}

/// Tags and keys of one message.
pub struct Unblinded {
    derived: Derived,
}

/// Tags come in and are matched.
pub struct Matching {
    own: Arc<Own>,
    table: TagTable,
    keys: Zeroizing<Vec<SealKey>>,
    proofs: Zeroizing<Vec<Proof>>,
    claims: ClaimList,
    seen: Vec<Tag>,
    evaluated: u64,
    matches: Matches,
    joint_found: Vec<bool>,
    forged: bool,
}

impl Matching {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.own.agreement
    }

    /// Takes a message of tags and opens the payloads of those that match.
    ///
    /// # Errors
    /// When the message has not the agreed form, or a private canary matches.
    pub fn accept(&mut self, chunk: &TagChunk) -> Result<(), PsiError> {
        let agreement = self.own.agreement;
        let entry_bytes = agreement.entry_bytes();
        if !chunk.entries.len().is_multiple_of(entry_bytes) {
            return Err(PsiError::Malformed { message: "tags" });
        }
        let count = chunk.entries.len() / entry_bytes;
        if count == 0 || count > agreement.chunk_items {
            return Err(PsiError::ChunkSize { items: count, max: agreement.chunk_items });
        }
        let expected = self.seen.len() as u64;
        if chunk.offset != expected {
            return Err(PsiError::WrongOffset { message: "tags", expected, got: chunk.offset });
        }
        let got = expected + count as u64;
        if got > agreement.sender_total {
            return Err(PsiError::WrongCount { what: "tags", expected: agreement.sender_total, got });
        }
        for entry in chunk.entries.chunks_exact(entry_bytes) {
            let (tag, sealed) = entry.split_at(agreement.tag_bytes);
            let tag = tag::read(tag);
            let place = self.seen.len() as u32;
            self.seen.push(tag);
            if let Some(position) = self.table.get(tag) {
                self.matched(position as usize, place, sealed)?;
            }
        }
        Ok(())
    }

    fn matched(&mut self, position: usize, place: u32, sealed: &[u8]) -> Result<(), PsiError> {
        let number = self.own.extended.number_at(position);
        let entry = self.own.extended.entry(number);
        if entry == Entry::Private {
            return Err(PsiError::CanaryForged);
        }
        let before = self.matches.payload_buffer().len();
        let mut len = 0;
        if let Some(width) = self.own.agreement.payload_bytes {
            let context = &self.own.agreement.digest;
            let out = self.matches.payload_buffer();
            let Some(opened) = payload::open(&self.keys[position], context, sealed, out) else {
                // Said at the end only: where it happened would tell the sender more about the own set than
                // that something it forged matched.
                self.forged = true;
                return Ok(());
            };
            len = opened;
            if let Entry::Joint(number) = entry {
                let right = out[before..] == canary::payload(&self.own.session, number, width);
                out.truncate(before);
                if !right {
                    return Err(PsiError::CanaryPayload);
                }
            }
        }
        match entry {
            Entry::Own(item) => self.matches.push(item, len),
            Entry::Joint(number) => self.joint_found[usize::from(number)] = true,
            Entry::Private => return Err(PsiError::CanaryForged),
        }
        if let Some(proof) = self.proofs.get(position) {
            let key = self.own.agreement.returned_bytes.and_then(|_| self.keys.get(position));
            self.claims.push(place, number, *proof, key);
        }
        Ok(())
    }

    /// Tags taken so far.
    pub fn done(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Ends the matching. Sorts: to be run off the async threads.
    ///
    /// # Errors
    /// When tags are missing or repeated, a payload did not open, or a canary tells that matches were lost or invented.
    pub fn finish(mut self, end: &TagsEnd) -> Result<Matched, PsiError> {
        let agreement = self.own.agreement;
        for got in [end.count, self.seen.len() as u64] {
            if got != agreement.sender_total {
                return Err(PsiError::WrongCount { what: "tags", expected: agreement.sender_total, got });
            }
        }
        self.seen.sort_unstable();
        if self.seen.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PsiError::DuplicateTag);
        }
        if self.forged {
            return Err(PsiError::PayloadForged);
        }
        let private = self.own.extended.private_len();
        if end.canary_tags.len() != usize::from(private) * agreement.tag_bytes {
            return Err(PsiError::Malformed { message: "tags end" });
        }
        let mut named = Vec::with_capacity(usize::from(private));
        for bytes in end.canary_tags.chunks_exact(agreement.tag_bytes) {
            let tag = tag::read(bytes);
            if self.seen.binary_search(&tag).is_err() {
                return Err(PsiError::PeerCanaryLost);
            }
            if self.table.get(tag).is_some() {
                return Err(PsiError::PeerCanaryMatched);
            }
            named.push(tag);
        }
        named.sort_unstable();
        if named.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PsiError::DuplicateTag);
        }
        let found = self.joint_found.iter().filter(|found| **found).count() as u16;
        let expected = self.joint_found.len() as u16;
        if found != expected {
            return Err(PsiError::CanaryLost { found, expected });
        }
        self.matches.sort();
        let canaries = CanaryOutcome { joint_found: found, private_absent: private, peer_private_present: private };
        self.seen.zeroize();
        let counts = Counts { blinded: self.own.extended.total() as u64, evaluated: self.evaluated, tags: end.count };
        let claims = agreement.to_both().then(|| {
            let Own { session, extended, payload, .. } = &*self.own;
            let list = std::mem::take(&mut self.claims);
            Claiming::new(agreement, *session, extended.counts(), list, payload.clone())
        });
        Ok(Matched { agreement, counts, canaries, matches: std::mem::take(&mut self.matches), claims })
    }
}

/// Everything matched; only the confirmation is left.
pub struct Matched {
    /// What was agreed.
    pub agreement: Agreement,
    /// What was counted.
    pub counts: Counts,
    /// What the canaries showed.
    pub canaries: CanaryOutcome,
    /// The result.
    pub matches: Matches,
    /// What is to be proved to the sender, when the result goes to both.
    pub(crate) claims: Option<Claiming>,
}
