//! The sender as a machine without input or output, up to the tags.

use std::sync::Arc;

use mpc_core::gf128::{SubfieldMultiples, axpy};
use mpc_core::silent::{self, SenderChecked, SenderExpanded, Subvalues, Values};
use mpc_core::{Gf128, Permutation, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::form::{Of, each, same};
use super::groups;
use super::hashes;
use super::message::{Chunk, End, Message, Part};
use super::party::Own;
use super::sizes::Sizes;
use super::tagging::{Named, Tagging};
use super::vole_part::{self, MASK_TAG, expect_bucket};
use crate::run::mask::{self, MASK_BYTES};
use crate::run::{Agreement, PsiError};

/// Ready for the buckets.
#[derive(Clone)]
pub struct SenderRun {
    pub(super) own: Arc<Own>,
}

impl SenderRun {
    /// A sender.
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

    /// Nothing sent yet.
    pub fn named(&self) -> Named {
        Named::default()
    }

    /// Hashes and the secret order of a bucket. Independent of the peer.
    pub fn prepare(&self, bucket: u32, threads: usize) -> Prepared {
        let own = &*self.own;
        let (keys, values) = groups::keys_and_values(&own.hashes, &own.entries, &own.groups, bucket, threads);
        let mut prg = own.seed.prg("order", &vole_part::context(&own.session, bucket));
        let order = Permutation::random(own.sizes.sender_max as u32, &mut prg);
        Prepared { keys, values, order }
    }

    /// Begins the VOLE of a bucket; gives the opening to send.
    pub fn start(&self, bucket: u32, threads: usize) -> (AwaitSetup, Message) {
        let own = &*self.own;
        let context = vole_part::context(&own.session, bucket);
        let session = own.hashes.vole_session(bucket);
        let mut prg = own.seed.prg("vole", &context);
        let opening;
        let state = each!(&own.sizes.shape, shape => {
            let (state, message) = silent::Sender::start(shape.vole, session, &mut prg, threads);
            opening = message.encode();
            state
        });
        let mut mask = Zeroizing::new([0; MASK_BYTES]);
        let mut body = Vec::new();
        if own.sizes.malicious() {
            own.seed.prg("mask", &context).fill_bytes(mask.as_mut_slice());
            body.extend_from_slice(&mask::commit(MASK_TAG, &session, &mask));
        }
        body.extend_from_slice(&opening);
        let message = Message::Opening(Part { bucket, body: body.into() });
        (AwaitSetup { run: self.clone(), bucket, mask, state, prg }, message)
    }
}

/// Hashes of a bucket's entries, and the secret order of its tags.
pub struct Prepared {
    keys: Zeroizing<Vec<Gf128>>,
    values: Zeroizing<Vec<Gf128>>,
    order: Permutation,
}

/// Waits for the setup of a bucket's VOLE.
pub struct AwaitSetup {
    run: SenderRun,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: Of<silent::Sender<Values>, silent::Sender<Subvalues>>,
    prg: mpc_core::Prg,
}

impl AwaitSetup {
    /// Takes the setup; gives the corrections to send.
    ///
    /// # Errors
    /// When the message is malformed or the receiver deviated.
    pub fn setup(self, part: &Part, threads: usize) -> Result<(AwaitChallenge, Message), PsiError> {
        let Self { run, bucket, mask, state, mut prg } = self;
        expect_bucket("Setup", bucket, part.bucket)?;
        let body;
        let state = each!(state, state => {
            let setup = vole::Setup::decode(state.layout(), &part.body)?;
            let (state, corrections) = state.expand(&setup, &mut prg, threads)?;
            body = corrections.encode();
            state
        });
        let message = Message::Corrections(Part { bucket, body: body.into() });
        Ok((AwaitChallenge { run, bucket, mask, state }, message))
    }
}

/// Waits for the challenge of a bucket's VOLE (malicious), or needs nothing more (semi-honest).
pub struct AwaitChallenge {
    run: SenderRun,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: Of<SenderExpanded<Values>, SenderExpanded<Subvalues>>,
}

impl AwaitChallenge {
    /// Answers the challenge; gives the proof to send, in malicious security.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn challenge(self, part: Option<&Part>, threads: usize) -> Result<(Uncompressed, Option<Message>), PsiError> {
        let Self { run, bucket, mask, state } = self;
        let (state, message) = match part {
            None => (each!(state, state => state.without_check()?), None),
            Some(part) => {
                expect_bucket("Challenge", bucket, part.bucket)?;
                let body;
                let state = each!(state, state => {
                    let challenge = vole::Challenge::decode(state.layout(), &part.body)?;
                    let (state, proof) = state.answer(&challenge, threads)?;
                    body = proof.encode();
                    state
                });
                (state, Some(Message::Proof(Part { bucket, body: body.into() })))
            }
        };
        Ok((Uncompressed { run, bucket, mask, state }, message))
    }
}

/// The VOLE of a bucket is agreed; what is left of it is computing.
pub struct Uncompressed {
    run: SenderRun,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: Of<SenderChecked<Values>, SenderChecked<Subvalues>>,
}

impl Uncompressed {
    /// Compresses.
    pub fn finish(self, threads: usize) -> Absorbing {
        let Self { run, bucket, mask, state } = self;
        let keys = Keys::new(state, threads);
        Absorbing { run, bucket, mask, keys, done: 0 }
    }
}

/// Δ as it multiplies values of a table (itself, or as tables for the subfield), and the values of one message.
type Factor = Of<(Zeroizing<Gf128>, Vec<Gf128>), (SubfieldMultiples, Vec<u64>)>;

/// Δ, and B, which becomes K.
struct Keys {
    factor: Factor,
    b: Zeroizing<Vec<Gf128>>,
}

impl Keys {
    fn new(state: Of<SenderChecked<Values>, SenderChecked<Subvalues>>, threads: usize) -> Self {
        match state {
            Of::Fast(state) => {
                let vole::Keys { delta, b } = state.finish(threads);
                Self { factor: Of::Fast((Zeroizing::new(delta), Vec::new())), b }
            }
            Of::Low(state) => {
                let vole::Keys { delta, b } = state.finish(threads);
                Self { factor: Of::Low((SubfieldMultiples::new(delta), Vec::new())), b }
            }
        }
    }

    /// K = B + Δ·A from the place `from` on, for the values A in the bytes of a message.
    fn absorb(&mut self, from: usize, bytes: &[u8]) {
        match &mut self.factor {
            Of::Fast((delta, values)) => {
                values.clear();
                values.extend(bytes.as_chunks::<16>().0.iter().map(|value| Gf128::from_bytes(*value)));
                axpy(&mut self.b[from..from + values.len()], **delta, values);
            }
            Of::Low((multiples, values)) => {
                values.clear();
                values.extend(bytes.as_chunks::<8>().0.iter().map(|value| u64::from_le_bytes(*value)));
                multiples.add(&mut self.b[from..from + values.len()], values);
            }
        }
    }
}

/// sum += Δ·H_B
fn add_own(factor: &Factor, sum: &mut [Gf128], values: &[Gf128]) {
    match factor {
        Of::Fast((delta, _)) => axpy(sum, **delta, values),
        Of::Low((multiples, _)) => {
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum ^= multiples.times(hashes::short(*value));
            }
        }
    }
}

/// The receiver's table of a bucket comes in: K = B + Δ·A.
pub struct Absorbing {
    run: SenderRun,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    keys: Keys,
    done: usize,
}

impl Absorbing {
    /// Takes a run of values.
    ///
    /// # Errors
    /// When it has not the agreed form or does not continue the last.
    pub fn accept(&mut self, chunk: &Chunk) -> Result<(), PsiError> {
        let agreement = &self.run.own.agreement;
        expect_bucket("Table", self.bucket, chunk.bucket)?;
        let value_bytes = self.run.own.sizes.value_bytes();
        if !chunk.body.len().is_multiple_of(value_bytes) {
            return Err(PsiError::Malformed { message: "Table" });
        }
        let count = chunk.body.len() / value_bytes;
        if count == 0 || count > agreement.chunk_items {
            return Err(PsiError::ChunkSize { items: count, max: agreement.chunk_items });
        }
        if chunk.offset != self.done as u64 {
            let expected = self.done as u64;
            return Err(PsiError::WrongOffset { message: "Table", expected, got: chunk.offset });
        }
        let (from, to, all) = (self.done, self.done + count, self.keys.b.len());
        if to > all {
            return Err(PsiError::WrongCount { what: "table values", expected: all as u64, got: to as u64 });
        }
        self.keys.absorb(from, &chunk.body);
        self.done = to;
        Ok(())
    }

    /// Values of this bucket taken so far.
    pub fn done(&self) -> u64 {
        self.done as u64
    }

    /// Ends the table. The opening of the mask goes out at once, in malicious security; the tags take a while.
    ///
    /// # Errors
    /// When values are missing, or the receiver's mask is.
    pub fn finish(self, end: &End) -> Result<(Unmade, Option<Message>), PsiError> {
        let Self { run, bucket, mask, keys, done, .. } = self;
        expect_bucket("TableEnd", bucket, end.bucket)?;
        let expected = keys.b.len() as u64;
        for got in [end.count, done as u64] {
            if got != expected {
                return Err(PsiError::WrongCount { what: "table values", expected, got });
            }
        }
        let malformed = PsiError::Malformed { message: "TableEnd" };
        if !run.own.sizes.malicious() {
            return if end.body.is_empty() {
                Ok((Unmade { run, bucket, joint: Gf128::ZERO, keys }, None))
            } else {
                Err(malformed)
            };
        }
        let theirs: [u8; 16] = end.body[..].try_into().map_err(|_| malformed)?;
        let joint = Gf128::from_bytes(theirs) ^ mask::of(&mask);
        let message = Message::Mask(Part { bucket, body: mask.to_vec().into() });
        Ok((Unmade { run, bucket, joint, keys }, Some(message)))
    }
}

/// Everything is there that the tags of a bucket follow from.
pub struct Unmade {
    run: SenderRun,
    bucket: u32,
    joint: Gf128,
    keys: Keys,
}

impl Unmade {
    /// T(y) = H_o(Decode(K, y) + Δ·H_B(y) + w, y) for every entry.
    ///
    /// # Errors
    /// None in practice.
    pub fn tags(self, prepared: Prepared, threads: usize) -> Result<Tagging, PsiError> {
        let Self { run, bucket, joint, keys: Keys { factor, b } } = self;
        let Prepared { keys, values, order } = prepared;
        let own = &*run.own;
        let seed = own.hashes.table_seed(bucket);
        let mut masked =
            Zeroizing::new(same!(&own.sizes.shape, shape => shape.table.decode(&seed, &b, &keys, threads)?));
        drop(b);
        add_own(&factor, &mut masked, &values);
        drop(values);
        masked.iter_mut().for_each(|value| *value ^= joint);
        let kept = own.agreement.keeps_keys().then(|| Zeroizing::new(masked.to_vec()));
        let proofs = own.agreement.to_both().then(|| {
            let mut proofs = Zeroizing::new(masked.to_vec());
            own.hashes.proofs(threads, &keys, &mut proofs);
            proofs
        });
        own.hashes.tags(threads, &keys, &mut masked);
        let (tags, kept) = (masked, kept.map(|masked| (keys, masked)));
        Ok(Tagging::new(run, bucket, tags, kept, proofs, order))
    }
}
