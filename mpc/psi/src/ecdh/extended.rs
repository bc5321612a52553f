//! A side's list with its canaries, in secret order.

use mpc_core::{CommittedSeed, Permutation};

use super::canary;
use super::error::PsiError;
use super::params::{Params, SessionId};
use crate::item::{Item, ItemSet};

/// What an entry of the extended list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An own item, by its position.
    Own(usize),
    /// A joint canary, by its number.
    Joint(u16),
    /// A private canary of this side.
    Private,
}

/// Own items, then joint canaries, then private canaries; visited in a secret random order, so that the
/// peer can treat no position in a special way.
pub(crate) struct Extended {
    items: ItemSet,
    joint: Vec<Item>,
    private: Vec<Item>,
    order: Permutation,
}

impl Extended {
    pub(crate) fn new(
        items: ItemSet,
        params: &Params,
        session: &SessionId,
        seed: &CommittedSeed,
    ) -> Result<Self, PsiError> {
        let joint = canary::joint(session, params.joint_canaries);
        let private = canary::private(&mut seed.prg("private canaries", &session.0), params.private_canaries);
        let total = items.len() + joint.len() + private.len();
        let total = u32::try_from(total).map_err(|_| crate::item::ItemSetError::TooMany { items: items.len() })?;
        let order = Permutation::random(total, &mut seed.prg("order", &session.0));
        Ok(Self { items, joint, private, order })
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
        self.order(from, to).iter().map(|number| self.item(*number)).collect()
    }

    fn item(&self, number: u32) -> Item {
        match self.entry(number) {
            Entry::Own(i) => self.items.as_slice()[i],
            Entry::Joint(i) => self.joint[usize::from(i)],
            Entry::Private => self.private[number as usize - self.items.len() - self.joint.len()],
        }
    }

    /// What stands at a position of the secret order.
    pub(crate) fn entry_at(&self, position: usize) -> Entry {
        self.entry(self.order.slice(position, position + 1)[0])
    }

    pub(crate) fn joint_len(&self) -> u16 {
        self.joint.len() as u16
    }

    pub(crate) fn private_len(&self) -> u16 {
        self.private.len() as u16
    }

    pub(crate) fn entry(&self, number: u32) -> Entry {
        let number = number as usize;
        match number.checked_sub(self.items.len()) {
            None => Entry::Own(number),
            Some(canary) if canary < self.joint.len() => Entry::Joint(canary as u16),
            Some(_) => Entry::Private,
        }
    }
}
