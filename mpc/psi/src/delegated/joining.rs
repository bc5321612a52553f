//! The third party's join as a machine without input or output: lists ascending by tag come in and are merged.

use std::collections::HashSet;

use bytes::Bytes;
use mpc_core::{FixedKeyAes, Gf128};

use super::outcome::JoinedRows;
use super::rows::{HEAD_BYTES, TAG_BYTES, row_bytes, sealing};
use crate::parties::Roster;
use crate::run::once::OneTime;
use crate::run::{CanaryOutcome, PsiError, canary, tag};

/// The list of one data party as it comes in.
struct List {
    width: Option<u32>,
    sealing: FixedKeyAes,
    expected: u64,
    taken: u64,
    last: Option<u128>,
    /// Rows that were taken and not merged yet, and how many bytes of them were.
    rows: Bytes,
    at: usize,
    /// Leading halves of the tags that came: enough to find a named one among them.
    seen: Vec<u64>,
    ended: bool,
    forged: bool,
    /// Tags of its joint and private canaries, from the end of the list.
    joint: Vec<u128>,
    private: Vec<u128>,
}

impl List {
    /// The next tag.
    fn head(&self) -> Option<u128> {
        self.rows.get(self.at..self.at + TAG_BYTES).map(tag::read)
    }
}

/// Lists come in and are merged.
pub(super) struct Joining {
    lists: Vec<List>,
    rows: JoinedRows,
    /// Tags of the joined rows, ascending.
    tags: Vec<u128>,
    chunk_items: usize,
    joint: u16,
    private: u16,
    roster: Roster,
}

impl Joining {
    pub(super) fn new(roster: Roster) -> Self {
        let list = |place: usize| List {
            width: roster.payload(place),
            sealing: sealing(&roster.digest, place),
            expected: roster.members[place].total(),
            taken: 0,
            last: None,
            rows: Bytes::new(),
            at: 0,
            seen: Vec::new(),
            ended: false,
            forged: false,
            joint: Vec::new(),
            private: Vec::new(),
        };
        let params = roster.center.params;
        Self {
            lists: (0..roster.members.len()).map(list).collect(),
            rows: JoinedRows::new(roster.members.len()),
            tags: Vec::new(),
            chunk_items: params.chunk_items as usize,
            joint: params.joint_canaries,
            private: params.private_canaries,
            roster,
        }
    }

    /// Data parties that must say more before anything can be merged; none when all lists have ended.
    pub(super) fn wanting(&self) -> Vec<bool> {
        self.lists.iter().map(|list| !list.ended && list.head().is_none()).collect()
    }

    /// Takes a run of rows; gives how many.
    ///
    /// # Errors
    /// When it has not the agreed form, or tags do not ascend.
    pub(super) fn accept(&mut self, place: usize, offset: u64, body: Bytes) -> Result<usize, PsiError> {
        let (list, max) = (&mut self.lists[place], self.chunk_items);
        let row_bytes = row_bytes(list.width);
        if !body.len().is_multiple_of(row_bytes) {
            return Err(PsiError::Malformed { message: "Rows" });
        }
        let count = body.len() / row_bytes;
        if count == 0 || count > max {
            return Err(PsiError::ChunkSize { items: count, max });
        }
        if offset != list.taken {
            return Err(PsiError::WrongOffset { message: "Rows", expected: list.taken, got: offset });
        }
        let got = list.taken + count as u64;
        if got > list.expected {
            return Err(PsiError::WrongCount { what: "rows", expected: list.expected, got });
        }
        for row in body.chunks_exact(row_bytes) {
            let tag = tag::read(&row[..TAG_BYTES]);
            match list.last.replace(tag) {
                Some(last) if last == tag => return Err(PsiError::DuplicateTag),
                Some(last) if last > tag => return Err(PsiError::Malformed { message: "Rows" }),
                _ => list.seen.push((tag >> 64) as u64),
            }
        }
        (list.taken, list.rows, list.at) = (got, body, 0);
        Ok(count)
    }

    /// Takes the end of a list.
    ///
    /// # Errors
    /// When rows are missing, or the canaries it names are not among them.
    pub(super) fn end(&mut self, place: usize, count: u64, body: &[u8]) -> Result<(), PsiError> {
        let list = &mut self.lists[place];
        for got in [count, list.taken] {
            if got != list.expected {
                return Err(PsiError::WrongCount { what: "rows", expected: list.expected, got });
            }
        }
        let joint = usize::from(self.joint);
        if body.len() != (joint + usize::from(self.private)) * TAG_BYTES {
            return Err(PsiError::Malformed { message: "RowsEnd" });
        }
        let named: Vec<u128> = body.chunks_exact(TAG_BYTES).map(tag::read).collect();
        if named.iter().collect::<HashSet<_>>().len() != named.len() {
            return Err(PsiError::DuplicateTag);
        }
        if named.iter().any(|tag| list.seen.binary_search(&((tag >> 64) as u64)).is_err()) {
            return Err(PsiError::PeerCanaryLost);
        }
        list.joint = named[..joint].to_vec();
        list.private = named[joint..].to_vec();
        list.ended = true;
        Ok(())
    }

    /// Merges as far as the rows go that came.
    pub(super) fn merge(&mut self) {
        loop {
            let heads = self.lists.iter().map(|list| list.head().ok_or(list.ended));
            let tags = match heads.collect::<Result<Vec<u128>, bool>>() {
                Ok(tags) => tags,
                Err(ended) => {
                    // Nothing joins any more when one list is at its end: what is left of the others is passed over.
                    if ended || self.lists.iter().any(|list| list.ended && list.head().is_none()) {
                        self.lists.iter_mut().for_each(|list| list.at = list.rows.len());
                    }
                    return;
                }
            };
            let largest = tags.iter().copied().max().unwrap_or(0);
            if tags.iter().all(|tag| *tag == largest) {
                self.join(largest);
                continue;
            }
            for list in &mut self.lists {
                let row_bytes = row_bytes(list.width);
                while list.head().is_some_and(|tag| tag < largest) {
                    list.at += row_bytes;
                }
            }
        }
    }

    /// All lists stand at the same tag.
    fn join(&mut self, tag: u128) {
        let mut key = Gf128::ZERO;
        for list in &self.lists {
            let mut share = [0; 16];
            share.copy_from_slice(&list.rows[list.at + TAG_BYTES..list.at + HEAD_BYTES]);
            key ^= Gf128::from_bytes(share);
        }
        let row = self.rows.push();
        self.tags.push(tag);
        for (place, list) in self.lists.iter_mut().enumerate() {
            let next = list.at + row_bytes(list.width);
            if let Some(width) = list.width {
                let sealed = &list.rows[list.at + HEAD_BYTES..next];
                let opened =
                    self.rows.put_with(row, place, |out| OneTime::new(&list.sealing).open(key, sealed, width, out));
                // Said at the end only: when it happens would tell its owner what joined.
                list.forged |= opened.is_none();
            }
            list.at = next;
        }
    }

    /// Ends the join after all lists ended: checks canaries and takes their rows out.
    ///
    /// # Errors
    /// When a payload did not open, or a canary tells that rows were lost or invented.
    pub(super) fn finish(mut self) -> Result<Joined, PsiError> {
        let at = |place: usize, source: PsiError| PsiError::AtParty { place, source: Box::new(source) };
        if let Some(place) = self.lists.iter().position(|list| list.forged) {
            return Err(at(place, PsiError::PayloadForged));
        }
        let joined = |tag: &u128| self.tags.binary_search(tag).ok();
        if let Some(place) = self.lists.iter().position(|list| list.private.iter().any(|tag| joined(tag).is_some())) {
            return Err(at(place, PsiError::PeerCanaryMatched));
        }
        // A joint canary is found when all name the same row for it, and the row joined.
        let found: Vec<usize> = (0..usize::from(self.joint))
            .filter_map(|number| {
                let tag = self.lists[0].joint[number];
                let same = self.lists.iter().all(|list| list.joint[number] == tag);
                if same { joined(&tag) } else { None }
            })
            .collect();
        if found.len() != usize::from(self.joint) {
            return Err(PsiError::CanaryLost { found: found.len() as u16, expected: self.joint });
        }
        for (number, row) in found.iter().enumerate() {
            for (place, list) in self.lists.iter().enumerate() {
                let Some(width) = list.width else { continue };
                let right = canary::payload(&self.roster.center.session, number as u16, width);
                if self.rows.get(*row).payload(place) != right {
                    return Err(at(place, PsiError::CanaryPayload));
                }
            }
        }
        self.rows.remove(found);
        let canaries = CanaryOutcome { joint_found: self.joint, private_absent: 0, peer_private_present: self.private };
        Ok(Joined { rows: self.rows, roster: self.roster, canaries })
    }
}

/// Everything joined; only the confirmation is left.
pub(super) struct Joined {
    pub(super) rows: JoinedRows,
    pub(super) roster: Roster,
    pub(super) canaries: CanaryOutcome,
}
