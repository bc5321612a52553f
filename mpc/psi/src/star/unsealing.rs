//! The leader's end of a sender's sealed payloads.

use std::collections::HashSet;

use mpc_core::Gf128;
use zeroize::{Zeroize, Zeroizing};

use super::party::LeaderRun;
use super::program;
use super::query::Sums;
use super::sealing::TAG_BYTES;
use crate::run::PsiError;
use crate::run::entries::Entry;
use crate::run::once::OneTime;
use crate::run::payload::sealed_bytes;

/// Places of a bucket whose tests are zero: entries that all senders hold.
///
/// # Errors
/// When a private canary is among them.
pub(super) fn accepted(run: &LeaderRun, bucket: u32, sums: &Sums) -> Result<Vec<u32>, PsiError> {
    let wide = |place: usize| sums.wide_tests.as_ref().is_some_and(|tests| tests[place] != Gf128::ZERO);
    let mut places = Vec::new();
    for (place, test) in sums.tests.iter().enumerate() {
        if test.0 as u64 == 0 && !wide(place) {
            if run.entries.entry(run.groups.number(bucket, place)) == Entry::Private {
                return Err(PsiError::CanaryForged);
            }
            places.push(place as u32);
        }
    }
    Ok(places)
}

/// A sender's private canaries: it says where they stood and what its table gives there.
///
/// # Errors
/// When the table gives something else, or the leader holds one.
pub(super) fn check_named(
    run: &LeaderRun,
    place: usize,
    bucket: u32,
    keys: &[Gf128],
    table: &[u8],
    named: &[u8],
) -> Result<usize, PsiError> {
    let value_bytes = run.sizes.value_bytes(place);
    let each = Gf128::BYTES + value_bytes;
    let count = named.len() / each;
    if !named.len().is_multiple_of(each) || count > usize::from(run.entries.private_len()) {
        return Err(PsiError::Malformed { message: "ProgramEnd" });
    }
    let mut at = Vec::with_capacity(count);
    for named in named.chunks_exact(each) {
        let mut key = [0; Gf128::BYTES];
        key.copy_from_slice(&named[..Gf128::BYTES]);
        at.push(Gf128::from_bytes(key));
    }
    let set: HashSet<Gf128> = at.iter().copied().collect();
    if set.len() != count {
        return Err(PsiError::DuplicateTag);
    }
    if count > 0 && keys.iter().any(|key| set.contains(key)) {
        return Err(PsiError::PeerCanaryMatched);
    }
    let blocks = run.sizes.shares(place).count() + usize::from(run.sizes.wide);
    let mut columns = vec![vec![Gf128::ZERO; count]; 1 + blocks];
    let mut sums: Vec<&mut [Gf128]> = columns.iter_mut().map(|column| &mut column[..]).collect();
    let seed = run.program_seed(place, bucket);
    program::add_decoded(&run.sizes.programs[place], &seed, table, &at, &mut sums, 1)?;
    for (i, named) in named.chunks_exact(each).enumerate() {
        let mut value = Vec::with_capacity(value_bytes);
        value.extend_from_slice(&(columns[0][i].0 as u64).to_le_bytes());
        columns[1..].iter().for_each(|blocks| value.extend_from_slice(&blocks[i].to_bytes()));
        if value != named[Gf128::BYTES..] {
            return Err(PsiError::PeerCanaryLost);
        }
    }
    Ok(count)
}

/// Sealed payloads of one sender and bucket come in.
pub(super) struct Unsealing {
    run: std::sync::Arc<LeaderRun>,
    width: u32,
    expected: u64,
    /// Tags of accepted entries, descending, with their number among them and their keys: the next one is last.
    wanted: Vec<(u128, u32, Gf128)>,
    last: Option<u128>,
    done: u64,
    /// Per accepted entry: where its payload starts and how long it is.
    pub(super) spans: Vec<Option<(usize, usize)>>,
    pub(super) payload: Zeroizing<Vec<u8>>,
}

impl Unsealing {
    /// Of a sender that releases columns.
    pub(super) fn new(
        run: std::sync::Arc<LeaderRun>,
        place: usize,
        keys: &[Gf128],
        sums: &Sums,
        accepted: &[u32],
    ) -> Option<Self> {
        let (width, of_sender) = (run.roster.payload(place)?, sums.keys[place].as_ref()?);
        let pick = |from: &[Gf128]| -> Vec<Gf128> { accepted.iter().map(|place| from[*place as usize]).collect() };
        let (names, seal) = (Zeroizing::new(pick(keys)), Zeroizing::new(pick(of_sender)));
        let mut tags = seal.clone();
        run.hashes.tags(1, &names, &mut tags);
        let mut wanted: Vec<_> =
            tags.iter().zip(seal.iter()).enumerate().map(|(row, (tag, key))| (tag.0, row as u32, *key)).collect();
        wanted.sort_unstable_by_key(|wanted| std::cmp::Reverse(wanted.0));
        let expected = run.sizes.sender_max[place] as u64;
        let spans = vec![None; accepted.len()];
        Some(Self { run, width, expected, wanted, last: None, done: 0, spans, payload: Zeroizing::default() })
    }

    /// Takes a run of entries and opens those of accepted items; gives how many there were.
    ///
    /// # Errors
    /// When the message has not the agreed form.
    pub(super) fn accept(&mut self, offset: u64, body: &[u8]) -> Result<u64, PsiError> {
        let entry_bytes = TAG_BYTES + sealed_bytes(self.width);
        if !body.len().is_multiple_of(entry_bytes) {
            return Err(PsiError::Malformed { message: "Sealed" });
        }
        let (count, max) = (body.len() / entry_bytes, self.run.chunk_items);
        if count == 0 || count > max {
            return Err(PsiError::ChunkSize { items: count, max });
        }
        if offset != self.done {
            return Err(PsiError::WrongOffset { message: "Sealed", expected: self.done, got: offset });
        }
        let got = self.done + count as u64;
        if got > self.expected {
            return Err(PsiError::WrongCount { what: "sealed payloads", expected: self.expected, got });
        }
        let run = self.run.clone();
        let mut once = OneTime::new(&run.once);
        for entry in body.chunks_exact(entry_bytes) {
            let (tag, sealed) = entry.split_at(TAG_BYTES);
            let tag = crate::run::tag::read(tag);
            match self.last.replace(tag) {
                Some(last) if last == tag => return Err(PsiError::DuplicateTag),
                Some(last) if last > tag => return Err(PsiError::Malformed { message: "Sealed" }),
                _ => {}
            }
            while let Some((wanted, row, key)) = self.wanted.last().copied() {
                if wanted > tag {
                    break;
                }
                self.wanted.pop();
                if wanted == tag {
                    let start = self.payload.len();
                    // One that does not open is as one that is missing; both are said at the end of the run only.
                    if let Some(len) = once.open(key, sealed, self.width, &mut self.payload) {
                        self.spans[row as usize] = Some((start, len));
                    }
                }
            }
        }
        self.done = got;
        Ok(count as u64)
    }

    /// All must have come.
    ///
    /// # Errors
    /// When some are missing.
    pub(super) fn finish(&mut self, count: u64, body: &[u8]) -> Result<(), PsiError> {
        if !body.is_empty() {
            return Err(PsiError::Malformed { message: "SealedEnd" });
        }
        for got in [count, self.done] {
            if got != self.expected {
                return Err(PsiError::WrongCount { what: "sealed payloads", expected: self.expected, got });
            }
        }
        Ok(())
    }
}

impl Drop for Unsealing {
    fn drop(&mut self) {
        self.wanted.iter_mut().for_each(|(tag, _, key)| {
            tag.zeroize();
            key.zeroize();
        });
    }
}
