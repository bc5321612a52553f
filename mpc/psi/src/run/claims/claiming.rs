//! The receiver's end: what matched is claimed.

use std::sync::Arc;

use bytes::Bytes;
use mpc_core::parallel::map_blocks;
use zeroize::{Zeroize, Zeroizing};

use super::super::canary;
use super::super::entries::{Entry, EntryCounts};
use super::super::error::PsiError;
use super::super::params::{Agreement, SessionId};
use super::super::payload::{self, PayloadSource};
use super::message::{CHUNK_BYTES, ClaimChunk};
use super::{Proof, ReturnKey};

/// Claims that a thread seals at a time.
const BLOCK: usize = 512;

/// One match: where its tag stood, which own entry it is, its proof.
struct Claim {
    proof: Proof,
    place: u32,
    number: u32,
    /// Where its key lies.
    key: u32,
}

/// What matched so far. Empty and of no use in a run that gives nothing back.
#[derive(Default)]
pub(crate) struct ClaimList {
    claims: Vec<Claim>,
    keys: Zeroizing<Vec<ReturnKey>>,
}

impl ClaimList {
    /// Adds a match; the key is needed when columns go back.
    pub(crate) fn push(&mut self, place: u32, number: u32, proof: Proof, key: Option<&ReturnKey>) {
        let at = self.keys.len() as u32;
        self.keys.extend(key);
        self.claims.push(Claim { proof, place, number, key: at });
    }
}

impl Drop for ClaimList {
    fn drop(&mut self) {
        self.claims.iter_mut().for_each(|claim| claim.proof.zeroize());
    }
}

/// Claims go out, in the order of places.
pub(crate) struct Claiming {
    agreement: Agreement,
    session: SessionId,
    counts: EntryCounts,
    list: ClaimList,
    payload: Option<Arc<dyn PayloadSource>>,
    done: usize,
}

impl Claiming {
    /// Sorts: to be run off the async threads.
    pub(crate) fn new(
        agreement: Agreement,
        session: SessionId,
        counts: EntryCounts,
        mut list: ClaimList,
        payload: Option<Arc<dyn PayloadSource>>,
    ) -> Self {
        list.claims.sort_unstable_by_key(|claim| claim.place);
        Self { agreement, session, counts, list, payload, done: 0 }
    }

    pub(crate) fn total(&self) -> u64 {
        self.list.claims.len() as u64
    }

    /// Items that matched. Joint canaries always do.
    pub(crate) fn matches(&self) -> u64 {
        self.total().saturating_sub(u64::from(self.counts.joint))
    }

    pub(crate) fn done(&self) -> u64 {
        self.done as u64
    }

    /// How many claims fit a frame of the given limit.
    pub(crate) fn claims_per_frame(&self, frame_bytes_max: u32) -> usize {
        let room = (frame_bytes_max as usize).saturating_sub(CHUNK_BYTES);
        (room / self.agreement.claim_bytes()).clamp(1, self.agreement.chunk_items)
    }

    /// The next message of at most `count` claims, columns sealed on up to `threads` threads; `None` when all are out.
    ///
    /// # Errors
    /// When own columns are wider than was announced.
    pub(crate) fn next_chunk(&mut self, threads: usize, count: usize) -> Result<Option<ClaimChunk>, PsiError> {
        let from = self.done;
        let to = self.list.claims.len().min(from + count);
        if from == to {
            return Ok(None);
        }
        let this = &*self;
        let claims = map_blocks(threads, BLOCK, &this.list.claims[from..to], |_, block| {
            let mut out = Vec::with_capacity(block.len() * this.agreement.claim_bytes());
            block.iter().try_for_each(|claim| this.write(claim, &mut out))?;
            Ok::<_, PsiError>(out)
        })?;
        self.done = to;
        Ok(Some(ClaimChunk { offset: from as u64, claims: Bytes::from(claims) }))
    }

    fn write(&self, claim: &Claim, out: &mut Vec<u8>) -> Result<(), PsiError> {
        out.extend_from_slice(&claim.place.to_be_bytes());
        out.extend_from_slice(&claim.proof.to_be_bytes());
        let Some(width) = self.agreement.returned_bytes else { return Ok(()) };
        let mut plain = Zeroizing::new(Vec::with_capacity(width as usize));
        let item = match self.counts.entry(claim.number) {
            Entry::Own(item) => {
                if let Some(source) = &self.payload {
                    source.append(item, &mut plain);
                }
                item
            }
            Entry::Joint(number) => {
                *plain = canary::payload(&self.session, number, width);
                usize::from(number)
            }
            // No private canary ever matches.
            Entry::Private => 0,
        };
        let sealed = self
            .list
            .keys
            .get(claim.key as usize)
            .is_some_and(|key| payload::seal_returned(key, &self.agreement.digest, &plain, width, out));
        if sealed { Ok(()) } else { Err(PsiError::OwnPayload { item, bytes: plain.len(), max: width }) }
    }
}
