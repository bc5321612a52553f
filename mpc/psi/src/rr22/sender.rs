//! The sender as a machine without input or output, up to the tags.

use std::sync::Arc;

use mpc_core::gf128::axpy;
use mpc_core::silent::{SenderChecked, SenderExpanded, Values};
use mpc_core::vole::Security;
use mpc_core::{CommittedSeed, Gf128, Permutation, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::coin::{self, Coin, LegSecrets};
use super::groups::{self, Groups};
use super::hashes::Hashes;
use super::message::{Chunk, End, Message, Part};
use super::protocol_id;
use super::sizes::Sizes;
use super::tagging::{Named, Tagging};
use super::vole_part::{self, MASK_BYTES, expect_bucket};
use crate::item::ItemSet;
use crate::run::entries::Entries;
use crate::run::{Agreement, Header, PayloadSource, PsiError, Role, RunConfig, SessionId};

/// Before the headers are exchanged.
pub struct SenderSetup {
    security: Security,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    coin: Coin,
    header: Header,
}

impl SenderSetup {
    /// A sender of the given items, with payloads when the parameters say so.
    ///
    /// # Errors
    /// When a setting makes no sense or the payloads do not fit the parameters.
    pub fn new(
        security: Security,
        config: RunConfig,
        items: ItemSet,
        payload: Option<Arc<dyn PayloadSource>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        let width = config.released_width(Role::Sender, payload.as_deref())?;
        let coin = Coin::draw(&seed, &config.session);
        let id = protocol_id(security);
        let mut header = Header::own(id, &config, Role::Sender, items.len() as u64, width, seed.commitment());
        header.more = coin.header_fields(&config.session, Role::Sender, config.bucket_items);
        Ok(Self { security, config, items, payload, seed, coin, header })
    }

    /// The header to send.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header; what comes next on the wire is the salt.
    ///
    /// # Errors
    /// What differs.
    pub fn agree(self, theirs: &Header) -> Result<(SenderAgreed, Message), PsiError> {
        self.header.check(theirs, &self.config)?;
        coin::check_bucket_items(&self.header, theirs)?;
        let sizes = Sizes::of(self.security, self.config.bucket_items, theirs, &self.header)?;
        let agreement = Agreement::of(theirs, &self.header, sizes.tag_bits);
        let salt = Message::Salt(self.coin.salt());
        Ok((SenderAgreed { setup: self, theirs: theirs.clone(), sizes, agreement }, salt))
    }
}

/// Waits for the peer's salt.
pub struct SenderAgreed {
    setup: SenderSetup,
    theirs: Header,
    sizes: Sizes,
    agreement: Agreement,
}

impl SenderAgreed {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// Takes the peer's salt and puts the entries into their buckets.
    ///
    /// # Errors
    /// When the salt is not the one that the peer committed to; when a bucket overflows (probability below 2^−40).
    pub fn open(self, theirs: &[u8; 32], threads: usize) -> Result<SenderRun, PsiError> {
        self.open_leg(theirs, None, threads)
    }

    /// The same for a leg of the run: entries and their buckets as at first, the rest from the leg's seed.
    pub(super) fn open_leg(
        self,
        theirs: &[u8; 32],
        leg: Option<LegSecrets>,
        threads: usize,
    ) -> Result<SenderRun, PsiError> {
        let Self { setup, theirs: header, sizes, agreement } = self;
        coin::check(&header, theirs)?;
        let joint = coin::joint(&agreement.digest, theirs, &setup.coin.salt());
        let (mut hashes, session) = (Hashes::new(joint), setup.config.session);
        let entries = Entries::new(setup.items, &setup.config.params, &session, &setup.seed)?;
        let groups = Groups::new(&hashes, &entries, sizes.buckets, sizes.sender_max, threads)?;
        let mut seed = setup.seed;
        if let Some(leg) = leg {
            hashes = hashes.on_leg(leg.joint(&joint));
            seed = leg.seed;
        }
        let payload = setup.payload;
        let own = Own { agreement, sizes, session, seed, hashes, entries, groups, payload };
        Ok(SenderRun { own: Arc::new(own) })
    }
}

/// What all buckets share.
pub(super) struct Own {
    pub(super) agreement: Agreement,
    pub(super) sizes: Sizes,
    pub(super) session: SessionId,
    /// Of the leg.
    pub(super) seed: CommittedSeed,
    pub(super) hashes: Hashes,
    pub(super) entries: Entries,
    pub(super) groups: Groups,
    pub(super) payload: Option<Arc<dyn PayloadSource>>,
}

/// Ready for the buckets.
#[derive(Clone)]
pub struct SenderRun {
    pub(super) own: Arc<Own>,
}

impl SenderRun {
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
        let (state, opening) = vole::Sender::start(own.sizes.vole, session, &mut prg, threads);
        let mut mask = Zeroizing::new([0; MASK_BYTES]);
        let mut body = Vec::new();
        if own.sizes.malicious() {
            own.seed.prg("mask", &context).fill_bytes(mask.as_mut_slice());
            body.extend_from_slice(&vole_part::commit_mask(&session, &mask));
        }
        body.extend_from_slice(&opening.encode());
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
    state: vole::Sender,
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
        let setup = vole::Setup::decode(&run.own.sizes.vole, &part.body)?;
        let (state, corrections) = state.expand(&setup, &mut prg, threads)?;
        let message = Message::Corrections(Part { bucket, body: corrections.encode().into() });
        Ok((AwaitChallenge { run, bucket, mask, state }, message))
    }
}

/// Waits for the challenge of a bucket's VOLE (malicious), or needs nothing more (semi-honest).
pub struct AwaitChallenge {
    run: SenderRun,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    state: SenderExpanded<Values>,
}

impl AwaitChallenge {
    /// Answers the challenge; gives the proof to send, in malicious security.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn challenge(self, part: Option<&Part>, threads: usize) -> Result<(Uncompressed, Option<Message>), PsiError> {
        let Self { run, bucket, mask, state } = self;
        let (state, message) = match part {
            None => (state.without_check()?, None),
            Some(part) => {
                expect_bucket("Challenge", bucket, part.bucket)?;
                let challenge = vole::Challenge::decode(&run.own.sizes.vole, &part.body)?;
                let (state, proof) = state.answer(&challenge, threads)?;
                (state, Some(Message::Proof(Part { bucket, body: proof.encode().into() })))
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
    state: SenderChecked<Values>,
}

impl Uncompressed {
    /// Compresses.
    pub fn finish(self, threads: usize) -> Absorbing {
        let Self { run, bucket, mask, state } = self;
        let keys = state.finish(threads);
        Absorbing { run, bucket, mask, keys, done: 0, values: Vec::new() }
    }
}

/// The receiver's table of a bucket comes in: K = B + Δ·A.
pub struct Absorbing {
    run: SenderRun,
    bucket: u32,
    mask: Zeroizing<[u8; MASK_BYTES]>,
    keys: vole::Keys,
    done: usize,
    /// Those of one message.
    values: Vec<Gf128>,
}

impl Absorbing {
    /// Takes a run of values.
    ///
    /// # Errors
    /// When it has not the agreed form or does not continue the last.
    pub fn accept(&mut self, chunk: &Chunk) -> Result<(), PsiError> {
        let agreement = &self.run.own.agreement;
        expect_bucket("Table", self.bucket, chunk.bucket)?;
        let (values, rest) = chunk.body.as_chunks::<{ Gf128::BYTES }>();
        if !rest.is_empty() {
            return Err(PsiError::Malformed { message: "Table" });
        }
        if values.is_empty() || values.len() > agreement.chunk_items {
            return Err(PsiError::ChunkSize { items: values.len(), max: agreement.chunk_items });
        }
        if chunk.offset != self.done as u64 {
            let expected = self.done as u64;
            return Err(PsiError::WrongOffset { message: "Table", expected, got: chunk.offset });
        }
        let (from, to, all) = (self.done, self.done + values.len(), self.keys.b.len());
        if to > all {
            return Err(PsiError::WrongCount { what: "table values", expected: all as u64, got: to as u64 });
        }
        self.values.clear();
        self.values.extend(values.iter().map(|value| Gf128::from_bytes(*value)));
        axpy(&mut self.keys.b[from..to], self.keys.delta, &self.values);
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
        let joint = Gf128::from_bytes(theirs) ^ vole_part::mask(&mask);
        let message = Message::Mask(Part { bucket, body: mask.to_vec().into() });
        Ok((Unmade { run, bucket, joint, keys }, Some(message)))
    }
}

/// Everything is there that the tags of a bucket follow from.
pub struct Unmade {
    run: SenderRun,
    bucket: u32,
    joint: Gf128,
    keys: vole::Keys,
}

impl Unmade {
    /// T(y) = H_o(Decode(K, y) + Δ·H_B(y) + w, y) for every entry.
    ///
    /// # Errors
    /// None in practice.
    pub fn tags(self, prepared: Prepared, threads: usize) -> Result<Tagging, PsiError> {
        let Self { run, bucket, joint, keys: vole::Keys { delta, b } } = self;
        let Prepared { keys, values, order } = prepared;
        let own = &*run.own;
        let seed = own.hashes.table_seed(bucket);
        let mut masked = Zeroizing::new(own.sizes.table.decode(&seed, &b, &keys, threads)?);
        drop(b);
        axpy(&mut masked, delta, &values);
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
