//! The sender's end: claims are checked against what it had sent.

use zeroize::Zeroizing;

use super::super::canary::{self, CanaryOutcome};
use super::super::entries::{Entry, EntryCounts};
use super::super::error::PsiError;
use super::super::matches::Matches;
use super::super::params::{Agreement, SessionId};
use super::super::payload;
use super::message::ClaimChunk;
use super::{CLAIM_BYTES, Proof, ReturnKey};

/// Stands where no entry was sent, only padding.
const NOTHING: u32 = u32::MAX;

/// What the sender keeps of each tag, in the order in which they were sent: 20 bytes, with columns to come back 52.
#[derive(Default)]
pub(crate) struct Claimable {
    numbers: Vec<u32>,
    proofs: Zeroizing<Vec<Proof>>,
    keys: Zeroizing<Vec<ReturnKey>>,
}

impl Claimable {
    /// The tag that was sent next was that of an entry; the key is needed when columns come back.
    pub(crate) fn push(&mut self, number: u32, proof: Proof, key: Option<&ReturnKey>) {
        self.numbers.push(number);
        self.proofs.push(proof);
        self.keys.extend(key);
    }

    /// What was sent next was nothing but padding.
    pub(crate) fn push_padding(&mut self, with_key: bool) {
        self.push(NOTHING, 0, with_key.then_some(&[0; 32]));
    }

    /// What was sent after all of this.
    pub(crate) fn append(&mut self, mut more: Self) {
        if self.numbers.is_empty() {
            *self = more;
            return;
        }
        self.numbers.append(&mut more.numbers);
        self.proofs.extend_from_slice(&more.proofs);
        self.keys.extend_from_slice(&more.keys);
    }

    /// Makes room.
    pub(crate) fn reserve(&mut self, more: usize, with_keys: bool) {
        self.numbers.reserve_exact(more);
        self.proofs.reserve_exact(more);
        self.keys.reserve_exact(if with_keys { more } else { 0 });
    }
}

/// Claims come in.
pub(crate) struct Checking {
    agreement: Agreement,
    session: SessionId,
    counts: EntryCounts,
    claimable: Claimable,
    /// The first place that may still be claimed.
    next: u64,
    done: u64,
    joint: Vec<bool>,
    matches: Matches,
}

/// What the receiver proved.
pub(crate) struct Returned {
    pub(crate) matches: Matches,
    pub(crate) canaries: CanaryOutcome,
}

impl Checking {
    pub(crate) fn new(agreement: Agreement, session: SessionId, counts: EntryCounts, claimable: Claimable) -> Self {
        let joint = vec![false; usize::from(counts.joint)];
        Self { agreement, session, counts, claimable, next: 0, done: 0, joint, matches: Matches::default() }
    }

    pub(crate) fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    pub(crate) fn done(&self) -> u64 {
        self.done
    }

    /// Takes a message of claims.
    ///
    /// # Errors
    /// When it has not the agreed form, when a claim is not proven, comes again, speaks of a tag that was not sent, or when
    /// there are more than can have matched.
    pub(crate) fn accept(&mut self, chunk: &ClaimChunk) -> Result<(), PsiError> {
        let claim_bytes = self.agreement.claim_bytes();
        if !chunk.claims.len().is_multiple_of(claim_bytes) {
            return Err(PsiError::Malformed { message: "Claims" });
        }
        let count = chunk.claims.len() / claim_bytes;
        if count == 0 || count > self.agreement.chunk_items {
            return Err(PsiError::ChunkSize { items: count, max: self.agreement.chunk_items });
        }
        if chunk.offset != self.done {
            return Err(PsiError::WrongOffset { message: "Claims", expected: self.done, got: chunk.offset });
        }
        let (claims, max) = (self.done + count as u64, self.agreement.claims_max);
        if claims > max {
            return Err(PsiError::TooManyClaims { claims, max });
        }
        for claim in chunk.claims.chunks_exact(claim_bytes) {
            self.one(claim)?;
        }
        self.done = claims;
        Ok(())
    }

    fn one(&mut self, claim: &[u8]) -> Result<(), PsiError> {
        let (head, sealed) = claim.split_at(CLAIM_BYTES);
        let malformed = || PsiError::Malformed { message: "Claims" };
        let (place, proof) = head.split_first_chunk::<4>().ok_or_else(malformed)?;
        let place = u32::from_be_bytes(*place);
        let proof = Proof::from_be_bytes(proof.try_into().map_err(|_| malformed())?);
        if u64::from(place) < self.next {
            return Err(PsiError::ClaimRepeated);
        }
        let at = place as usize;
        let Some(number) = self.claimable.numbers.get(at).copied() else { return Err(PsiError::ClaimOutOfRange) };
        // One comparison of words, and the first wrong one ends the run: nothing to measure.
        if number == NOTHING || self.claimable.proofs[at] ^ proof != 0 {
            return Err(PsiError::ClaimForged);
        }
        self.next = u64::from(place) + 1;
        let entry = self.counts.entry(number);
        let before = self.matches.payload_buffer().len();
        let mut len = 0;
        if let Some(width) = self.agreement.returned_bytes {
            let key = self.claimable.keys.get(at).ok_or_else(malformed)?;
            let out = self.matches.payload_buffer();
            let context = &self.agreement.digest;
            len = payload::open_returned(key, context, sealed, out).ok_or(PsiError::PayloadForged)?;
            if let Entry::Joint(number) = entry {
                let right = out[before..] == canary::payload(&self.session, number, width);
                out.truncate(before);
                if !right {
                    return Err(PsiError::CanaryPayload);
                }
            }
        }
        match entry {
            Entry::Own(item) => self.matches.push(item, len),
            Entry::Joint(number) => self.joint[usize::from(number)] = true,
            // Random items of this side: nobody else holds them.
            Entry::Private => return Err(PsiError::CanaryForged),
        }
        Ok(())
    }

    /// Ends the claims. Sorts: to be run off the async threads.
    ///
    /// # Errors
    /// When claims are missing, or those of canaries that both sides hold.
    pub(crate) fn finish(mut self, count: u64) -> Result<Returned, PsiError> {
        if count != self.done {
            return Err(PsiError::WrongCount { what: "claims", expected: count, got: self.done });
        }
        let found = self.joint.iter().filter(|found| **found).count() as u16;
        if found != self.counts.joint {
            return Err(PsiError::CanaryLost { found, expected: self.counts.joint });
        }
        self.matches.sort();
        let private = self.agreement.private_canaries;
        let canaries = CanaryOutcome { joint_found: found, private_absent: private, peer_private_present: 0 };
        Ok(Returned { matches: self.matches, canaries })
    }
}
