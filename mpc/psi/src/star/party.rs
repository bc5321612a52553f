//! What a party holds through all buckets.

use std::ops::Deref;
use std::sync::Arc;

use mpc_core::okvs::Seed;
use mpc_core::{CommittedSeed, FixedKeyAes};

use super::coin::derive;
use super::outputs::Outputs;
use super::sizes::Sizes;
use crate::item::ItemSet;
use crate::parties::{Pairs, Roster, SecretAes};
use crate::rr22::groups::Groups;
use crate::rr22::hashes::Hashes;
use crate::run::entries::Entries;
use crate::run::{PayloadSource, PsiError, RunConfig, SessionId};

/// Of commitments to a sender's mask.
pub(super) const MASK_TAG: &[u8] = b"shuzheng/psi/star/mask/1";

/// Context of a party's own randomness for one link and bucket.
pub(super) fn context(session: &SessionId, place: usize, bucket: u32) -> Vec<u8> {
    [&session.0[..], &[place as u8], &bucket.to_be_bytes()].concat()
}

/// What all parties know alike.
pub(super) struct Agreed {
    pub(super) roster: Roster,
    pub(super) sizes: Sizes,
    /// What everything public and random follows from.
    pub(super) joint: [u8; 32],
}

/// What every party holds.
pub(super) struct Party {
    pub(super) session: SessionId,
    pub(super) seed: CommittedSeed,
    joint: [u8; 32],
    /// H_K and H_B, and the tags of sealed payloads.
    pub(super) hashes: Hashes,
    pub(super) outputs: Outputs,
    /// What payloads are sealed by.
    pub(super) once: FixedKeyAes,
    pub(super) roster: Roster,
    pub(super) sizes: Sizes,
    pub(super) entries: Entries,
    pub(super) groups: Groups,
    pub(super) chunk_items: usize,
}

/// The leader.
pub(super) type LeaderRun = Party;

impl Party {
    /// Puts the entries into their buckets, of which each takes `most`.
    ///
    /// # Errors
    /// When a bucket overflows (probability below 2^−40).
    pub(super) fn open(
        agreed: Agreed,
        most: usize,
        config: &RunConfig,
        items: ItemSet,
        seed: CommittedSeed,
        threads: usize,
    ) -> Result<Self, PsiError> {
        let Agreed { roster, sizes, joint } = agreed;
        let (hashes, session) = (Hashes::new(joint), config.session);
        let entries = Entries::new(items, &config.params, &session, &seed)?;
        let groups = Groups::new(&hashes, &entries, sizes.buckets, most, threads)?;
        let mut key = [0; 16];
        key.copy_from_slice(&derive(&joint, b"seal", 0, 0)[..16]);
        let outputs = Outputs::new(&joint, roster.members.len());
        let chunk_items = config.params.chunk_items as usize;
        let once = FixedKeyAes::new(key);
        Ok(Self { session, seed, joint, hashes, outputs, once, roster, sizes, entries, groups, chunk_items })
    }

    /// The seed of the leader's table of a bucket.
    pub(super) fn table_seed(&self, bucket: u32) -> Seed {
        self.okvs_seed(b"table", 0, bucket)
    }

    /// The seed of a sender's table of a bucket.
    pub(super) fn program_seed(&self, place: usize, bucket: u32) -> Seed {
        self.okvs_seed(b"program", place, bucket)
    }

    fn okvs_seed(&self, purpose: &[u8], place: usize, bucket: u32) -> Seed {
        let mut seed = [0; 16];
        seed.copy_from_slice(&derive(&self.joint, purpose, place, bucket)[..16]);
        Seed(seed)
    }

    /// The session of a bucket's VOLE with a sender.
    pub(super) fn vole_session(&self, place: usize, bucket: u32) -> [u8; 32] {
        derive(&self.joint, b"vole", place, bucket)
    }
}

/// The keys with another sender.
pub(super) struct PairKeys {
    pub(super) other: usize,
    /// Of the tests: what both add, so that it vanishes from the sum.
    pub(super) test: SecretAes,
    /// Of the second part of wide tests.
    pub(super) wide_test: SecretAes,
    /// Of the keys of the own payloads.
    pub(super) mine: SecretAes,
    /// Of the keys of the other's payloads.
    pub(super) theirs: SecretAes,
}

impl PairKeys {
    /// The keys of a sender at `place` with all others.
    pub(super) fn all(pairs: &Pairs, agreement: &[u8; 32], place: usize) -> Vec<Self> {
        let others = (0..pairs.headers.len()).filter(|other| *other != place);
        others
            .map(|other| {
                let secret = pairs.pairwise(agreement, other);
                Self {
                    other,
                    test: SecretAes::derive(&secret, b"test", 0),
                    wide_test: SecretAes::derive(&secret, b"test", 1),
                    mine: SecretAes::derive(&secret, b"payload", place as u8),
                    theirs: SecretAes::derive(&secret, b"payload", other as u8),
                }
            })
            .collect()
    }
}

/// A sender.
pub(super) struct SenderRun {
    pub(super) party: Party,
    pub(super) place: usize,
    pub(super) pairs: Vec<PairKeys>,
    pub(super) payload: Option<Arc<dyn PayloadSource>>,
}

impl Deref for SenderRun {
    type Target = Party;

    fn deref(&self) -> &Party {
        &self.party
    }
}
