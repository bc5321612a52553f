//! A side's list with its canaries.

use mpc_core::CommittedSeed;

use super::canary;
use super::error::PsiError;
use super::params::{Params, SessionId};
use crate::item::{Item, ItemSet, ItemSetError};

/// What an entry of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An own item, by its position.
    Own(usize),
    /// A joint canary, by its number.
    Joint(u16),
    /// A private canary of this side.
    Private,
}

/// How entries are numbered: own items, then joint canaries, then private ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryCounts {
    pub(crate) items: usize,
    pub(crate) joint: u16,
}

impl EntryCounts {
    pub(crate) fn entry(self, number: u32) -> Entry {
        let number = number as usize;
        match number.checked_sub(self.items) {
            None => Entry::Own(number),
            Some(canary) if canary < usize::from(self.joint) => Entry::Joint(canary as u16),
            Some(_) => Entry::Private,
        }
    }
}

/// Own items, then joint canaries, then private canaries, numbered in this order.
pub(crate) struct Entries {
    items: ItemSet,
    joint: Vec<Item>,
    private: Vec<Item>,
}

impl Entries {
    pub(crate) fn new(
        items: ItemSet,
        params: &Params,
        session: &SessionId,
        seed: &CommittedSeed,
    ) -> Result<Self, PsiError> {
        let joint = canary::joint(session, params.joint_canaries);
        let private = canary::private(&mut seed.prg("private canaries", &session.0), params.private_canaries);
        Self::with(items, joint, private)
    }

    /// With given canaries.
    pub(crate) fn with(items: ItemSet, joint: Vec<Item>, private: Vec<Item>) -> Result<Self, PsiError> {
        let entries = Self { items, joint, private };
        if u32::try_from(entries.total()).is_err() {
            return Err(ItemSetError::TooMany { items: entries.items.len() }.into());
        }
        Ok(entries)
    }

    /// How many, below 2^32.
    pub(crate) fn total(&self) -> usize {
        self.items.len() + self.joint.len() + self.private.len()
    }

    pub(crate) fn item(&self, number: u32) -> Item {
        match self.entry(number) {
            Entry::Own(i) => self.items.as_slice()[i],
            Entry::Joint(i) => self.joint[usize::from(i)],
            Entry::Private => self.private[number as usize - self.items.len() - self.joint.len()],
        }
    }

    pub(crate) fn entry(&self, number: u32) -> Entry {
        self.counts().entry(number)
    }

    /// How many of which kind.
    pub(crate) fn counts(&self) -> EntryCounts {
        EntryCounts { items: self.items.len(), joint: self.joint_len() }
    }

    pub(crate) fn joint_len(&self) -> u16 {
        self.joint.len() as u16
    }

    pub(crate) fn private_len(&self) -> u16 {
        self.private.len() as u16
    }
}
