//! Checkpoints: what a side keeps of a long run, so that it can go on over another channel after it was cut off.
//!
//! A checkpoint is private: a receiver's holds its matches. It is sealed under a key that follows from the seed of the run,
//! to which the side is committed, so that nobody who can write where it lies can make the side go on from something else.

use std::io;
use std::sync::Arc;

use aes_gcm::aead::AeadInPlace;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use mpc_core::{CommittedSeed, SeedCommitment};
use zeroize::Zeroizing;

use super::error::PsiError;
use super::header::Role;
use super::params::SessionId;
use super::progress::Control;

/// Where the checkpoints of one run are kept. Called off the async threads; may block.
///
/// Checkpoint 1, 2, … each holds what came after the one before, so all of them are needed to go on from the last.
pub trait CheckpointStore: Send + Sync {
    /// Keeps a checkpoint durably: when this returns, it survives a crash.
    ///
    /// # Errors
    /// When it cannot be kept; the run then fails.
    fn keep(&self, number: u32, sealed: &[u8]) -> io::Result<()>;

    /// A checkpoint that was kept.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, number: u32) -> io::Result<Vec<u8>>;

    /// The number of the last one; 0 when there is none.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn last(&self) -> io::Result<u32>;

    /// Removes those after a number: the peer does not have them.
    ///
    /// # Errors
    /// When they cannot be removed.
    fn forget_after(&self, number: u32) -> io::Result<()>;

    /// Notes durably that tags are about to leave this side: from here on the run cannot start over in its session, it can
    /// only go on from a checkpoint. Called at the sender, once per channel.
    ///
    /// # Errors
    /// When it cannot be noted; the run then fails before a tag has left.
    fn tags_leave(&self) -> io::Result<()>;
}

/// The start of another leg of a run that was cut off.
pub struct Resumption {
    /// At least the how many-th this is, by this side's own count from 1. The larger count of both sides is agreed.
    pub number: u32,
    /// A new seed: no randomness of an earlier leg is used again.
    pub seed: CommittedSeed,
}

/// A resumption as both sides can state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The how many-th resumption.
    pub number: u32,
    /// After which checkpoint it went on.
    pub after: u32,
    /// Commitment to the own seed of this leg.
    pub seed: SeedCommitment,
    /// Commitment to the peer's.
    pub peer_seed: SeedCommitment,
}

/// First bytes of a sealed checkpoint.
const TAG: &[u8] = b"shuzheng/psi/checkpoint/1";
/// What stands in clear: tag, role, number, commitment to the seed of the leg that made it.
const HEAD_BYTES: usize = TAG.len() + 1 + 4 + 32;
/// AES-GCM's own tag.
const AUTH_BYTES: usize = 16;

/// Seals and opens the checkpoints of one side of one run.
#[derive(Clone)]
pub(crate) struct Vault {
    store: Arc<dyn CheckpointStore>,
    seed: CommittedSeed,
    session: SessionId,
    role: Role,
}

impl Vault {
    /// Of a run under this control, if it is to keep checkpoints.
    pub(crate) fn of(control: &Control, seed: &CommittedSeed, session: SessionId, role: Role) -> Option<Self> {
        control.store().map(|store| Self::new(store.clone(), seed, session, role))
    }

    fn new(store: Arc<dyn CheckpointStore>, seed: &CommittedSeed, session: SessionId, role: Role) -> Self {
        Self { store, seed: seed.clone(), session, role }
    }

    /// Seals under a key that seals nothing else (a leg has a checkpoint of one number once, and a seed of its own), and
    /// keeps it.
    pub(crate) fn keep(&self, number: u32, leg: &SeedCommitment, plain: Vec<u8>) -> Result<(), PsiError> {
        let mut plain = Zeroizing::new(plain);
        let head = self.head(number, leg);
        let tag = self
            .cipher(&head)
            .encrypt_in_place_detached(&Nonce::default(), &head, plain.as_mut_slice())
            .map_err(|_| PsiError::Checkpoint(io::ErrorKind::FileTooLarge.into()))?;
        let mut sealed = Vec::with_capacity(HEAD_BYTES + plain.len() + AUTH_BYTES);
        sealed.extend_from_slice(&head);
        sealed.extend_from_slice(&plain);
        sealed.extend_from_slice(&tag);
        self.store.keep(number, &sealed).map_err(PsiError::Checkpoint)
    }

    /// The content of a checkpoint, when it is one that this side sealed in this run under this number.
    pub(crate) fn open(&self, number: u32) -> Result<Zeroizing<Vec<u8>>, PsiError> {
        let damaged = || PsiError::CheckpointDamaged { number };
        let sealed = self.store.read(number).map_err(PsiError::Checkpoint)?;
        let (head, rest) = sealed.split_at_checked(HEAD_BYTES).ok_or_else(damaged)?;
        let leg = SeedCommitment(head[HEAD_BYTES - 32..].try_into().map_err(|_| damaged())?);
        if head != self.head(number, &leg) {
            return Err(damaged());
        }
        let (body, tag) = rest.split_at_checked(rest.len().saturating_sub(AUTH_BYTES)).ok_or_else(damaged)?;
        let mut plain = Zeroizing::new(body.to_vec());
        let tag: [u8; AUTH_BYTES] = tag.try_into().map_err(|_| damaged())?;
        self.cipher(head)
            .decrypt_in_place_detached(&Nonce::default(), head, plain.as_mut_slice(), &tag.into())
            .map_err(|_| damaged())?;
        Ok(plain)
    }

    pub(crate) fn last(&self) -> Result<u32, PsiError> {
        self.store.last().map_err(PsiError::Checkpoint)
    }

    pub(crate) fn forget_after(&self, number: u32) -> Result<(), PsiError> {
        self.store.forget_after(number).map_err(PsiError::Checkpoint)
    }

    fn head(&self, number: u32, leg: &SeedCommitment) -> Vec<u8> {
        let mut head = TAG.to_vec();
        head.push(match self.role {
            Role::Receiver => 0,
            Role::Sender => 1,
        });
        head.extend_from_slice(&number.to_be_bytes());
        head.extend_from_slice(&leg.0);
        head
    }

    fn cipher(&self, head: &[u8]) -> Aes256Gcm {
        let context = [self.session.0.as_slice(), head].concat();
        let key = Zeroizing::new(self.seed.prg("checkpoint", &context).bytes32());
        Aes256Gcm::new((&*key).into())
    }
}
