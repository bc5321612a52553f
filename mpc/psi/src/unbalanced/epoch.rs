//! The sender's epoch: its key, and the making of its set-up.

use std::sync::Arc;

use mpc_core::okvs::Seed;
use mpc_core::voprf::{Output, ServerKey, Voprf};
use mpc_core::{CommittedSeed, Gf128, SeedCommitment};
use rand_core::RngCore as _;
use zeroize::Zeroizing;

use super::blob::{Sink, Written};
use super::face::{self, Face, TAG_BYTES};
use super::setup;
use crate::item::{Item, ItemSet};
use crate::run::entries::{Entries, Entry};
use crate::run::tag::SealKey;
use crate::run::{Params, PayloadSource, PsiError, SessionId, canary, payload};

/// Questions that are answered with one key at most. It keeps the false positives of all runs of an epoch together below
/// 2⁻⁴⁰ ([`mpc_core::fuse::queries_max`]) and the discrete logarithm of the key at 2¹¹⁴ (Cheon 2006).
pub const EPOCH_QUESTIONS_MAX: u64 = 1 << 24;

/// Entries that are evaluated as one job.
const JOB: usize = 1 << 17;

/// What follows from one output of the function. Tag and key are disjoint parts of a hash.
pub(super) fn split(output: &Output) -> (Gf128, SealKey) {
    let (tag, rest) = output.split_first_chunk::<TAG_BYTES>().expect("an output has 64 bytes");
    (Gf128(u128::from_be_bytes(*tag)), *rest.last_chunk().expect("48 bytes are left"))
}

/// The secret of an epoch.
pub(super) struct Secret {
    pub(super) seed: CommittedSeed,
    pub(super) key: ServerKey<Voprf>,
    pub(super) scope: [u8; 32],
    pub(super) nonce: SessionId,
}

impl Secret {
    /// All of an epoch follows from its seed, its scope and the sender's data.
    pub(super) fn new(seed: CommittedSeed, scope: [u8; 32]) -> Self {
        let key = ServerKey::random(&mut seed.prg("epoch key", &scope));
        let nonce = face::nonce(&scope, &seed.commitment(), &key.public_key().to_bytes());
        Self { seed, key, scope, nonce }
    }

    /// A new one. Its seed follows from that of the run that makes it, so that this run can be replayed.
    pub(super) fn of_run(run: &CommittedSeed, session: &SessionId, scope: [u8; 32]) -> Self {
        let mut bytes = Zeroizing::new([0; 64]);
        run.prg("epoch seed", &session.0).fill_bytes(bytes.as_mut_slice());
        Self::new(CommittedSeed::from_bytes(&bytes), scope)
    }

    pub(super) fn commitment(&self) -> SeedCommitment {
        self.seed.commitment()
    }

    fn entries(&self, items: ItemSet, params: &Params) -> Result<Entries, PsiError> {
        let joint = canary::joint(&self.nonce, params.joint_canaries);
        let private = canary::private(&mut self.seed.prg("private canaries", &self.nonce.0), params.private_canaries);
        Entries::with(items, joint, private)
    }
}

/// An epoch in the making.
pub(super) struct Build {
    own: Arc<Own>,
    next: u32,
    tags: Vec<Gf128>,
    keys: Zeroizing<Vec<SealKey>>,
}

struct Own {
    secret: Arc<Secret>,
    entries: Entries,
    payload: Option<Arc<dyn PayloadSource>>,
    width: Option<u32>,
    items: u64,
}

impl Build {
    pub(super) fn new(
        secret: Arc<Secret>,
        items: ItemSet,
        params: &Params,
        payload: Option<Arc<dyn PayloadSource>>,
        width: Option<u32>,
    ) -> Result<Self, PsiError> {
        let count = items.len() as u64;
        let entries = secret.entries(items, params)?;
        let total = entries.total();
        if total > mpc_core::fuse::ELEMENTS_MAX {
            return Err(crate::item::ItemSetError::TooMany { items: total }.into());
        }
        let keys = if width.is_some() { total } else { 0 };
        Ok(Self {
            own: Arc::new(Own { secret, entries, payload, width, items: count }),
            next: 0,
            tags: Vec::with_capacity(total),
            keys: Zeroizing::new(Vec::with_capacity(keys)),
        })
    }

    pub(super) fn total(&self) -> u64 {
        self.own.entries.total() as u64
    }

    pub(super) fn done(&self) -> u64 {
        self.tags.len() as u64
    }

    /// The next part, as work to be done; `None` when all is evaluated.
    pub(super) fn next_job(&mut self) -> Option<EvaluateOwn> {
        let (from, total) = (self.next, self.own.entries.total() as u32);
        if from >= total {
            return None;
        }
        self.next = total.min(from.saturating_add(JOB as u32));
        Some(EvaluateOwn { own: self.own.clone(), from, to: self.next })
    }

    /// Keeps the result of a job; jobs are absorbed in the order they were made.
    pub(super) fn absorb(&mut self, outputs: &[Output]) {
        for output in outputs {
            let (tag, key) = split(output);
            self.tags.push(tag);
            if self.own.width.is_some() {
                self.keys.push(key);
            }
        }
    }

    /// Writes the set-up. Sorts and seals: to be run off the async threads.
    ///
    /// # Errors
    /// When rows are missing, a payload is longer than it was said to be, or the file cannot be written.
    pub(super) fn finish(self, threads: usize, mut sink: Sink) -> Result<(Face, Written), PsiError> {
        let Self { own, tags, keys, .. } = self;
        if tags.len() != own.entries.total() {
            return Err(PsiError::SetupRows);
        }
        match own.width {
            None => {
                let mut seed = Seed([0; 16]);
                own.secret.seed.prg("filter seed", &own.secret.nonce.0).fill_bytes(&mut seed.0);
                setup::write_filter(&seed, &tags, &tags, threads, &mut sink)?;
            }
            Some(width) => setup::write_table(&tags, width, threads, &mut sink, |number, out| {
                own.seal(number as u32, &keys[number], width, out)
            })?,
        }
        let written = sink.finish()?;
        let canaries = (0..own.entries.total() as u32).rev();
        let canaries = canaries.take(usize::from(own.entries.private_len())).map(|i| tags[i as usize].0.to_be_bytes());
        let face = Face {
            scope: own.secret.scope,
            seed: own.secret.commitment(),
            public_key: own.secret.key.public_key().to_bytes(),
            items: own.items,
            payload_bytes: own.width,
            setup_bytes: written.blob.len(),
            setup_digest: written.digest,
            canaries: canaries.collect(),
        };
        Ok((face, written))
    }
}

impl Own {
    fn seal(&self, number: u32, key: &SealKey, width: u32, out: &mut Vec<u8>) -> Result<(), PsiError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(width as usize));
        let item = match self.entries.entry(number) {
            Entry::Own(item) => {
                if let Some(source) = &self.payload {
                    source.append(item, &mut plain);
                }
                item
            }
            Entry::Joint(canary) => {
                *plain = canary::payload(&self.secret.nonce, canary, width);
                usize::from(canary)
            }
            Entry::Private => 0,
        };
        if payload::seal(key, &self.secret.nonce.0, &plain, width, out) {
            Ok(())
        } else {
            Err(PsiError::OwnPayload { item, bytes: plain.len(), max: width })
        }
    }
}

/// Evaluating one part of the sender's own entries.
pub(super) struct EvaluateOwn {
    own: Arc<Own>,
    from: u32,
    to: u32,
}

impl EvaluateOwn {
    pub(super) fn run(self, threads: usize) -> Result<Zeroizing<Vec<Output>>, PsiError> {
        let mut items: Vec<Item> = (self.from..self.to).map(|number| self.own.entries.item(number)).collect();
        let outputs = self.own.secret.key.outputs(&items, threads);
        items.iter_mut().for_each(Item::clear);
        outputs.map_err(|error| super::voprf_error("own", 0, error))
    }
}
