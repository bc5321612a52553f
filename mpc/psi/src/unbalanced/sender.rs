//! The sender as a machine without input or output, but for the directory of its epoch.

use std::sync::Arc;

use mpc_core::CommittedSeed;

use super::PROTOCOL;
use super::agreed::{self, batch_items};
use super::blob::{Blob, Written};
use super::epoch::{Build, EPOCH_QUESTIONS_MAX, Secret};
use super::face::{self, Face};
use super::keep::{Keep, Kept, Mark};
use super::message::{Blinded, Counts, Evaluated};
use crate::item::ItemSet;
use crate::run::{Agreement, Header, PayloadSource, PsiError, Role, RunConfig, SessionId};

/// Before the headers are exchanged.
pub(super) struct SenderSetup {
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    header: Header,
}

impl SenderSetup {
    pub(super) fn new(
        config: RunConfig,
        items: ItemSet,
        payload: Option<Arc<dyn PayloadSource>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        let (expected, given) = (config.params.payload, payload.is_some());
        if expected != given {
            return Err(PsiError::PayloadMissing { expected, given });
        }
        let width = payload.as_ref().map_or(0, |payload| payload.bytes_max());
        if width > config.payload_bytes_max {
            return Err(PsiError::PayloadTooWide { bytes: u64::from(width), max: config.payload_bytes_max });
        }
        let mut header = Header::own(PROTOCOL, &config, Role::Sender, items.len() as u64, width, seed.commitment());
        header.more = face::scope(&config).to_vec();
        Ok(Self { config, items, payload, seed, header })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header and goes on.
    pub(super) fn agree(self, theirs: &Header) -> Result<SenderAgreed, PsiError> {
        agreed::check(&self.header, theirs, &self.config)?;
        let keep = self.config.keep.as_ref().map(|dir| Keep::new(dir, &face::scope(&self.config))).transpose()?;
        Ok(SenderAgreed { keep, receiver: theirs.clone(), setup: self })
    }
}

/// Headers are exchanged; now the epoch is needed.
pub(super) struct SenderAgreed {
    setup: SenderSetup,
    receiver: Header,
    keep: Option<Keep>,
}

/// An epoch with its secret.
pub(super) struct Epoch {
    secret: Arc<Secret>,
    pub(super) face: Face,
    pub(super) blob: Arc<Blob>,
    keep: Option<Keep>,
}

impl Epoch {
    /// Whether the set-up still is what it was when it was made. One that is not is given up: the next run makes another.
    /// Reads it: to be run off the async threads.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn check(&self, threads: usize) -> Result<(), PsiError> {
        if self.blob.digest(threads)? == self.face.setup_digest {
            return Ok(());
        }
        if let Some(keep) = &self.keep {
            keep.forget(&self.face.id())?;
        }
        Err(PsiError::SetupRows)
    }
}

impl SenderAgreed {
    fn width(&self) -> Option<u32> {
        self.setup.config.params.payload.then_some(self.setup.header.payload_bytes)
    }

    /// The epoch that is kept for this scope, when it is of the same items and its key may answer so many more
    /// questions. Reads and hashes: to be run off the async threads.
    pub(super) fn kept(&self) -> Result<Option<Epoch>, PsiError> {
        let Some(keep) = &self.keep else { return Ok(None) };
        let Some((kept, blob)) = keep.epoch()? else { return Ok(None) };
        let secret = Secret::new(CommittedSeed::from_bytes(&kept.seed), kept.face.scope);
        let own = kept.face.seed == secret.commitment()
            && kept.face.public_key == secret.key.public_key().to_bytes()
            && kept.face.check(&self.setup.config, &self.setup.header).is_ok();
        let enough = kept.used.saturating_add(self.receiver.total()) <= EPOCH_QUESTIONS_MAX;
        if !own || !enough || kept.mark != Mark::of(&self.setup.items) {
            return Ok(None);
        }
        let (secret, blob) = (Arc::new(secret), Arc::new(blob));
        Ok(Some(Epoch { secret, face: kept.face, blob, keep: self.keep.clone() }))
    }

    /// A new epoch, to be made.
    pub(super) fn build(&self) -> Result<(Arc<Secret>, Build), PsiError> {
        let config = &self.setup.config;
        let secret = Arc::new(Secret::of_run(&self.setup.seed, &config.session, face::scope(config)));
        let (items, payload) = (self.setup.items.clone(), self.setup.payload.clone());
        let build = Build::new(secret.clone(), items, &config.params, payload, self.width())?;
        Ok((secret, build))
    }

    /// Where a new set-up is written to.
    pub(super) fn sink(&self) -> Result<super::blob::Sink, PsiError> {
        let file = self.keep.as_ref().map(Keep::temporary).transpose()?;
        Ok(super::blob::Sink::new(file))
    }

    /// Takes an epoch that was made, and keeps it if there is where.
    pub(super) fn made(&self, secret: Arc<Secret>, face: Face, written: Written) -> Result<Epoch, PsiError> {
        let blob = match &self.keep {
            None => written.blob,
            Some(keep) => {
                let seed = secret.seed.to_bytes();
                let kept = Kept { seed, mark: Mark::of(&self.setup.items), used: 0, face: face.clone() };
                keep.keep_epoch(&kept, written)?
            }
        };
        Ok(Epoch { secret, face, blob: Arc::new(blob), keep: self.keep.clone() })
    }

    /// Goes on to answering. The questions are counted before the first is answered.
    pub(super) fn answer(self, epoch: &Epoch) -> Result<Answering, PsiError> {
        if let Some(keep) = &self.keep {
            keep.spend(&epoch.face.id(), self.receiver.total())?;
        }
        let agreement = agreed::agreement(&self.receiver, &self.setup.header, &epoch.face);
        let batch = batch_items(&agreement);
        let own = AnswerOwn { secret: epoch.secret.clone(), session: self.setup.config.session, seed: self.setup.seed };
        Ok(Answering { agreement, batch, own: Arc::new(own), done: 0 })
    }
}

struct AnswerOwn {
    secret: Arc<Secret>,
    session: SessionId,
    seed: CommittedSeed,
}

/// Blinded elements come in and are answered.
pub(super) struct Answering {
    agreement: Agreement,
    batch: usize,
    own: Arc<AnswerOwn>,
    done: u64,
}

impl Answering {
    pub(super) fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// Takes a message of blinded elements.
    ///
    /// # Errors
    /// When it has not the agreed size, does not continue the last, or goes beyond what was announced.
    pub(super) fn blinded(&mut self, chunk: Blinded) -> Result<AnswerJob, PsiError> {
        let items = chunk.request.elements.len();
        if items == 0 || items > self.batch {
            return Err(PsiError::ChunkSize { items, max: self.batch });
        }
        if chunk.offset != self.done {
            return Err(PsiError::WrongOffset { message: "blinded", expected: self.done, got: chunk.offset });
        }
        let got = self.done + items as u64;
        let expected = self.agreement.receiver_total;
        if got > expected {
            return Err(PsiError::WrongCount { what: "blinded elements", expected, got });
        }
        self.done = got;
        Ok(AnswerJob { own: self.own.clone(), chunk })
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }

    /// Ends the answers with the receiver's count.
    pub(super) fn finish(self, count: u64, setup: u64) -> Result<(Agreement, Counts), PsiError> {
        let expected = self.agreement.receiver_total;
        for got in [count, self.done] {
            if got != expected {
                return Err(PsiError::WrongCount { what: "blinded elements", expected, got });
            }
        }
        Ok((self.agreement, Counts { setup, blinded: self.done, evaluated: self.done }))
    }
}

/// Evaluating one message.
pub(super) struct AnswerJob {
    own: Arc<AnswerOwn>,
    chunk: Blinded,
}

impl AnswerJob {
    /// The elements times the key, and the proof.
    ///
    /// # Errors
    /// When an element is the identity or no element.
    pub(super) fn run(self, threads: usize) -> Result<Evaluated, PsiError> {
        let Self { own, chunk: Blinded { offset, request } } = self;
        let mut prg = own.seed.prg("proof", &agreed::context(&own.session, offset));
        let proven = own.secret.key.evaluate(&request, &mut prg, threads);
        let proven = proven.map_err(|error| super::voprf_error("blinded", offset, error))?;
        Ok(Evaluated { offset, proven })
    }
}
