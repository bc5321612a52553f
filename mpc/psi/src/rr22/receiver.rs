//! The receiver as a machine without input or output, up to the buckets.

use std::sync::Arc;

use mpc_core::okvs::Seed;
use mpc_core::silent::{ReceiverChallenged, ReceiverChecked, ReceiverSetUp, Values};
use mpc_core::vole::Security;
use mpc_core::{CommittedSeed, Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::coin::{self, Coin, LegSecrets};
use super::groups::{self, Groups};
use super::hashes::{Hashes, add};
use super::matching::Found;
use super::message::{CHUNK_BYTES, Chunk, End, Message, Part};
use super::protocol_id;
use super::sizes::Sizes;
use super::vole_part::{self, expect_bucket};
use crate::item::ItemSet;
use crate::run::entries::Entries;
use crate::run::{Agreement, Header, PayloadSource, PsiError, Role, RunConfig, SessionId};

/// Before the headers are exchanged.
pub struct ReceiverSetup {
    security: Security,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    coin: Coin,
    header: Header,
}

impl ReceiverSetup {
    /// A receiver of the given items.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(security: Security, config: RunConfig, items: ItemSet, seed: CommittedSeed) -> Result<Self, PsiError> {
        Self::returning(security, config, items, None, seed)
    }

    /// A receiver that gives columns back when the parameters say so.
    ///
    /// # Errors
    /// When a setting makes no sense or the columns do not fit the parameters.
    pub fn returning(
        security: Security,
        config: RunConfig,
        items: ItemSet,
        payload: Option<Arc<dyn PayloadSource>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        let width = config.released_width(Role::Receiver, payload.as_deref())?;
        let coin = Coin::draw(&seed, &config.session);
        let id = protocol_id(security);
        let mut header = Header::own(id, &config, Role::Receiver, items.len() as u64, width, seed.commitment());
        header.more = coin.header_fields(&config.session, Role::Receiver, config.bucket_items);
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
    pub fn agree(self, theirs: &Header) -> Result<(ReceiverAgreed, Message), PsiError> {
        self.header.check(theirs, &self.config)?;
        coin::check_bucket_items(&self.header, theirs)?;
        let sizes = Sizes::of(self.security, self.config.bucket_items, &self.header, theirs)?;
        let agreement = Agreement::of(&self.header, theirs, sizes.tag_bits);
        let salt = Message::Salt(self.coin.salt());
        Ok((ReceiverAgreed { setup: self, theirs: theirs.clone(), sizes, agreement }, salt))
    }
}

/// Waits for the peer's salt.
pub struct ReceiverAgreed {
    setup: ReceiverSetup,
    theirs: Header,
    sizes: Sizes,
    agreement: Agreement,
}

impl ReceiverAgreed {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// Takes the peer's salt and puts the entries into their buckets.
    ///
    /// # Errors
    /// When the salt is not the one that the peer committed to; when a bucket overflows (probability below 2^−40).
    pub fn open(self, theirs: &[u8; 32], threads: usize) -> Result<ReceiverRun, PsiError> {
        self.open_leg(theirs, None, threads)
    }

    /// The same for a leg of the run: entries and their buckets as at first, the rest from the leg's seed.
    pub(super) fn open_leg(
        self,
        theirs: &[u8; 32],
        leg: Option<LegSecrets>,
        threads: usize,
    ) -> Result<ReceiverRun, PsiError> {
        let Self { setup, theirs: header, sizes, agreement } = self;
        coin::check(&header, theirs)?;
        let joint = coin::joint(&agreement.digest, &setup.coin.salt(), theirs);
        let (mut hashes, session) = (Hashes::new(joint), setup.config.session);
        let entries = Entries::new(setup.items, &setup.config.params, &session, &setup.seed)?;
        let groups = Groups::new(&hashes, &entries, sizes.buckets, sizes.receiver_max, threads)?;
        let mut seed = setup.seed;
        if let Some(leg) = leg {
            hashes = hashes.on_leg(leg.joint(&joint));
            seed = leg.seed;
        }
        let payload = setup.payload;
        let own = Own { agreement, sizes, session, seed, hashes, entries, groups, payload };
        Ok(ReceiverRun { own: Arc::new(own) })
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
    /// What goes back with a match.
    pub(super) payload: Option<Arc<dyn PayloadSource>>,
}

/// Ready for the buckets.
#[derive(Clone)]
pub struct ReceiverRun {
    pub(super) own: Arc<Own>,
}

impl ReceiverRun {
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
        let table = own.sizes.table.encode(&seed, &keys, &values, &mut prg, threads)?;
        Ok(Prepared { keys, seed, table: Zeroizing::new(table) })
    }

    /// Takes the opening of a bucket's VOLE; gives the setup to send.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn opening(&self, bucket: u32, part: &Part, threads: usize) -> Result<(AwaitCorrections, Message), PsiError> {
        let own = &*self.own;
        let malicious = own.sizes.malicious();
        let (commitment, body) = vole_part::split_commitment("Opening", malicious, bucket, part)?;
        let layout = own.sizes.vole;
        let opening = vole::Opening::decode(&layout, body)?;
        let mut prg = own.seed.prg("vole", &vole_part::context(&own.session, bucket));
        let vole = vole::Receiver::start(layout, own.hashes.vole_session(bucket));
        let (state, setup) = vole.setup(&opening, &mut prg, threads)?;
        let setup = Message::Setup(Part { bucket, body: setup.encode().into() });
        Ok((AwaitCorrections { run: self.clone(), bucket, commitment, state }, setup))
    }
}

/// The table of a bucket and the keys it was made for.
pub struct Prepared {
    keys: Zeroizing<Vec<Gf128>>,
    seed: Seed,
    table: Zeroizing<Vec<Gf128>>,
}

/// Waits for the corrections of a bucket's VOLE.
pub struct AwaitCorrections {
    run: ReceiverRun,
    bucket: u32,
    commitment: Option<[u8; 32]>,
    state: ReceiverSetUp<Values>,
}

impl AwaitCorrections {
    /// Takes the corrections; gives the challenge to send, in malicious security.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn corrections(self, part: &Part, threads: usize) -> Result<(AwaitProof, Option<Message>), PsiError> {
        let Self { run, bucket, commitment, state } = self;
        expect_bucket("Corrections", bucket, part.bucket)?;
        let (layout, malicious) = (run.own.sizes.vole, run.own.sizes.malicious());
        let state = state.expand(&vole::Corrections::decode(&layout, &part.body)?, threads)?;
        if !malicious {
            let state = Verified::Honest(Box::new(state.without_check()?));
            return Ok((AwaitProof { run, bucket, commitment, state }, None));
        }
        let mut prg = run.own.seed.prg("challenge", &vole_part::context(&run.own.session, bucket));
        let (state, challenge) = state.challenge(&mut prg, threads)?;
        let message = Message::Challenge(Part { bucket, body: challenge.encode().into() });
        Ok((AwaitProof { run, bucket, commitment, state: Verified::Challenged(Box::new(state)) }, Some(message)))
    }
}

enum Verified {
    Honest(Box<ReceiverChecked<Values>>),
    Challenged(Box<ReceiverChallenged<Values>>),
}

/// Waits for the proof of a bucket's VOLE (malicious), or needs nothing more (semi-honest).
pub struct AwaitProof {
    run: ReceiverRun,
    bucket: u32,
    commitment: Option<[u8; 32]>,
    state: Verified,
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
        let layout = run.own.sizes.vole;
        let checked = match (state, proof) {
            (Verified::Honest(state), None) => *state,
            (Verified::Challenged(state), Some(part)) => {
                expect_bucket("Proof", bucket, part.bucket)?;
                state.verify(&vole::Proof::decode(&layout, &part.body)?)?
            }
            _ => return Err(PsiError::Malformed { message: "Proof" }),
        };
        let pairs = checked.finish(threads);
        let Prepared { keys, seed, mut table } = prepared;
        add(&mut table, &pairs.a);
        let mut mask = Zeroizing::new([0u8; 16]);
        if run.own.sizes.malicious() {
            run.own.seed.prg("mask", &vole_part::context(&run.own.session, bucket)).fill_bytes(mask.as_mut_slice());
        }
        let mask = Gf128::from_bytes(*mask);
        let masked = MaskedTable { run: run.clone(), bucket, mask, table, sent: 0 };
        Ok((masked, AwaitMask { run, bucket, commitment, mask, keys, seed, c: pairs.c }))
    }
}

/// The masked table of a bucket goes out.
pub struct MaskedTable {
    run: ReceiverRun,
    bucket: u32,
    mask: Gf128,
    table: Zeroizing<Vec<Gf128>>,
    sent: usize,
}

impl MaskedTable {
    /// The next run of values; `None` when all are out.
    pub fn next_chunk(&mut self, frame_bytes_max: u32) -> Option<Message> {
        let most = values_per_frame(&self.run.own.agreement, frame_bytes_max);
        let (from, to) = (self.sent, self.table.len().min(self.sent + most));
        if from == to {
            return None;
        }
        self.sent = to;
        let mut body = Vec::with_capacity((to - from) * Gf128::BYTES);
        for value in &self.table[from..to] {
            body.extend_from_slice(&value.to_bytes());
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

/// How many values go into one frame.
pub(super) fn values_per_frame(agreement: &Agreement, frame_bytes_max: u32) -> usize {
    let room = (frame_bytes_max as usize).saturating_sub(CHUNK_BYTES);
    (room / Gf128::BYTES).clamp(1, agreement.chunk_items)
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
        let values = run.own.sizes.table.decode(&seed, &c, &keys, threads)?;
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
                let theirs =
                    vole_part::open_mask(&self.run.own.hashes.vole_session(self.bucket), &commitment, &part.body)?;
                Ok(self.mask ^ theirs)
            }
            _ => Err(PsiError::Malformed { message: "Mask" }),
        }
    }
}
