//! The sender's end of a bucket: tags go out in secret order.

use std::ops::Range;

use mpc_core::parallel::map_blocks;
use mpc_core::{Gf128, Permutation, Prg};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::message::{CHUNK_BYTES, Chunk, Counts, End, Message};
use super::party::Own;
use super::sender::SenderRun;
use super::vole_part;
use crate::run::claims::{Checking, Claimable};
use crate::run::entries::Entry;
use crate::run::{Agreement, PsiError, canary, payload};

/// Entries that a thread seals at a time.
const BLOCK: usize = 512;

/// What the buckets so far sent.
#[derive(Default)]
pub struct Named {
    canaries: usize,
    claimable: Claimable,
    tags: u64,
    values: u64,
    buckets: u64,
}

impl Named {
    /// What the buckets before a checkpoint sent.
    pub(super) fn restored(counts: Counts, canaries: u32) -> Self {
        let Counts { buckets, values, tags } = counts;
        // Only runs that give nothing back have checkpoints.
        Self { canaries: canaries as usize, claimable: Claimable::default(), tags, values, buckets }
    }

    /// What was counted so far.
    pub(super) fn counts(&self) -> Counts {
        Counts { buckets: self.buckets, values: self.values, tags: self.tags }
    }

    /// Private canaries named so far.
    pub(super) fn canaries(&self) -> u32 {
        self.canaries as u32
    }

    /// Ends the tags after the last bucket.
    pub fn finish(self, run: &SenderRun) -> Confirming {
        debug_assert_eq!(self.canaries, usize::from(run.own.entries.private_len()));
        let own = &*run.own;
        let claims = own.agreement.to_both();
        let claims = claims.then(|| Checking::new(own.agreement, own.session, own.entries.counts(), self.claimable));
        Confirming {
            agreement: own.agreement,
            counts: Counts { buckets: self.buckets, values: self.values, tags: self.tags },
            claims,
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

/// Tags of one bucket go out. What stands at a position follows from the secret order: an entry, or nothing, for which
/// random bytes are sent.
pub struct Tagging {
    run: SenderRun,
    bucket: u32,
    tags: Zeroizing<Vec<Gf128>>,
    /// Keys and masked values, from which the keys of payloads follow.
    kept: Option<(Zeroizing<Vec<Gf128>>, Zeroizing<Vec<Gf128>>)>,
    /// Of a result to both sides: what proves that the peer holds the item of a place.
    proofs: Option<Zeroizing<Vec<Gf128>>>,
    claimable: Claimable,
    order: Permutation,
    padding: Prg,
    /// The first place with a private canary; entries keep their order in a bucket.
    private: u32,
    done: usize,
    named: Vec<u8>,
}

impl Tagging {
    pub(super) fn new(
        run: SenderRun,
        bucket: u32,
        tags: Zeroizing<Vec<Gf128>>,
        kept: Option<(Zeroizing<Vec<Gf128>>, Zeroizing<Vec<Gf128>>)>,
        proofs: Option<Zeroizing<Vec<Gf128>>>,
        order: Permutation,
    ) -> Self {
        let padding = run.own.seed.prg("padding", &vole_part::context(&run.own.session, bucket));
        let own = &run.own;
        let is_private = |place: &usize| own.entries.entry(own.groups.number(bucket, *place)) == Entry::Private;
        let private = tags.len() - (0..tags.len()).rev().take_while(is_private).count();
        let mut claimable = Claimable::default();
        if proofs.is_some() {
            claimable.reserve(order.len(), own.agreement.returned_bytes.is_some());
        }
        let (private, named) = (private as u32, Vec::new());
        Self { run, bucket, tags, kept, proofs, claimable, order, padding, private, done: 0, named }
    }

    /// How many entries fit a frame of the given limit.
    pub fn entries_per_frame(&self, frame_bytes_max: u32) -> usize {
        let agreement = &self.run.own.agreement;
        let room = (frame_bytes_max as usize).saturating_sub(CHUNK_BYTES);
        (room / agreement.entry_bytes()).clamp(1, agreement.chunk_items)
    }

    /// The next message of at most `count` entries, payloads sealed on up to `threads` threads; `None` when all are out.
    ///
    /// # Errors
    /// When an own payload is longer than was announced.
    pub fn next_chunk(&mut self, threads: usize, count: usize) -> Result<Option<Message>, PsiError> {
        let own = &*self.run.own;
        let range = self.done..self.order.len().min(self.done + count);
        if range.is_empty() {
            return Ok(None);
        }
        let (order, tag_bytes) = (self.order.slice(range.start, range.end), own.agreement.tag_bytes);
        let mut body = match self.kept.as_ref().filter(|_| own.payload.is_some()) {
            None => {
                let mut body = Vec::with_capacity(order.len() * own.agreement.entry_bytes());
                order.iter().for_each(|place| self.tag(*place, tag_bytes, &mut body));
                body
            }
            Some(kept) => map_blocks(threads, BLOCK, order, |_, block| {
                let mut body = Vec::with_capacity(block.len() * own.agreement.entry_bytes());
                for place in block {
                    self.tag(*place, tag_bytes, &mut body);
                    if (*place as usize) < self.tags.len() {
                        self.payload(own, kept, *place as usize, &mut body)?;
                    } else {
                        body.resize(body.len() + own.agreement.entry_bytes() - tag_bytes, 0);
                    }
                }
                Ok::<_, PsiError>(body)
            })?,
        };
        self.pad_and_name(range.clone(), &mut body);
        self.note_claimable(range.clone());
        self.done = range.end;
        Ok(Some(Message::Tags(Chunk { bucket: self.bucket, offset: range.start as u64, body: body.into() })))
    }

    /// The tag of a place, or room for one.
    #[inline]
    fn tag(&self, place: u32, tag_bytes: usize, out: &mut Vec<u8>) {
        let tag = self.tags.get(place as usize).copied().unwrap_or(Gf128::ZERO);
        out.extend_from_slice(&tag.0.to_be_bytes()[..tag_bytes]);
    }

    /// Fills the room of places without an entry, and notes the tags of the private canaries.
    fn pad_and_name(&mut self, positions: Range<usize>, body: &mut [u8]) {
        let Self { run, tags, order, padding, private, named, .. } = self;
        let (tag_bytes, entry_bytes) = (run.own.agreement.tag_bytes, run.own.agreement.entry_bytes());
        for (i, place) in order.slice(positions.start, positions.end).iter().enumerate() {
            // Canaries are the last entries, and nothing comes after them but room.
            if place >= private {
                let entry = &mut body[i * entry_bytes..][..entry_bytes];
                if *place as usize >= tags.len() {
                    padding.fill_bytes(entry);
                } else {
                    named.extend_from_slice(&entry[..tag_bytes]);
                }
            }
        }
    }

    /// Keeps what the claims of these positions are checked against.
    fn note_claimable(&mut self, positions: Range<usize>) {
        let Some(proofs) = &self.proofs else { return };
        let own = &*self.run.own;
        let returns = own.agreement.returned_bytes.is_some();
        for place in self.order.slice(positions.start, positions.end) {
            let at = *place as usize;
            match (proofs.get(at), &self.kept) {
                (None, _) => self.claimable.push_padding(returns),
                (Some(proof), kept) => {
                    let key = kept.as_ref().filter(|_| returns).map(|kept| own.hashes.seal_key(kept.0[at], kept.1[at]));
                    self.claimable.push(own.groups.number(self.bucket, at), proof.0, key.as_deref());
                }
            }
        }
    }

    fn payload(
        &self,
        own: &Own,
        kept: &(Zeroizing<Vec<Gf128>>, Zeroizing<Vec<Gf128>>),
        place: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), PsiError> {
        let (Some(source), Some(width)) = (&own.payload, own.agreement.payload_bytes) else {
            return Ok(());
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(width as usize));
        let item = match own.entries.entry(own.groups.number(self.bucket, place)) {
            Entry::Own(item) => {
                source.append(item, &mut plain);
                item
            }
            Entry::Joint(canary) => {
                *plain = canary::payload(&own.session, canary, width);
                usize::from(canary)
            }
            Entry::Private => 0,
        };
        let key = own.hashes.seal_key(kept.0[place], kept.1[place]);
        if payload::seal(&key, &own.agreement.digest, &plain, width, out) {
            Ok(())
        } else {
            Err(PsiError::OwnPayload { item, bytes: plain.len(), max: width })
        }
    }

    /// Tags sent so far.
    pub fn done(&self) -> u64 {
        self.done as u64
    }

    /// Ends the bucket: the message that says how many tags there were and names the private canaries.
    ///
    /// # Errors
    /// When not every tag was sent.
    pub fn finish(self, mut so_far: Named) -> Result<(Message, Named), PsiError> {
        let own = &*self.run.own.clone();
        let (expected, got) = (own.sizes.sender_max as u64, self.done as u64);
        if expected != got {
            return Err(PsiError::WrongCount { what: "own tags", expected, got });
        }
        so_far.claimable.append(self.claimable);
        so_far.canaries += self.named.len() / own.agreement.tag_bytes;
        so_far.tags += got;
        so_far.values += own.sizes.table_len() as u64;
        so_far.buckets += 1;
        Ok((Message::TagsEnd(End { bucket: self.bucket, count: got, body: self.named.into() }), so_far))
    }
}
