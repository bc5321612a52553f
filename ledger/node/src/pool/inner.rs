//! The queue's tables.

use std::collections::btree_map::Values;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use ledger_types::id::{AccountRef, Height, OrgId, TxId};

use super::{AfterCommit, NotQueued, Origin, Pooled};
use crate::config::PoolLimits;

#[derive(Default)]
pub(super) struct Inner {
    txs: HashMap<TxId, (u64, Arc<Pooled>)>,
    senders: HashMap<AccountRef, BTreeMap<u64, Arc<Pooled>>>,
    /// One entry for each transaction: whose turn it is. Which of the sender's it then is, the nonces say.
    turns: BTreeMap<u64, AccountRef>,
    expiry: BTreeSet<(Height, TxId)>,
    suspects: HashSet<TxId>,
    of_org: HashMap<OrgId, usize>,
    arrivals: u64,
    bytes: usize,
}

impl Inner {
    pub(super) fn insert(&mut self, limits: &PoolLimits, tx: Pooled) -> Result<Arc<Pooled>, NotQueued> {
        if self.txs.contains_key(&tx.id) {
            return Err(NotQueued::Known);
        }
        let of_sender = self.senders.get(&tx.origin.sender);
        if of_sender.is_some_and(|s| s.contains_key(&tx.origin.nonce)) {
            return Err(NotQueued::NonceTaken);
        }
        let full = self.txs.len() >= limits.txs_max
            || self.bytes + tx.body_bytes() > limits.bytes_max
            || self.of_org.get(&tx.origin.sender.org).is_some_and(|n| *n >= limits.txs_per_org_max)
            || of_sender.is_some_and(|s| s.len() >= limits.txs_per_sender_max);
        if full {
            return Err(NotQueued::Full);
        }
        let tx = Arc::new(tx);
        self.arrivals += 1;
        self.bytes += tx.body_bytes();
        *self.of_org.entry(tx.origin.sender.org.clone()).or_default() += 1;
        self.turns.insert(self.arrivals, tx.origin.sender.clone());
        self.expiry.insert((tx.valid_until, tx.id));
        self.senders.entry(tx.origin.sender.clone()).or_default().insert(tx.origin.nonce, tx.clone());
        self.txs.insert(tx.id, (self.arrivals, tx.clone()));
        Ok(tx)
    }

    pub(super) fn get(&self, id: &TxId) -> Option<&Arc<Pooled>> {
        self.txs.get(id).map(|(_, p)| p)
    }

    pub(super) fn size(&self) -> (usize, usize) {
        (self.txs.len(), self.bytes)
    }

    pub(super) fn has_work(&self) -> bool {
        self.txs.len() > self.suspects.len()
    }

    pub(super) fn remove(&mut self, id: &TxId) -> Option<Arc<Pooled>> {
        let (turn, tx) = self.txs.remove(id)?;
        self.turns.remove(&turn);
        self.expiry.remove(&(tx.valid_until, tx.id));
        self.suspects.remove(id);
        self.bytes -= tx.body_bytes();
        if let Some(n) = self.of_org.get_mut(&tx.origin.sender.org) {
            *n -= 1;
        }
        if let Some(of_sender) = self.senders.get_mut(&tx.origin.sender) {
            of_sender.remove(&tx.origin.nonce);
            if of_sender.is_empty() {
                self.senders.remove(&tx.origin.sender);
            }
        }
        Some(tx)
    }

    pub(super) fn candidates(&self, txs_max: usize, bytes_max: usize) -> Vec<Arc<Pooled>> {
        let mut next: HashMap<&AccountRef, Values<'_, u64, Arc<Pooled>>> = HashMap::new();
        let (mut out, mut bytes) = (Vec::new(), 0);
        for sender in self.turns.values() {
            if out.len() >= txs_max {
                break;
            }
            let Some(of_sender) = self.senders.get(sender) else { continue };
            let Some(tx) = next.entry(sender).or_insert_with(|| of_sender.values()).next() else { continue };
            if self.suspects.contains(&tx.id) {
                continue;
            }
            // One that does not fit waits for the next block; the smaller ones behind it need not.
            if bytes + tx.body_bytes() <= bytes_max {
                bytes += tx.body_bytes();
                out.push(tx.clone());
            }
        }
        out
    }

    pub(super) fn suspect(&mut self, id: &TxId) {
        if self.txs.contains_key(id) {
            self.suspects.insert(*id);
        }
    }

    pub(super) fn cleared(&mut self, id: &TxId) {
        self.suspects.remove(id);
    }

    pub(super) fn committed(&mut self, height: Height, txs: &[(TxId, Origin)]) -> AfterCommit {
        let mut after = AfterCommit::default();
        for (id, origin) in txs {
            self.remove(id);
            let same_nonce = self.senders.get(&origin.sender).and_then(|s| s.get(&origin.nonce)).map(|p| p.id);
            if let Some(tx) = same_nonce.and_then(|id| self.remove(&id)) {
                after.replaced.push(tx);
            }
        }
        while let Some(&(valid_until, id)) = self.expiry.first() {
            // The next block is at height + 1.
            if valid_until > height {
                break;
            }
            after.expired.extend(self.remove(&id));
        }
        after.suspects = self.suspects.iter().filter_map(|id| self.get(id).cloned()).collect();
        after
    }

    pub(super) fn own_before(&self, then: Instant, limit: usize) -> Vec<Arc<Pooled>> {
        let own = self.turns.values().filter_map(|s| self.senders.get(s));
        // Each sender once, in the order of its first turn.
        let mut seen: HashSet<*const BTreeMap<u64, Arc<Pooled>>> = HashSet::new();
        own.filter(|s| seen.insert(std::ptr::from_ref(*s)))
            .flat_map(BTreeMap::values)
            .filter(|tx| tx.own && tx.since < then)
            .take(limit)
            .cloned()
            .collect()
    }
}
