//! The evidence index: which transactions speak of a task, a dataset, an organisation, an actor or a kind
//! of event. Postings are ordered by place, so several topics are intersected by leaping from one to the
//! next, without loading a transaction.

use std::collections::BTreeSet;

use ledger_types::id::{AccountRef, DatasetId, Height, OrgId, TaskId, TimeMs};
use ledger_types::receipt::{EventKind, Receipt};
use rocksdb::DBRawIterator;

use crate::error::StoreError;
use crate::key::{self, cf};
use crate::store::Store;

/// What a transaction can be found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A task that its events name.
    Task(TaskId),
    /// A dataset that its events name.
    Dataset(DatasetId),
    /// The sender's organisation, or one that its events name.
    Org(OrgId),
    /// The account that signed it.
    Actor(AccountRef),
    /// A kind of event that it caused.
    Kind(EventKind),
}

/// Place of a transaction: height and index in the block.
pub type Place = (Height, u32);

pub(crate) fn prefixes(sender: &AccountRef, receipt: &Receipt) -> BTreeSet<Vec<u8>> {
    let mut topics: Vec<Topic> = vec![Topic::Actor(sender.clone()), Topic::Org(sender.org.clone())];
    for event in &receipt.events {
        topics.push(Topic::Kind(event.kind));
        topics.extend(event.orgs.iter().cloned().map(Topic::Org));
        topics.extend(event.datasets.iter().cloned().map(Topic::Dataset));
        topics.extend(event.task.map(Topic::Task));
    }
    topics.iter().map(key::topic_prefix).collect()
}

// One posting list, or (without a prefix) the list of all transactions.
struct Postings<'a> {
    iter: DBRawIterator<'a>,
    prefix: Vec<u8>,
}

impl Postings<'_> {
    /// The first place at or after `from`.
    fn seek(&mut self, from: Place) -> Result<Option<Place>, StoreError> {
        self.iter.seek(key::topic(&self.prefix, from.0, from.1));
        self.iter.status()?;
        let Some(rest) = self.iter.key().and_then(|k| k.strip_prefix(&self.prefix[..])) else { return Ok(None) };
        key::read_place(rest).map(Some).ok_or_else(|| StoreError::corrupt("evidence index"))
    }
}

fn after(p: Place) -> Place {
    match p.1.checked_add(1) {
        Some(index) => (p.0, index),
        None => (p.0 + 1, 0),
    }
}

impl Store {
    /// Places of transactions that every topic names, from `from` up to height `to` inclusive, at most `limit`,
    /// oldest first.
    pub fn evidence(&self, topics: &[Topic], from: Place, to: Height, limit: usize) -> Result<Vec<Place>, StoreError> {
        let mut lists: Vec<Postings<'_>> = topics
            .iter()
            .map(|t| Postings { iter: self.db.raw_iterator_cf(self.cf(cf::EVT)), prefix: key::topic_prefix(t) })
            .collect();
        if lists.is_empty() {
            lists.push(Postings { iter: self.db.raw_iterator_cf(self.cf(cf::ROW)), prefix: Vec::new() });
        }
        let mut out = Vec::new();
        let mut candidate = from;
        'next: while out.len() < limit {
            // Raise the candidate until every list has it.
            let mut agreed = 0;
            while agreed < lists.len() {
                for list in &mut lists {
                    match list.seek(candidate)? {
                        None => break 'next,
                        Some(place) if place.0 > to => break 'next,
                        Some(place) if place == candidate => agreed += 1,
                        Some(place) => {
                            candidate = place;
                            agreed = 0;
                        }
                    }
                }
                if agreed < lists.len() {
                    agreed = 0;
                }
            }
            out.push(candidate);
            candidate = after(candidate);
        }
        Ok(out)
    }

    /// The first height whose block time is at or after `time_ms`; one above the tip when there is none.
    pub fn first_at_or_after(&self, time_ms: TimeMs) -> Result<Height, StoreError> {
        let (mut low, mut high) = (1, self.tip().height + 1);
        while low < high {
            let mid = low + (high - low) / 2;
            let head = self.head(mid)?.ok_or_else(|| StoreError::Corrupt(format!("block {mid} is missing")))?;
            if head.header.time_ms < time_ms { low = mid + 1 } else { high = mid }
        }
        Ok(low)
    }
}
