//! The receiver as a machine without input or output, but for the directory of its copy of the set-up.

use std::collections::VecDeque;
use std::sync::Arc;

use mpc_core::voprf::{Client, Output, PublicKey, Voprf};
use mpc_core::{CommittedSeed, Gf128, Permutation};
use zeroize::{Zeroize as _, Zeroizing};

use super::PROTOCOL;
use super::agreed::{self, batch_items};
use super::blob::{Blob, Sink};
use super::epoch::split;
use super::face::{self, Face};
use super::keep::Keep;
use super::message::{Blinded, Counts, Evaluated, Part};
use super::setup::Setup;
use crate::item::{Item, ItemSet};
use crate::run::entries::{Entries, Entry};
use crate::run::tag::SealKey;
use crate::run::{Agreement, CanaryOutcome, Header, Matches, PsiError, Role, RunConfig, SessionId, canary, payload};

/// Before the headers are exchanged.
pub(super) struct ReceiverSetup {
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    header: Header,
}

impl ReceiverSetup {
    pub(super) fn new(config: RunConfig, items: ItemSet, seed: CommittedSeed) -> Result<Self, PsiError> {
        config.check()?;
        let mut header = Header::own(PROTOCOL, &config, Role::Receiver, items.len() as u64, 0, seed.commitment());
        header.more = face::scope(&config).to_vec();
        Ok(Self { config, items, seed, header })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header and goes on.
    pub(super) fn agree(self, theirs: &Header) -> Result<AwaitEpoch, PsiError> {
        agreed::check(&self.header, theirs, &self.config)?;
        Ok(AwaitEpoch { sender: theirs.clone(), setup: self, built: 0 })
    }
}

/// Headers are exchanged; the sender shows its epoch, which it may have to make.
pub(super) struct AwaitEpoch {
    setup: ReceiverSetup,
    sender: Header,
    built: u64,
}

impl AwaitEpoch {
    /// Items of the sender, canaries included.
    pub(super) fn sender_total(&self) -> u64 {
        self.sender.total()
    }

    /// Takes a message that the sender is at its items; so many at most as it has.
    pub(super) fn building(&mut self, done: u64) -> Result<(), PsiError> {
        let expected = self.sender_total();
        if done <= self.built || done > expected {
            return Err(PsiError::WrongCount { what: "items of the epoch", expected, got: done });
        }
        self.built = done;
        Ok(())
    }

    /// Takes the epoch.
    ///
    /// # Errors
    /// When it is not one of what was agreed.
    pub(super) fn epoch(self, face: Face) -> Result<Asking, PsiError> {
        let Self { setup, sender, .. } = self;
        let ReceiverSetup { config, items, seed, header } = setup;
        let key = face.check(&config, &sender)?;
        let agreement = agreed::agreement(&header, &sender, &face);
        let (session, nonce) = (config.session, face.nonce());
        let joint = canary::joint(&nonce, config.params.joint_canaries);
        let private = canary::private(&mut seed.prg("private canaries", &session.0), config.params.private_canaries);
        let entries = Entries::with(items, joint, private)?;
        let order = Permutation::random(entries.total() as u32, &mut seed.prg("order", &session.0));
        let keep = config.keep.as_ref().map(|dir| Keep::new(dir, &face.scope)).transpose()?;
        let total = entries.total();
        let keys = if face.payload_bytes.is_some() { total } else { 0 };
        let batch = batch_items(&agreement);
        Ok(Asking {
            own: Arc::new(Own { agreement, session, nonce, seed, key, entries, order, face, keep }),
            batch,
            next: 0,
            under_way: VecDeque::new(),
            tags: Vec::with_capacity(total),
            keys: Zeroizing::new(Vec::with_capacity(keys)),
        })
    }
}

struct Own {
    agreement: Agreement,
    session: SessionId,
    nonce: SessionId,
    seed: CommittedSeed,
    key: PublicKey<Voprf>,
    entries: Entries,
    order: Permutation,
    face: Face,
    keep: Option<Keep>,
}

impl Own {
    fn gather(&self, from: usize, to: usize) -> Gathered {
        Gathered(self.order.slice(from, to).iter().map(|number| self.entries.item(*number)).collect())
    }
}

/// Copies of items, cleared when dropped.
struct Gathered(Vec<Item>);

impl Drop for Gathered {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Item::clear);
    }
}

/// The set-up on its way to the receiver.
pub(super) struct Fetching {
    own: Arc<Own>,
    sink: Sink,
}

impl Fetching {
    pub(super) fn done(&self) -> u64 {
        self.sink.len()
    }

    /// Whether all is there.
    pub(super) fn is_complete(&self) -> bool {
        self.sink.len() == self.own.face.setup_bytes
    }

    /// Takes a part. Writes: to be run off the async threads.
    ///
    /// # Errors
    /// When it does not continue the last one or goes beyond the announced length.
    pub(super) fn part(&mut self, part: &Part) -> Result<(), PsiError> {
        let (expected, max) = (self.sink.len(), self.own.face.setup_bytes);
        if part.offset != expected {
            return Err(PsiError::WrongOffset { message: "part", expected, got: part.offset });
        }
        let got = expected + part.bytes.len() as u64;
        if part.bytes.is_empty() || got > max {
            return Err(PsiError::WrongCount { what: "bytes of the set-up", expected: max, got });
        }
        Ok(self.sink.write(&part.bytes)?)
    }

    /// Compares the digest and keeps what came.
    pub(super) fn finish(self, threads: usize) -> Result<Setup, PsiError> {
        let written = self.sink.finish()?;
        let face = &self.own.face;
        if written.digest != face.setup_digest {
            return Err(PsiError::SetupDigest);
        }
        let blob = match &self.own.keep {
            Some(keep) => keep.keep_cache(&face.id(), written)?,
            None => written.blob,
        };
        self.own.open(blob, threads)
    }
}

impl Own {
    fn open(&self, blob: Blob, threads: usize) -> Result<Setup, PsiError> {
        Setup::open(blob, self.agreement.sender_total, self.face.payload_bytes, threads)
    }
}

/// Blinded elements go out, evaluated ones come back in the same order.
pub(super) struct Asking {
    own: Arc<Own>,
    batch: usize,
    next: usize,
    under_way: VecDeque<Asked>,
    tags: Vec<Gf128>,
    keys: Zeroizing<Vec<SealKey>>,
}

impl Asking {
    pub(super) fn agreement(&self) -> &Agreement {
        &self.own.agreement
    }

    /// The own copy of the set-up as work to be done: nothing when there is none, or one whose bytes are not those that
    /// the sender announced.
    pub(super) fn cached(&self) -> impl FnOnce(usize) -> Result<Option<Setup>, PsiError> + Send + 'static {
        let own = self.own.clone();
        move |threads| {
            let Some(keep) = &own.keep else { return Ok(None) };
            let Some(blob) = keep.cached(&own.face.id())? else { return Ok(None) };
            if blob.len() != own.face.setup_bytes || blob.digest(threads)? != own.face.setup_digest {
                return Ok(None);
            }
            own.open(blob, threads).map(Some)
        }
    }

    /// Length of the set-up.
    pub(super) fn setup_bytes(&self) -> u64 {
        self.own.face.setup_bytes
    }

    /// Begins to take the set-up from the sender.
    pub(super) fn fetch(&self) -> Result<Fetching, PsiError> {
        let file = self.own.keep.as_ref().map(Keep::temporary).transpose()?;
        Ok(Fetching { own: self.own.clone(), sink: Sink::new(file) })
    }

    /// The next message of blinded elements, as work to be done; `None` when all are out.
    pub(super) fn next_blinding(&mut self) -> Option<BlindJob> {
        let (from, total) = (self.next, self.own.entries.total());
        if from >= total {
            return None;
        }
        self.next = total.min(from + self.batch);
        Some(BlindJob { own: self.own.clone(), from, to: self.next })
    }

    /// Notes a message that is about to be sent.
    pub(super) fn sending(&mut self, asked: Asked) {
        self.under_way.push_back(asked);
    }

    /// Takes an answer: it must be to the oldest message under way.
    pub(super) fn evaluated(&mut self, chunk: Evaluated) -> Result<FinalizeJob, PsiError> {
        let done = self.tags.len() as u64;
        let got = chunk.proven.elements.len() as u64;
        let asked = self.under_way.pop_front().ok_or(PsiError::WrongCount {
            what: "evaluated elements",
            expected: done,
            got: done + got,
        })?;
        if chunk.offset != asked.from as u64 {
            return Err(PsiError::WrongOffset { message: "evaluated", expected: asked.from as u64, got: chunk.offset });
        }
        let expected = (asked.to - asked.from) as u64;
        if got != expected {
            return Err(PsiError::WrongCount { what: "evaluated elements of a message", expected, got });
        }
        Ok(FinalizeJob { own: self.own.clone(), asked, chunk })
    }

    /// Keeps the result of a job; jobs are absorbed in the order they were made.
    pub(super) fn absorb(&mut self, outputs: &[Output]) {
        for output in outputs {
            let (tag, key) = split(output);
            self.tags.push(tag);
            if self.own.face.payload_bytes.is_some() {
                self.keys.push(key);
            }
        }
    }

    /// Elements answered so far.
    pub(super) fn done(&self) -> u64 {
        self.tags.len() as u64
    }

    /// Looks everything up. Reads the set-up: to be run off the async threads.
    ///
    /// # Errors
    /// When answers are missing, a payload does not open, or a canary tells that rows were lost or invented.
    pub(super) fn finish(mut self, setup: &Setup, fetched: u64) -> Result<Matched, PsiError> {
        let own = &self.own;
        let (total, got) = (own.entries.total() as u64, self.tags.len() as u64);
        if got != total {
            return Err(PsiError::WrongCount { what: "evaluated elements", expected: total, got });
        }
        let mut sorted: Vec<u128> = self.tags.iter().map(|tag| tag.0).collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PsiError::TagCollision);
        }
        let named = own.check_named(setup, &sorted);
        sorted.zeroize();
        let peer_private_present = named?;

        let mut matches = Matches::default();
        let mut joint_found = vec![false; usize::from(own.entries.joint_len())];
        let mut forged = false;
        for (position, found) in setup.find(&self.tags)?.into_iter().enumerate() {
            let Some(sealed) = found else { continue };
            let entry = own.entries.entry(own.order.slice(position, position + 1)[0]);
            if entry == Entry::Private {
                return Err(PsiError::CanaryForged);
            }
            let before = matches.payload_buffer().len();
            let mut len = 0;
            if let Some(width) = own.face.payload_bytes {
                let out = matches.payload_buffer();
                let Some(opened) = payload::open(&self.keys[position], &own.nonce.0, &sealed, out) else {
                    forged = true;
                    continue;
                };
                len = opened;
                if let Entry::Joint(number) = entry {
                    let right = out[before..] == canary::payload(&own.nonce, number, width);
                    out.truncate(before);
                    if !right {
                        return Err(PsiError::CanaryPayload);
                    }
                }
            }
            match entry {
                Entry::Own(item) => matches.push(item, len),
                Entry::Joint(number) => joint_found[usize::from(number)] = true,
                Entry::Private => return Err(PsiError::CanaryForged),
            }
        }
        if forged {
            return Err(PsiError::PayloadForged);
        }
        let found = joint_found.iter().filter(|found| **found).count() as u16;
        let expected = joint_found.len() as u16;
        if found != expected {
            return Err(PsiError::CanaryLost { found, expected });
        }
        matches.sort();
        let private_absent = own.entries.private_len();
        let canaries = CanaryOutcome { joint_found: found, private_absent, peer_private_present };
        let counts = Counts { setup: fetched, blinded: total, evaluated: got };
        let agreement = own.agreement;
        self.tags.iter_mut().for_each(|tag| tag.0 = 0);
        Ok(Matched { agreement, counts, canaries, matches })
    }
}

impl Own {
    /// The sender's private canaries are in its set-up, all different, and none is an own item.
    fn check_named(&self, setup: &Setup, own_tags: &[u128]) -> Result<u16, PsiError> {
        let mut named: Vec<Gf128> = self.face.canaries.iter().map(|tag| Gf128(u128::from_be_bytes(*tag))).collect();
        if setup.find(&named)?.iter().any(Option::is_none) {
            return Err(PsiError::PeerCanaryLost);
        }
        if named.iter().any(|tag| own_tags.binary_search(&tag.0).is_ok()) {
            return Err(PsiError::PeerCanaryMatched);
        }
        named.sort_unstable_by_key(|tag| tag.0);
        if named.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PsiError::DuplicateTag);
        }
        Ok(named.len() as u16)
    }
}

/// Blinding one message.
pub(super) struct BlindJob {
    own: Arc<Own>,
    from: usize,
    to: usize,
}

/// A message under way, with what opens its answer.
pub(super) struct Asked {
    client: Client<Voprf>,
    from: usize,
    to: usize,
}

impl BlindJob {
    /// `r · H(x)` for the entries of the message, each with a blind of its own.
    pub(super) fn run(self, threads: usize) -> Result<(Blinded, Asked), PsiError> {
        let Self { own, from, to } = self;
        let mut prg = own.seed.prg("blinds", &agreed::context(&own.session, from as u64));
        let client = Client::blind(&own.gather(from, to).0, &mut prg, threads);
        let client = client.map_err(|error| super::voprf_error("own", from as u64, error))?;
        Ok((Blinded { offset: from as u64, request: client.request() }, Asked { client, from, to }))
    }
}

/// Verifying and unblinding one message.
pub(super) struct FinalizeJob {
    own: Arc<Own>,
    asked: Asked,
    chunk: Evaluated,
}

impl FinalizeJob {
    /// The function at the entries of the message.
    ///
    /// # Errors
    /// When an element is the identity or no element, or the proof does not hold.
    pub(super) fn run(self, threads: usize) -> Result<Zeroizing<Vec<Output>>, PsiError> {
        let Self { own, asked: Asked { client, from, to }, chunk } = self;
        let outputs = client.finalize(&own.gather(from, to).0, &chunk.proven, &own.key, threads);
        outputs.map_err(|error| super::voprf_error("evaluated", from as u64, error))
    }
}

/// Everything looked up; only the confirmation is left.
pub(super) struct Matched {
    pub(super) agreement: Agreement,
    pub(super) counts: Counts,
    pub(super) canaries: CanaryOutcome,
    pub(super) matches: Matches,
}
