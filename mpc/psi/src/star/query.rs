//! The leader's side of one link and bucket: the oblivious pseudorandom function, malicious secure as in
//! [`crate::rr22`]. A machine without input or output.

use std::sync::Arc;

use bytes::Bytes;
use mpc_core::okvs::Seed;
use mpc_core::silent::{ReceiverChallenged, ReceiverSetUp, Values};
use mpc_core::{Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::message::{Message, MessageKind};
use super::party::{LeaderRun, MASK_TAG, context};
use super::program;
use super::sizes::Sizes;
use crate::rr22::groups;
use crate::run::{PsiError, mask};

/// The leader's table of a bucket, the same for all senders: what each of them gets is masked with its own VOLE.
pub(super) struct Table {
    pub(super) keys: Zeroizing<Vec<Gf128>>,
    seed: Seed,
    table: Zeroizing<Vec<Gf128>>,
}

impl Table {
    /// H_B at H_K of every entry of a bucket.
    pub(super) fn prepare(run: &LeaderRun, bucket: u32, threads: usize) -> Result<Self, PsiError> {
        let (keys, values) = groups::keys_and_values(&run.hashes, &run.entries, &run.groups, bucket, threads);
        let seed = run.table_seed(bucket);
        let mut prg = run.seed.prg("star table", &context(&run.session, usize::MAX, bucket));
        let table = run.sizes.table.encode(&seed, &keys, &values, &mut prg, threads)?;
        Ok(Self { keys, seed, table: Zeroizing::new(table) })
    }
}

/// Which link and bucket.
#[derive(Clone)]
pub(super) struct At {
    pub(super) run: Arc<LeaderRun>,
    pub(super) place: usize,
    pub(super) bucket: u32,
}

impl At {
    fn context(&self) -> Vec<u8> {
        context(&self.run.session, self.place, self.bucket)
    }
}

/// Waits for the corrections of the VOLE.
pub(super) struct AwaitCorrections {
    at: At,
    commitment: [u8; 32],
    state: ReceiverSetUp<Values>,
}

impl At {
    /// Takes the opening; gives the setup to send.
    pub(super) fn opening(self, body: &Bytes, threads: usize) -> Result<(AwaitCorrections, Message), PsiError> {
        let malformed = PsiError::Malformed { message: "Opening" };
        let (commitment, rest) = body.split_first_chunk::<32>().ok_or(malformed)?;
        let layout = self.run.sizes.vole;
        let opening = vole::Opening::decode(&layout, rest)?;
        let mut prg = self.run.seed.prg("star vole", &self.context());
        let vole = vole::Receiver::start(layout, self.run.vole_session(self.place, self.bucket));
        let (state, setup) = vole.setup(&opening, &mut prg, threads)?;
        let message = Message::Part(MessageKind::Setup, self.bucket, setup.encode().into());
        Ok((AwaitCorrections { at: self, commitment: *commitment, state }, message))
    }
}

impl AwaitCorrections {
    /// Takes the corrections; gives the challenge to send.
    pub(super) fn corrections(self, body: &Bytes, threads: usize) -> Result<(AwaitProof, Message), PsiError> {
        let Self { at, commitment, state } = self;
        let layout = at.run.sizes.vole;
        let state = state.expand(&vole::Corrections::decode(&layout, body)?, threads)?;
        let mut prg = at.run.seed.prg("star challenge", &at.context());
        let (state, challenge) = state.challenge(&mut prg, threads)?;
        let message = Message::Part(MessageKind::Challenge, at.bucket, challenge.encode().into());
        Ok((AwaitProof { at, commitment, state: Box::new(state) }, message))
    }
}

/// Waits for the proof of the VOLE.
pub(super) struct AwaitProof {
    at: At,
    commitment: [u8; 32],
    state: Box<ReceiverChallenged<Values>>,
}

impl AwaitProof {
    /// Checks the proof and compresses; gives the masked table. Nothing that depends on the VOLE is sent before.
    pub(super) fn mask(
        self,
        proof: &Bytes,
        table: &Table,
        threads: usize,
    ) -> Result<(Zeroizing<Vec<Gf128>>, AwaitMask), PsiError> {
        let Self { at, commitment, state } = self;
        let layout = at.run.sizes.vole;
        let pairs = state.verify(&vole::Proof::decode(&layout, proof)?)?.finish(threads);
        let mut masked = pairs.a;
        masked.iter_mut().zip(table.table.iter()).for_each(|(masked, value)| *masked ^= *value);
        let mut mask = Zeroizing::new([0u8; 16]);
        at.run.seed.prg("star mask", &at.context()).fill_bytes(mask.as_mut_slice());
        Ok((masked, AwaitMask { at, commitment, mask: Gf128::from_bytes(*mask), c: pairs.c }))
    }
}

/// Waits for the sender's mask.
pub(super) struct AwaitMask {
    at: At,
    commitment: [u8; 32],
    /// The leader's own mask, said with the end of the table.
    pub(super) mask: Gf128,
    c: Zeroizing<Vec<Gf128>>,
}

impl AwaitMask {
    /// Decodes the own values: the costly part, for which the sender's mask is not needed.
    pub(super) fn decode(self, table: &Table, threads: usize) -> Result<Decoded, PsiError> {
        let Self { at, commitment, mask, c } = self;
        let values = at.run.sizes.table.decode(&table.seed, &c, &table.keys, threads)?;
        Ok(Decoded { at, commitment, mask, values: Zeroizing::new(values) })
    }
}

/// Values of the own entries, before the sender's mask.
pub(super) struct Decoded {
    at: At,
    commitment: [u8; 32],
    mask: Gf128,
    values: Zeroizing<Vec<Gf128>>,
}

impl Decoded {
    /// Takes the opening of the sender's mask.
    pub(super) fn open(mut self, body: &Bytes) -> Result<Masked, PsiError> {
        let session = self.at.run.vole_session(self.at.place, self.at.bucket);
        let mask = self.mask ^ mask::open(MASK_TAG, &session, &self.commitment, body)?;
        self.values.iter_mut().for_each(|value| *value ^= mask);
        Ok(Masked { at: self.at, values: self.values })
    }
}

/// What the outputs of the function follow from.
pub(super) struct Masked {
    at: At,
    values: Zeroizing<Vec<Gf128>>,
}

impl Masked {
    /// Adds what the sender programmed to the sums over all senders.
    pub(super) fn add_program(
        &self,
        keys: &[Gf128],
        table: &[u8],
        sums: &mut Sums,
        threads: usize,
    ) -> Result<(), PsiError> {
        let At { run, place, bucket } = &self.at;
        run.outputs.tests(threads, keys, &self.values, &mut sums.tests);
        if let Some(sum) = &mut sums.wide_tests {
            run.outputs.wide_tests(threads, keys, &self.values, sum);
        }
        for (of, sum) in sums.keys.iter_mut().enumerate() {
            if let Some(sum) = sum {
                run.outputs.shares(of, threads, keys, &self.values, sum);
            }
        }
        let shares = sums.keys.iter_mut().enumerate().filter(|(of, _)| of != place);
        let mut columns: Vec<&mut [Gf128]> = vec![&mut sums.tests];
        columns.extend(shares.filter_map(|(_, sum)| sum.as_mut().map(|sum| &mut sum[..])));
        columns.extend(sums.wide_tests.as_mut().map(|sum| &mut sum[..]));
        let seed = run.program_seed(*place, *bucket);
        program::add_decoded(&run.sizes.programs[*place], &seed, table, keys, &mut columns, threads)
    }
}

/// Sums over all senders, for every entry of a bucket.
pub(super) struct Sums {
    /// The low 64 bits are zero for entries that all senders hold.
    pub(super) tests: Zeroizing<Vec<Gf128>>,
    /// So are these, when tests are wide.
    pub(super) wide_tests: Option<Zeroizing<Vec<Gf128>>>,
    /// Keys of the payloads of each sender that has some, for entries that all senders hold.
    pub(super) keys: Vec<Option<Zeroizing<Vec<Gf128>>>>,
}

impl Sums {
    pub(super) fn new(entries: usize, sizes: &Sizes) -> Self {
        let zeros = || Zeroizing::new(vec![Gf128::ZERO; entries]);
        let keys = sizes.paying.iter().map(|paying| paying.then(zeros)).collect();
        Self { tests: zeros(), wide_tests: sizes.wide.then(zeros), keys }
    }
}
