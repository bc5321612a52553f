//! The sender as a machine without input or output. Making its own tags is independent of answering the
//! receiver, so that it comes as a separate part that a driver can run in the meantime.

use std::sync::Arc;

use bytes::Bytes;
use mpc_core::group::{decode_mul_encode, hash_mul_encode};
use mpc_core::parallel::map_blocks;
use mpc_core::{CommittedSeed, Encoded, HashDomain, SecretScalar};
use zeroize::Zeroizing;

use super::PROTOCOL;
use super::domain::hash_domain;
use super::extended::Extended;
use super::message::{Counts, PointChunk, TagChunk, TagsEnd};
use super::point_log::PointLog;
use super::tag::{Derived, bits, derive};
use crate::item::ItemSet;
use crate::run::claims::{Checking, Claimable, Proof};
use crate::run::entries::Entry;
use crate::run::tag::{self, SealKey, Tag};
use crate::run::{Agreement, Header, PayloadSource, PsiError, Role, RunConfig, SessionId, canary, payload};

/// Before the headers are exchanged.
pub struct SenderSetup {
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    header: Header,
}

impl SenderSetup {
    /// A sender of the given items, with payloads when the parameters say so.
    ///
    /// # Errors
    /// When a setting makes no sense or the payloads do not fit the parameters.
    pub fn new(
        config: RunConfig,
        items: ItemSet,
        payload: Option<Arc<dyn PayloadSource>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        let width = config.released_width(Role::Sender, payload.as_deref())?;
        let header = Header::own(PROTOCOL, &config, Role::Sender, items.len() as u64, width, seed.commitment());
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
    pub fn agree(self, theirs: &Header) -> Result<(Evaluating, TagBuilder), PsiError> {
        self.header.check(theirs, &self.config)?;
        let session = self.config.session;
        let bits = bits(&self.header.params, self.header.total(), theirs.total());
        let own = Arc::new(Own {
            agreement: Agreement::of(theirs, &self.header, bits),
            session,
            domain: hash_domain(&session),
            key: SecretScalar::random(&mut self.seed.prg("sender key", &session.0)),
            extended: Extended::new(self.items, &self.config.params, &session, &self.seed)?,
            payload: self.payload,
        });
        let evaluating = Evaluating { own: own.clone(), done: 0, log: PointLog::default() };
        Ok((evaluating, TagBuilder { own, next: 0 }))
    }
}

struct Own {
    agreement: Agreement,
    session: SessionId,
    domain: HashDomain,
    key: SecretScalar,
    extended: Extended,
    payload: Option<Arc<dyn PayloadSource>>,
}

/// Blinded elements come in and are answered.
pub struct Evaluating {
    own: Arc<Own>,
    done: u64,
    log: PointLog,
}

impl Evaluating {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.own.agreement
    }

    /// Takes a message of blinded elements.
    ///
    /// # Errors
    /// When it has not the agreed size or does not continue the last.
    pub fn blinded(&mut self, chunk: PointChunk) -> Result<EvaluateJob, PsiError> {
        let agreement = &self.own.agreement;
        let items = chunk.points.len();
        if items == 0 || items > agreement.chunk_items {
            return Err(PsiError::ChunkSize { items, max: agreement.chunk_items });
        }
        if chunk.offset != self.done {
            return Err(PsiError::WrongOffset { message: "blinded", expected: self.done, got: chunk.offset });
        }
        let got = self.done + items as u64;
        if got > agreement.receiver_total {
            return Err(PsiError::WrongCount { what: "blinded elements", expected: agreement.receiver_total, got });
        }
        self.done = got;
        self.log.received(&chunk.points);
        Ok(EvaluateJob { own: self.own.clone(), chunk })
    }

    /// Notes an answer that is about to be sent.
    pub fn sending(&mut self, chunk: &PointChunk) {
        self.log.sent(&chunk.points);
    }

    /// Elements answered so far.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Ends the exchange with the receiver's count. Sorts: to be run off the async threads. No tag may
    /// leave before this succeeded.
    ///
    /// # Errors
    /// When elements are missing, repeated or reflected.
    pub fn finish(self, count: u64) -> Result<Tagging, PsiError> {
        let expected = self.own.agreement.receiver_total;
        for got in [count, self.done] {
            if got != expected {
                return Err(PsiError::WrongCount { what: "blinded elements", expected, got });
            }
        }
        self.log.check("blinded")?;
        let mut claimable = Claimable::default();
        let agreement = &self.own.agreement;
        if agreement.to_both() {
            claimable.reserve(agreement.sender_total as usize, agreement.returned_bytes.is_some());
        }
        Ok(Tagging { own: self.own, evaluated: self.done, done: 0, canary_tags: Vec::new(), claimable })
    }
}

/// Evaluating one message.
pub struct EvaluateJob {
    own: Arc<Own>,
    chunk: PointChunk,
}

impl EvaluateJob {
    /// `(H(x)^a)^b`, in order.
    ///
    /// # Errors
    /// When an element is the identity or no element.
    pub fn run(self, threads: usize) -> Result<PointChunk, PsiError> {
        let offset = self.chunk.offset;
        let points = decode_mul_encode(threads, &self.chunk.points, &self.own.key)
            .map_err(|at| PsiError::BadPoint { what: "blinded", index: offset + at.index as u64, cause: at.cause })?;
        Ok(PointChunk { offset, points })
    }
}

/// Makes the sender's own tags, in secret order.
pub struct TagBuilder {
    own: Arc<Own>,
    next: usize,
}

impl TagBuilder {
    /// The next part, as work to be done; `None` when all is made.
    pub fn next_job(&mut self) -> Option<TagJob> {
        let (from, total) = (self.next, self.own.extended.total());
        if from >= total {
            return None;
        }
        self.next = total.min(from + self.own.agreement.chunk_items);
        Some(TagJob { own: self.own.clone(), from, to: self.next })
    }
}

/// Making the tags of one part.
pub struct TagJob {
    own: Arc<Own>,
    from: usize,
    to: usize,
}

impl TagJob {
    /// `F(y) = H(y)^b` and the tag and key that follow.
    pub fn run(self, threads: usize) -> DerivedTags {
        let mut items = self.own.extended.gather(self.from, self.to);
        let values: Zeroizing<Vec<Encoded>> =
            Zeroizing::new(hash_mul_encode(threads, &self.own.domain, &items, &self.own.key));
        let agreement = &self.own.agreement;
        let Derived { tags, mut keys, proofs } =
            derive(threads, &items, &values, agreement.tag_bytes, agreement.to_both());
        if !agreement.keeps_keys() {
            // The unbounded queue of parts is to hold no more than it must.
            keys = Zeroizing::new(Vec::new());
        }
        items.iter_mut().for_each(crate::item::Item::clear);
        DerivedTags { from: self.from, tags, keys, proofs }
    }
}

/// Tags and keys of one part.
pub struct DerivedTags {
    from: usize,
    tags: Vec<Tag>,
    keys: Zeroizing<Vec<SealKey>>,
    proofs: Zeroizing<Vec<Proof>>,
}

impl DerivedTags {
    /// How many tags.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }
}

/// Tags go out.
pub struct Tagging {
    own: Arc<Own>,
    evaluated: u64,
    done: u64,
    canary_tags: Vec<Tag>,
    claimable: Claimable,
}

impl Tagging {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.own.agreement
    }

    /// How many entries fit a frame of the given limit.
    pub fn entries_per_frame(&self, frame_bytes_max: u32) -> usize {
        let room = (frame_bytes_max as usize).saturating_sub(8);
        (room / self.own.agreement.entry_bytes()).clamp(1, self.own.agreement.chunk_items)
    }

    /// Encodes the entries `from..from + count` of a part, sealing payloads on up to `threads` threads.
    /// Parts are taken in the order in which they were made.
    ///
    /// # Errors
    /// When an own payload is longer than was announced.
    pub fn seal(
        &mut self,
        threads: usize,
        derived: &DerivedTags,
        from: usize,
        count: usize,
    ) -> Result<TagChunk, PsiError> {
        let own = &self.own;
        let to = derived.len().min(from + count);
        let order = own.extended.order(derived.from + from, derived.from + to);
        let numbers: Vec<(usize, u32)> = (from..to).zip(order.iter().copied()).collect();
        let entries = map_blocks(threads, 512, &numbers, |_, block| {
            let mut out = Vec::with_capacity(block.len() * own.agreement.entry_bytes());
            for (i, number) in block {
                own.entry(derived, *i, *number, &mut out)?;
            }
            Ok::<_, PsiError>(out)
        })?;
        for (i, number) in &numbers {
            if own.extended.entry(*number) == Entry::Private {
                self.canary_tags.push(derived.tags[*i]);
            }
            if let Some(proof) = derived.proofs.get(*i) {
                let key = own.agreement.returned_bytes.and_then(|_| derived.keys.get(*i));
                self.claimable.push(*number, *proof, key);
            }
        }
        let offset = self.done;
        self.done += (to - from) as u64;
        Ok(TagChunk { offset, entries: Bytes::from(entries) })
    }

    /// Tags sent so far.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Ends the tags: the message that says how many there were and names the private canaries.
    ///
    /// # Errors
    /// When not every tag was sent.
    pub fn finish(self) -> Result<(TagsEnd, Confirming), PsiError> {
        let agreement = self.own.agreement;
        if self.done != agreement.sender_total {
            let (expected, got) = (agreement.sender_total, self.done);
            return Err(PsiError::WrongCount { what: "own tags", expected, got });
        }
        let mut bytes = Vec::new();
        for tag in &self.canary_tags {
            tag::write(*tag, agreement.tag_bytes, &mut bytes);
        }
        let counts = Counts { blinded: self.evaluated, evaluated: self.evaluated, tags: self.done };
        let Own { session, extended, .. } = &*self.own;
        let claims = agreement.to_both().then(|| Checking::new(agreement, *session, extended.counts(), self.claimable));
        Ok((TagsEnd { count: self.done, canary_tags: Bytes::from(bytes) }, Confirming { agreement, counts, claims }))
    }
}

impl Own {
    fn entry(&self, derived: &DerivedTags, i: usize, number: u32, out: &mut Vec<u8>) -> Result<(), PsiError> {
        tag::write(derived.tags[i], self.agreement.tag_bytes, out);
        let (Some(source), Some(width)) = (&self.payload, self.agreement.payload_bytes) else {
            return Ok(());
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(width as usize));
        let item = match self.extended.entry(number) {
            Entry::Own(item) => {
                source.append(item, &mut plain);
                item
            }
            Entry::Joint(canary) => {
                *plain = canary::payload(&self.session, canary, width);
                usize::from(canary)
            }
            Entry::Private => 0,
        };
        if payload::seal(&derived.keys[i], &self.agreement.digest, &plain, width, out) {
            Ok(())
        } else {
            Err(PsiError::OwnPayload { item, bytes: plain.len(), max: width })
        }
    }
}

/// Everything sent; only the confirmation is left.
pub struct Confirming {
    /// What was agreed.
    pub agreement: Agreement,
    /// What was counted.
    pub counts: Counts,
    /// What the receiver may prove, when the result goes to both.
    pub(crate) claims: Option<Checking>,
}
