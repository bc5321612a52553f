//! A sender's side of one bucket. A machine without input or output.

use std::sync::Arc;

use bytes::Bytes;
use mpc_core::gf128::axpy;
use mpc_core::silent::{SenderChecked, SenderExpanded, Values};
use mpc_core::{Gf128, Prg, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::message::{Message, MessageKind};
use super::party::{MASK_TAG, SenderRun, context};
use super::program::{self, Columns};
use crate::parties::add_prf;
use crate::rr22::groups;
use crate::run::PsiError;
use crate::run::entries::Entry;
use crate::run::mask::{self, MASK_BYTES};

/// Hashes of a bucket's entries.
pub(super) struct Prepared {
    keys: Zeroizing<Vec<Gf128>>,
    values: Zeroizing<Vec<Gf128>>,
}

impl Prepared {
    pub(super) fn new(run: &SenderRun, bucket: u32, threads: usize) -> Self {
        let (keys, values) = groups::keys_and_values(&run.hashes, &run.entries, &run.groups, bucket, threads);
        Self { keys, values }
    }
}

/// Waits for the setup of the VOLE.
pub(super) struct AwaitSetup {
    run: Arc<SenderRun>,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: vole::Sender,
    prg: Prg,
}

impl AwaitSetup {
    /// Begins the VOLE; gives the opening to send.
    pub(super) fn start(run: Arc<SenderRun>, bucket: u32, threads: usize) -> (Self, Message) {
        let context = context(&run.session, run.place, bucket);
        let session = run.vole_session(run.place, bucket);
        let mut prg = run.seed.prg("star vole", &context);
        let (state, opening) = vole::Sender::start(run.sizes.vole, session, &mut prg, threads);
        let mut mask = Zeroizing::new([0; MASK_BYTES]);
        run.seed.prg("star mask", &context).fill_bytes(mask.as_mut_slice());
        let body = [&mask::commit(MASK_TAG, &session, &mask)[..], &opening.encode()].concat();
        (Self { run, bucket, mask, state, prg }, Message::Part(MessageKind::Opening, bucket, body.into()))
    }

    /// Takes the setup; gives the corrections to send.
    pub(super) fn setup(self, body: &Bytes, threads: usize) -> Result<(AwaitChallenge, Message), PsiError> {
        let Self { run, bucket, mask, state, mut prg } = self;
        let setup = vole::Setup::decode(&run.sizes.vole, body)?;
        let (state, corrections) = state.expand(&setup, &mut prg, threads)?;
        let message = Message::Part(MessageKind::Corrections, bucket, corrections.encode().into());
        Ok((AwaitChallenge { run, bucket, mask, state }, message))
    }
}

/// Waits for the challenge of the VOLE.
pub(super) struct AwaitChallenge {
    run: Arc<SenderRun>,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: SenderExpanded<Values>,
}

impl AwaitChallenge {
    /// Answers the challenge; gives the proof to send.
    pub(super) fn challenge(self, body: &Bytes, threads: usize) -> Result<(Uncompressed, Message), PsiError> {
        let Self { run, bucket, mask, state } = self;
        let challenge = vole::Challenge::decode(&run.sizes.vole, body)?;
        let (state, proof) = state.answer(&challenge, threads)?;
        let message = Message::Part(MessageKind::Proof, bucket, proof.encode().into());
        Ok((Uncompressed { run, bucket, mask, state }, message))
    }
}

/// The VOLE is agreed; what is left of it is computing.
pub(super) struct Uncompressed {
    run: Arc<SenderRun>,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: SenderChecked<Values>,
}

impl Uncompressed {
    /// Compresses.
    pub(super) fn finish(self, threads: usize) -> Absorbing {
        let Self { run, bucket, mask, state } = self;
        Absorbing { run, bucket, mask, keys: state.finish(threads), done: 0, values: Vec::new() }
    }
}

/// The leader's table comes in: K = B + Δ·A.
pub(super) struct Absorbing {
    run: Arc<SenderRun>,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    keys: vole::Keys,
    done: usize,
    /// Those of one message.
    values: Vec<Gf128>,
}

impl Absorbing {
    /// Takes a run of values; gives how many.
    pub(super) fn accept(&mut self, offset: u64, body: &[u8]) -> Result<usize, PsiError> {
        let (values, rest) = body.as_chunks::<{ Gf128::BYTES }>();
        if !rest.is_empty() {
            return Err(PsiError::Malformed { message: "Table" });
        }
        let max = self.run.chunk_items;
        if values.is_empty() || values.len() > max {
            return Err(PsiError::ChunkSize { items: values.len(), max });
        }
        if offset != self.done as u64 {
            return Err(PsiError::WrongOffset { message: "Table", expected: self.done as u64, got: offset });
        }
        let (from, to, all) = (self.done, self.done + values.len(), self.keys.b.len());
        if to > all {
            return Err(PsiError::WrongCount { what: "table values", expected: all as u64, got: to as u64 });
        }
        self.values.clear();
        self.values.extend(values.iter().map(|value| Gf128::from_bytes(*value)));
        axpy(&mut self.keys.b[from..to], self.keys.delta, &self.values);
        self.done = to;
        Ok(values.len())
    }

    /// Ends the table; gives the opening of the own mask, to send at once.
    pub(super) fn finish(self, count: u64, body: &[u8]) -> Result<(Unmade, Message), PsiError> {
        let Self { run, bucket, mask, keys, done, .. } = self;
        let expected = keys.b.len() as u64;
        for got in [count, done as u64] {
            if got != expected {
                return Err(PsiError::WrongCount { what: "table values", expected, got });
            }
        }
        let theirs: [u8; 16] = body.try_into().map_err(|_| PsiError::Malformed { message: "TableEnd" })?;
        let joint = Gf128::from_bytes(theirs) ^ mask::of(&mask);
        let message = Message::Part(MessageKind::Mask, bucket, mask.to_vec().into());
        Ok((Unmade { run, bucket, joint, keys }, message))
    }
}

/// Everything is there that the outputs of the function follow from.
pub(super) struct Unmade {
    run: Arc<SenderRun>,
    bucket: u32,
    joint: Gf128,
    keys: vole::Keys,
}

impl Unmade {
    /// The table of programmed values, and the keys of the own payloads.
    pub(super) fn program(self, prepared: Prepared, threads: usize) -> Result<Programmed, PsiError> {
        let Self { run, bucket, joint, keys: vole::Keys { delta, b } } = self;
        let Prepared { keys, values } = prepared;
        let mut masked = Zeroizing::new(run.sizes.table.decode(&run.table_seed(bucket), &b, &keys, threads)?);
        drop(b);
        axpy(&mut masked, delta, &values);
        drop(values);
        masked.iter_mut().for_each(|value| *value ^= joint);

        let zeros = || Zeroizing::new(vec![Gf128::ZERO; keys.len()]);
        let mut tests = zeros();
        run.outputs.tests(threads, &keys, &masked, &mut tests);
        run.pairs.iter().for_each(|pair| add_prf(&pair.test, &keys, &mut tests));
        let mut columns = Columns(vec![tests]);
        for of in run.sizes.shares(run.place) {
            let mut share = zeros();
            run.outputs.shares(of, threads, &keys, &masked, &mut share);
            let pair = run.pairs.iter().find(|pair| pair.other == of);
            pair.into_iter().for_each(|pair| add_prf(&pair.theirs, &keys, &mut share));
            columns.0.push(share);
        }
        if run.sizes.wide {
            let mut tests = zeros();
            run.outputs.wide_tests(threads, &keys, &masked, &mut tests);
            run.pairs.iter().for_each(|pair| add_prf(&pair.wide_test, &keys, &mut tests));
            columns.0.push(tests);
        }
        let seal = run.sizes.paying[run.place].then(|| {
            let mut key = zeros();
            run.outputs.shares(run.place, threads, &keys, &masked, &mut key);
            run.pairs.iter().for_each(|pair| add_prf(&pair.mine, &keys, &mut key));
            key
        });
        drop(masked);

        let params = &run.sizes.programs[run.place];
        let mut prg = run.seed.prg("star program", &context(&run.session, run.place, bucket));
        let seed = run.program_seed(run.place, bucket);
        let table = program::encode(params, &seed, &keys, &columns, &mut prg, threads)?;
        let named = name_canaries(&run, bucket, &keys, &columns);
        Ok(Programmed { run, bucket, keys, seal, table, named })
    }
}

/// What the table gives at the private canaries: for each `H_K(y) ‖ value`. The leader could compute the value itself
/// from the table, so this tells nothing but where the canaries stood.
fn name_canaries(run: &SenderRun, bucket: u32, keys: &[Gf128], columns: &Columns) -> Vec<u8> {
    let mut named = Vec::new();
    // Canaries are the last entries, and entries keep their order in a bucket.
    for place in (0..keys.len()).rev() {
        if run.entries.entry(run.groups.number(bucket, place)) != Entry::Private {
            break;
        }
        named.extend_from_slice(&keys[place].to_bytes());
        named.extend_from_slice(&(columns.0[0][place].0 as u64).to_le_bytes());
        columns.0[1..].iter().for_each(|blocks| named.extend_from_slice(&blocks[place].to_bytes()));
    }
    named
}

/// The table goes out, then the sealed payloads.
pub(super) struct Programmed {
    pub(super) run: Arc<SenderRun>,
    pub(super) bucket: u32,
    pub(super) keys: Zeroizing<Vec<Gf128>>,
    /// Keys of the own payloads.
    pub(super) seal: Option<Zeroizing<Vec<Gf128>>>,
    pub(super) table: Vec<u8>,
    pub(super) named: Vec<u8>,
}
