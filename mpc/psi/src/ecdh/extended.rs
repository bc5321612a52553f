//! A side's list with its canaries, in secret order.

use mpc_core::{CommittedSeed, Permutation};

use crate::item::{Item, ItemSet};
use crate::run::entries::{Entries, Entry, EntryCounts};
use crate::run::{Params, PsiError, SessionId};

/// The entries visited in a secret random order, so that the peer can treat no position in a special way.
pub(crate) struct Extended {
    entries: Entries,
    order: Permutation,
}

impl Extended {
    pub(crate) fn new(
        items: ItemSet,
        params: &Params,
        session: &SessionId,
        seed: &CommittedSeed,
    ) -> Result<Self, PsiError> {
        let entries = Entries::new(items, params, session, seed)?;
        let order = Permutation::random(entries.total() as u32, &mut seed.prg("order", &session.0));
        Ok(Self { entries, order })
    }

    pub(crate) fn total(&self) -> usize {
        self.order.len()
    }

    /// Numbers of the entries at positions `from..to` of the secret order.
    pub(crate) fn order(&self, from: usize, to: usize) -> &[u32] {
        self.order.slice(from, to)
    }

    /// The items at positions `from..to` of the secret order.
    pub(crate) fn gather(&self, from: usize, to: usize) -> Vec<Item> {
        self.order(from, to).iter().map(|number| self.entries.item(*number)).collect()
    }

    pub(crate) fn joint_len(&self) -> u16 {
        self.entries.joint_len()
    }

    pub(crate) fn private_len(&self) -> u16 {
        self.entries.private_len()
    }

    /// Number of the entry at a position of the secret order.
    pub(crate) fn number_at(&self, position: usize) -> u32 {
        self.order.slice(position, position + 1)[0]
    }

    pub(crate) fn counts(&self) -> EntryCounts {
        self.entries.counts()
    }

    pub(crate) fn entry(&self, number: u32) -> Entry {
        self.entries.entry(number)
    }
}
