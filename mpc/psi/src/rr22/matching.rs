//! The receiver's end of a bucket: tags come in and are matched.

use mpc_core::Gf128;
use zeroize::Zeroizing;

use super::message::{Chunk, Counts, End, Part};
use super::receiver::{Decoded, ReceiverRun};
use super::tag_index::TagIndex;
use super::vole_part::expect_bucket;
use crate::run::claims::{ClaimList, Claiming};
use crate::run::entries::Entry;
use crate::run::tag::{self, Tag};
use crate::run::wire::Fields;
use crate::run::{Agreement, CanaryOutcome, Matches, PsiError, canary, payload};

/// What the buckets so far gave.
pub struct Found {
    matches: Matches,
    claims: ClaimList,
    joint: Vec<bool>,
    peer_canaries: usize,
    tags: u64,
    values: u64,
    buckets: u64,
    forged: bool,
}

impl Found {
    pub(super) fn new(joint: u16) -> Self {
        Self {
            matches: Matches::default(),
            claims: ClaimList::default(),
            joint: vec![false; usize::from(joint)],
            peer_canaries: 0,
            tags: 0,
            values: 0,
            buckets: 0,
            forged: false,
        }
    }

    /// What was counted so far.
    pub(super) fn counts(&self) -> Counts {
        Counts { buckets: self.buckets, values: self.values, tags: self.tags }
    }

    /// Matches so far.
    pub(super) fn len(&self) -> usize {
        self.matches.len()
    }

    /// Bytes of what was found since there were `from` matches, and of everything else as it is:
    /// `forged u8 ‖ peer's canaries u32 ‖ joint canaries u16 ‖ (found u8)… ‖ matches`.
    pub(super) fn encode_from(&self, from: usize, out: &mut Vec<u8>) {
        out.push(u8::from(self.forged));
        out.extend_from_slice(&(self.peer_canaries as u32).to_be_bytes());
        out.extend_from_slice(&(self.joint.len() as u16).to_be_bytes());
        out.extend(self.joint.iter().map(|found| u8::from(*found)));
        self.matches.encode_from(from, out);
    }

    /// Takes in what was kept after what is here already.
    pub(super) fn decode_more(&mut self, counts: Counts, fields: &mut Fields<'_>, items: u64) -> Result<(), PsiError> {
        let malformed = PsiError::Malformed { message: "checkpoint" };
        self.forged = fields.u8()? != 0;
        self.peer_canaries = fields.u32()? as usize;
        if usize::from(fields.u16()?) != self.joint.len() {
            return Err(malformed);
        }
        self.joint = fields.bytes(self.joint.len())?.iter().map(|found| *found != 0).collect();
        self.matches.decode_more(fields, items)?;
        if !fields.rest().is_empty() {
            return Err(malformed);
        }
        (self.buckets, self.values, self.tags) = (counts.buckets, counts.values, counts.tags);
        Ok(())
    }

    /// Ends the matching after the last bucket.
    ///
    /// # Errors
    /// When a payload did not open, or a canary tells that matches were lost or invented.
    pub fn finish(mut self, run: &ReceiverRun) -> Result<Matched, PsiError> {
        if self.forged {
            return Err(PsiError::PayloadForged);
        }
        let private = run.own.entries.private_len();
        if self.peer_canaries != usize::from(private) {
            return Err(PsiError::WrongCount {
                what: "private canaries of the peer",
                expected: private.into(),
                got: self.peer_canaries as u64,
            });
        }
        let found = self.joint.iter().filter(|found| **found).count() as u16;
        let expected = self.joint.len() as u16;
        if found != expected {
            return Err(PsiError::CanaryLost { found, expected });
        }
        self.matches.sort();
        let (own, counts) = (&*run.own, self.counts());
        let claims = own
            .agreement
            .to_both()
            .then(|| Claiming::new(own.agreement, own.session, own.entries.counts(), self.claims, own.payload.clone()));
        Ok(Matched {
            agreement: run.own.agreement,
            counts,
            canaries: CanaryOutcome { joint_found: found, private_absent: private, peer_private_present: private },
            matches: self.matches,
            claims,
        })
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

impl Decoded {
    /// Takes the opening of the sender's mask (in malicious security) and makes the own tags.
    ///
    /// # Errors
    /// When the opening is malformed or another mask than the one committed to.
    pub fn index(mut self, mask: Option<&Part>, found: Found, threads: usize) -> Result<Matching, PsiError> {
        let mask = self.joint_mask(mask)?;
        self.values.iter_mut().for_each(|value| *value ^= mask);
        let own = &*self.run.own;
        let tag_bytes = own.agreement.tag_bytes;
        let with_payload = own.agreement.looks_at_once();
        let mut tags = Zeroizing::new(std::mem::take(&mut *self.values));
        if with_payload {
            self.values = Zeroizing::new(tags.to_vec());
        }
        own.hashes.tags(threads, &self.keys, &mut tags);
        if !with_payload {
            self.keys = Zeroizing::default();
        }
        let places = tags.len();
        let index = TagIndex::new(tags, tag_bytes);
        Ok(Matching {
            bucket: self.bucket,
            index,
            keys: self.keys,
            masked: self.values,
            met: vec![false; places],
            seen: Vec::with_capacity(own.sizes.sender_max),
            tags: Vec::new(),
            run: self.run,
            found,
        })
    }
}

/// Tags of one bucket come in and are matched.
pub struct Matching {
    run: ReceiverRun,
    bucket: u32,
    index: TagIndex,
    keys: Zeroizing<Vec<Gf128>>,
    masked: Zeroizing<Vec<Gf128>>,
    /// Which own places were met.
    met: Vec<bool>,
    /// Leading halves of the tags that came: enough to find a named one among them.
    seen: Vec<u64>,
    /// Those of one message.
    tags: Vec<Tag>,
    found: Found,
}

impl Matching {
    /// Takes a message of tags and opens the payloads of those that match.
    ///
    /// # Errors
    /// When the message has not the agreed form, or a private canary matches.
    pub fn accept(&mut self, chunk: &Chunk) -> Result<(), PsiError> {
        let run = self.run.clone();
        let agreement = &run.own.agreement;
        expect_bucket("Tags", self.bucket, chunk.bucket)?;
        let entry_bytes = agreement.entry_bytes();
        if !chunk.body.len().is_multiple_of(entry_bytes) {
            return Err(PsiError::Malformed { message: "Tags" });
        }
        let count = chunk.body.len() / entry_bytes;
        if count == 0 || count > agreement.chunk_items {
            return Err(PsiError::ChunkSize { items: count, max: agreement.chunk_items });
        }
        let expected = self.seen.len() as u64;
        if chunk.offset != expected {
            return Err(PsiError::WrongOffset { message: "Tags", expected, got: chunk.offset });
        }
        let expected_at = expected;
        let (got, expected) = (expected + count as u64, run.own.sizes.sender_max as u64);
        if got > expected {
            return Err(PsiError::WrongCount { what: "tags", expected, got });
        }
        let mut tags = std::mem::take(&mut self.tags);
        tags.clear();
        tags.extend(chunk.body.chunks_exact(entry_bytes).map(|entry| tag::read(&entry[..agreement.tag_bytes])));
        self.seen.extend(tags.iter().map(|tag| (tag >> 64) as u64));
        let payload = agreement.looks_at_once();
        let (index, met, mut fresh, mut last) = (&self.index, &mut self.met, Vec::new(), None);
        index.find(&tags, |i, place| {
            // One tag for two own entries: by chance, with probability below 2^−40.
            if last == Some(i) {
                return Err(PsiError::TagCollision);
            }
            last = Some(i);
            // A tag that comes twice counts once. To refuse it would tell the sender that it matched.
            if !std::mem::replace(&mut met[place], true) && payload {
                fresh.push((i, place));
            }
            Ok(())
        })?;
        self.tags = tags;
        for (i, place) in fresh {
            let entry = &chunk.body[i * entry_bytes..][..entry_bytes];
            let at = self.place(expected_at + i as u64)?;
            self.matched(place, at, &entry[agreement.tag_bytes..])?;
        }
        Ok(())
    }

    /// Where a tag of this bucket stands among the tags of all buckets.
    fn place(&self, at: u64) -> Result<u32, PsiError> {
        let place = u64::from(self.bucket) * self.run.own.sizes.sender_max as u64 + at;
        u32::try_from(place).map_err(|_| PsiError::ClaimOutOfRange)
    }

    fn matched(&mut self, place: usize, at: u32, sealed: &[u8]) -> Result<(), PsiError> {
        let own = &*self.run.own;
        let number = own.groups.number(self.bucket, place);
        let entry = own.entries.entry(number);
        if entry == Entry::Private {
            return Err(PsiError::CanaryForged);
        }
        let before = self.found.matches.payload_buffer().len();
        let mut len = 0;
        if let Some(width) = own.agreement.payload_bytes {
            let key = own.hashes.seal_key(self.keys[place], self.masked[place]);
            let out = self.found.matches.payload_buffer();
            let Some(opened) = payload::open(&key, &own.agreement.digest, sealed, out) else {
                // Said at the end only: where it happened would tell the sender more about the own set than
                // that something it forged matched.
                self.found.forged = true;
                return Ok(());
            };
            len = opened;
            if let Entry::Joint(number) = entry {
                let right = out[before..] == canary::payload(&own.session, number, width);
                out.truncate(before);
                if !right {
                    return Err(PsiError::CanaryPayload);
                }
            }
        }
        match entry {
            Entry::Own(item) => self.found.matches.push(item, len),
            Entry::Joint(number) => self.found.joint[usize::from(number)] = true,
            Entry::Private => return Err(PsiError::CanaryForged),
        }
        if own.agreement.to_both() {
            let proof = own.hashes.proof(self.keys[place], self.masked[place]);
            let key = own.agreement.returned_bytes.map(|_| own.hashes.seal_key(self.keys[place], self.masked[place]));
            self.found.claims.push(at, number, proof.0, key.as_deref());
        }
        Ok(())
    }

    /// Tags of this bucket taken so far.
    pub fn done(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Ends the bucket.
    ///
    /// # Errors
    /// When tags are missing, or a named canary is not among them or matches.
    pub fn finish(mut self, end: &End) -> Result<Found, PsiError> {
        expect_bucket("TagsEnd", self.bucket, end.bucket)?;
        let run = self.run.clone();
        let own = &*run.own;
        let (tag_bytes, expected) = (own.agreement.tag_bytes, own.sizes.sender_max as u64);
        for got in [end.count, self.seen.len() as u64] {
            if got != expected {
                return Err(PsiError::WrongCount { what: "tags", expected, got });
            }
        }
        if !end.body.len().is_multiple_of(tag_bytes) {
            return Err(PsiError::Malformed { message: "TagsEnd" });
        }
        let mut named: Vec<Tag> = end.body.chunks_exact(tag_bytes).map(tag::read).collect();
        if named.len() > usize::from(own.entries.private_len()) {
            return Err(PsiError::Malformed { message: "TagsEnd" });
        }
        if named.iter().any(|tag| !self.seen.contains(&((tag >> 64) as u64))) {
            return Err(PsiError::PeerCanaryLost);
        }
        self.index.find(&named, |_, _| Err(PsiError::PeerCanaryMatched))?;
        named.sort_unstable();
        if named.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PsiError::DuplicateTag);
        }
        if !self.run.own.agreement.looks_at_once() {
            // In the order of places, which nearly is that of the result.
            for place in 0..self.met.len() {
                if self.met[place] {
                    self.matched(place, 0, &[])?;
                }
            }
        }
        let mut found = self.found;
        found.peer_canaries += named.len();
        found.tags += end.count;
        found.values += own.sizes.table_len() as u64;
        found.buckets += 1;
        Ok(found)
    }
}
