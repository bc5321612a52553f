//! The receiver as a machine without input or output, up to the buckets.

use std::sync::Arc;

use mpc_core::okvs::Seed;
use mpc_core::silent::{self, Noise, ReceiverChallenged, ReceiverChecked, ReceiverSetUp, Subvalues, Values};
use mpc_core::{Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::form::{Of, each, same};
use super::groups;
use super::hashes::{self, add};
use super::matching::Found;
use super::message::{CHUNK_BYTES, Chunk, End, Message, Part};
use super::party::Own;
use super::sizes::Sizes;
use super::vole_part::{self, MASK_TAG, expect_bucket};
use crate::run::{Agreement, PsiError, mask};

/// Ready for the buckets.
#[derive(Clone)]
pub struct ReceiverRun {
    pub(super) own: Arc<Own>,
}

impl ReceiverRun {
    /// A receiver.
    pub fn new(own: Arc<Own>) -> Self {
        Self { own }
    }

    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.own.agreement
    }

    /// How many buckets there are.
    pub fn buckets(&self) -> u32 {
        self.own.sizes.buckets
    }

    pub(super) fn sizes(&self) -> &Sizes {
        &self.own.sizes
    }

    /// Nothing found yet.
    pub fn found(&self) -> Found {
        Found::new(self.own.entries.joint_len())
    }

    /// The table of a bucket before it is masked: H_B at H_K of every entry. Costly; independent of the peer.
    ///
    /// # Errors
    /// When the entries cannot be encoded (probability below 2^−40 for distinct items).
    pub fn prepare(&self, bucket: u32, threads: usize) -> Result<Prepared, PsiError> {
        let own = &*self.own;
        let (keys, values) = groups::keys_and_values(&own.hashes, &own.entries, &own.groups, bucket, threads);
        let seed = own.hashes.table_seed(bucket);
        let mut prg = own.seed.prg("table", &vole_part::context(&own.session, bucket));
        let table = match &own.sizes.shape {
            Of::Fast(shape) => Of::Fast(Zeroizing::new(shape.table.encode(&seed, &keys, &values, &mut prg, threads)?)),
            Of::Low(shape) => {
                let short = Zeroizing::new(values.iter().copied().map(hashes::short).collect::<Vec<u64>>());
                drop(values);
                Of::Low(Zeroizing::new(shape.table.encode(&seed, &keys, &short, &mut prg, threads)?))
            }
        };
        Ok(Prepared { keys, seed, table })
    }

    /// Takes the opening of a bucket's VOLE; gives the setup to send.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn opening(&self, bucket: u32, part: &Part, threads: usize) -> Result<(AwaitCorrections, Message), PsiError> {
        let own = &*self.own;
        let malicious = own.sizes.malicious();
        let (commitment, body) = vole_part::split_commitment("Opening", malicious, bucket, part)?;
        let mut prg = own.seed.prg("vole", &vole_part::context(&own.session, bucket));
        let session = own.hashes.vole_session(bucket);
        let setup;
        let state = each!(&own.sizes.shape, shape => {
            let opening = vole::Opening::decode(&shape.vole, body)?;
            let vole = silent::Receiver::start(shape.vole, session);
            let (state, message) = vole.setup(&opening, &mut prg, threads)?;
            setup = message.encode();
            state
        });
        let setup = Message::Setup(Part { bucket, body: setup.into() });
        Ok((AwaitCorrections { run: self.clone(), bucket, commitment, state }, setup))
    }
}

/// The table of a bucket and the keys it was made for.
pub struct Prepared {
    keys: Zeroizing<Vec<Gf128>>,
    seed: Seed,
    table: Table,
}

/// Values of a table.
type Table = Of<Zeroizing<Vec<Gf128>>, Zeroizing<Vec<u64>>>;

/// Waits for the corrections of a bucket's VOLE.
pub struct AwaitCorrections {
    run: ReceiverRun,
    bucket: u32,
    commitment: Option<[u8; 32]>,
    state: Of<ReceiverSetUp<Values>, ReceiverSetUp<Subvalues>>,
}

impl AwaitCorrections {
    /// Takes the corrections; gives the challenge to send, in malicious security.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn corrections(self, part: &Part, threads: usize) -> Result<(AwaitProof, Option<Message>), PsiError> {
        let Self { run, bucket, commitment, state } = self;
        expect_bucket("Corrections", bucket, part.bucket)?;
        if !run.own.sizes.malicious() {
            let state = each!(state, state => {
                let corrections = vole::Corrections::decode(state.layout(), &part.body)?;
                Verified::Honest(Box::new(state.expand(&corrections, threads)?.without_check()?))
            });
            return Ok((AwaitProof { run, bucket, commitment, state }, None));
        }
        let mut prg = run.own.seed.prg("challenge", &vole_part::context(&run.own.session, bucket));
        let asked;
        let state = each!(state, state => {
            let corrections = vole::Corrections::decode(state.layout(), &part.body)?;
            let (state, challenge) = state.expand(&corrections, threads)?.challenge(&mut prg, threads)?;
            asked = challenge.encode();
            Verified::Challenged(Box::new(state))
        });
        let message = Message::Challenge(Part { bucket, body: asked.into() });
        Ok((AwaitProof { run, bucket, commitment, state }, Some(message)))
    }
}

enum Verified<F> {
    Honest(Box<ReceiverChecked<F>>),
    Challenged(Box<ReceiverChallenged<F>>),
}

impl<F: Noise> Verified<F> {
    fn check(self, bucket: u32, proof: Option<&Part>) -> Result<ReceiverChecked<F>, PsiError> {
        match (self, proof) {
            (Self::Honest(state), None) => Ok(*state),
            (Self::Challenged(state), Some(part)) => {
                expect_bucket("Proof", bucket, part.bucket)?;
                let proof = vole::Proof::decode(state.layout(), &part.body)?;
                Ok(state.verify(&proof)?)
            }
            _ => Err(PsiError::Malformed { message: "Proof" }),
        }
    }
}

/// Waits for the proof of a bucket's VOLE (malicious), or needs nothing more (semi-honest).
pub struct AwaitProof {
    run: ReceiverRun,
    bucket: u32,
    commitment: Option<[u8; 32]>,
    state: Of<Verified<Values>, Verified<Subvalues>>,
}

impl AwaitProof {
    /// Checks the proof, compresses and masks the table. Nothing that depends on the VOLE is sent before.
    ///
    /// # Errors
    /// When the sender deviated.
    pub fn mask(
        self,
        proof: Option<&Part>,
        prepared: Prepared,
        threads: usize,
    ) -> Result<(MaskedTable, AwaitMask), PsiError> {
        let Self { run, bucket, commitment, state } = self;
        let Prepared { keys, seed, table } = prepared;
        let (table, c) = match (state, table) {
            (Of::Fast(state), Of::Fast(mut table)) => {
                let pairs = state.check(bucket, proof)?.finish(threads);
                add(&mut table, &pairs.a);
                (Of::Fast(table), pairs.c)
            }
            (Of::Low(state), Of::Low(mut table)) => {
                let pairs = state.check(bucket, proof)?.finish(threads);
                table.iter_mut().zip(pairs.a.iter()).for_each(|(value, a)| *value ^= a);
                (Of::Low(table), pairs.c)
            }
            // What was prepared by another run.
            _ => return Err(PsiError::WrongOpening { what: "table" }),
        };
        let mut mask = Zeroizing::new([0u8; 16]);
        if run.own.sizes.malicious() {
            run.own.seed.prg("mask", &vole_part::context(&run.own.session, bucket)).fill_bytes(mask.as_mut_slice());
        }
        let mask = Gf128::from_bytes(*mask);
        let masked = MaskedTable { run: run.clone(), bucket, mask, table, sent: 0 };
        Ok((masked, AwaitMask { run, bucket, commitment, mask, keys, seed, c }))
    }
}

/// The masked table of a bucket goes out.
pub struct MaskedTable {
    run: ReceiverRun,
    bucket: u32,
    mask: Gf128,
    table: Table,
    sent: usize,
}

impl MaskedTable {
    /// The next run of values; `None` when all are out.
    pub fn next_chunk(&mut self, frame_bytes_max: u32) -> Option<Message> {
        let own = &*self.run.own;
        let value_bytes = own.sizes.value_bytes();
        let room = (frame_bytes_max as usize).saturating_sub(CHUNK_BYTES);
        let most = (room / value_bytes).clamp(1, own.agreement.chunk_items);
        let (from, to) = (self.sent, own.sizes.table_len().min(self.sent + most));
        if from == to {
            return None;
        }
        self.sent = to;
        let mut body = Vec::with_capacity((to - from) * value_bytes);
        match &self.table {
            Of::Fast(table) => table[from..to].iter().for_each(|value| body.extend_from_slice(&value.to_bytes())),
            Of::Low(table) => table[from..to].iter().for_each(|value| body.extend_from_slice(&value.to_le_bytes())),
        }
        Some(Message::Table(Chunk { bucket: self.bucket, offset: from as u64, body: body.into() }))
    }

    /// Values sent so far.
    pub fn sent(&self) -> u64 {
        self.sent as u64
    }

    /// The end of the table, with the receiver's mask.
    pub fn end(&self) -> Message {
        let body = if self.run.own.sizes.malicious() { self.mask.to_bytes().to_vec() } else { vec![] };
        Message::TableEnd(End { bucket: self.bucket, count: self.sent as u64, body: body.into() })
    }
}

/// Waits for the sender's mask (malicious), or needs nothing more (semi-honest).
pub struct AwaitMask {
    run: ReceiverRun,
    bucket: u32,
    commitment: Option<[u8; 32]>,
    mask: Gf128,
    keys: Zeroizing<Vec<Gf128>>,
    seed: Seed,
    c: Zeroizing<Vec<Gf128>>,
}

impl AwaitMask {
    /// Decodes the own values: the costly part, for which the mask is not needed yet.
    ///
    /// # Errors
    /// None in practice.
    pub fn decode(self, threads: usize) -> Result<Decoded, PsiError> {
        let Self { run, bucket, commitment, mask, keys, seed, c } = self;
        let values = same!(&run.own.sizes.shape, shape => shape.table.decode(&seed, &c, &keys, threads)?);
        Ok(Decoded { run, bucket, commitment, mask, keys, values: Zeroizing::new(values) })
    }
}

/// Values of the own entries, before the mask.
pub struct Decoded {
    pub(super) run: ReceiverRun,
    pub(super) bucket: u32,
    commitment: Option<[u8; 32]>,
    mask: Gf128,
    pub(super) keys: Zeroizing<Vec<Gf128>>,
    pub(super) values: Zeroizing<Vec<Gf128>>,
}

impl Decoded {
    /// The joint mask, from the sender's opening.
    pub(super) fn joint_mask(&self, part: Option<&Part>) -> Result<Gf128, PsiError> {
        match (self.commitment, part) {
            (None, None) => Ok(Gf128::ZERO),
            (Some(commitment), Some(part)) => {
                expect_bucket("Mask", self.bucket, part.bucket)?;
                let session = self.run.own.hashes.vole_session(self.bucket);
                Ok(self.mask ^ mask::open(MASK_TAG, &session, &commitment, &part.body)?)
            }
            _ => Err(PsiError::Malformed { message: "Mask" }),
        }
    }
}
