//! Runs the machines over a channel: pipelined, watched, cancellable.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelError, FrameReader, FrameWriter};
use tokio::sync::{Semaphore, mpsc};

use super::error::PsiError;
use super::header::{Header, Role};
use super::lane::Lane;
use super::matches::Matches;
use super::message::{Confirm, Counts, Message, MessageKind};
use super::params::{Agreement, RunConfig};
use super::payload::PayloadSource;
use super::progress::{Control, Phase};
use super::receiver::{Exchange, Matched, Matching, ReceiverSetup};
use super::report::{PhaseTime, RunReport};
use super::sender::{Confirming, DerivedTags, Evaluating, SenderSetup, TagBuilder, Tagging};
use crate::item::ItemSet;

/// How long a failing side tries to tell the peer why.
const ABORT_PATIENCE: Duration = Duration::from_secs(2);

/// The receiver's result and report.
#[derive(Debug)]
pub struct ReceiverOutcome {
    /// Which own items the sender holds too, with the payloads it released.
    pub matches: Matches,
    /// What can be attested.
    pub report: RunReport,
}

/// The sender's report.
#[derive(Debug)]
pub struct SenderOutcome {
    /// What can be attested.
    pub report: RunReport,
}

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it.
///
/// # Errors
/// [`PsiError`]; the peer is told the code of the error when the channel still permits.
pub async fn run_receiver(
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Result<ReceiverOutcome, PsiError> {
    let mut link = Link::new(channel, control);
    let done = tokio::select! {
        biased;
        () = control.cancel.cancelled() => Err(PsiError::Cancelled),
        done = receive(&mut link, config, items, seed) => done,
    };
    link.leave(done).await
}

/// Runs the sender's side to its end; `payload` must be given exactly when the parameters say so. Dropping
/// the future or cancelling `control` stops it.
///
/// # Errors
/// As for [`run_receiver`].
pub async fn run_sender(
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Result<SenderOutcome, PsiError> {
    let mut link = Link::new(channel, control);
    let done = tokio::select! {
        biased;
        () = control.cancel.cancelled() => Err(PsiError::Cancelled),
        done = send(&mut link, config, items, payload, seed) => done,
    };
    link.leave(done).await
}

async fn receive(
    link: &mut Link<'_>,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
) -> Result<ReceiverOutcome, PsiError> {
    let lane = Lane::new(config.threads);
    let window = config.window_chunks;
    let setup = ReceiverSetup::new(config, items, seed)?;
    let headers = link.agree(setup.header()).await?;
    let theirs = headers.1.clone();
    let exchange = lane.run(move |_| setup.agree(&theirs)).await??;
    link.start(Phase::Exchange);
    let matching = exchange_elements(link, &lane, window, exchange).await?;
    link.start(Phase::Match);
    let matched = match_tags(link, &lane, matching).await?;
    link.start(Phase::Confirm);

    let Matched { agreement, counts, canaries, matches } = matched;
    let confirm = link.own_confirm(counts);
    link.send(&Message::Confirm(confirm)).await?;
    let theirs = link.peer_confirm().await?;
    check_confirm(Role::Receiver, &confirm, &theirs)?;
    let mut report = link.report(headers, agreement);
    report.matched = Some(matches.len() as u64);
    report.canaries = Some(canaries);
    Ok(ReceiverOutcome { matches, report })
}

async fn exchange_elements(
    link: &mut Link<'_>,
    lane: &Lane,
    window: usize,
    exchange: Exchange,
) -> Result<Matching, PsiError> {
    let (phase, total) = (Phase::Exchange, exchange.agreement().receiver_total);
    let machine = Mutex::new(exchange);
    let window = Semaphore::new(window);
    let Link { reader, writer, control, .. } = link;
    let sending = async {
        loop {
            // A permit comes back with the answer: so many messages are under way at most.
            window.acquire().await.map_err(|_| PsiError::WorkerLost)?.forget();
            let Some(job) = lock(&machine).next_blinding() else { break };
            let chunk = lane.run(move |threads| job.run(threads)).await?;
            lock(&machine).sending(&chunk);
            say(writer, phase, &Message::Blinded(chunk)).await?;
        }
        say(writer, phase, &Message::BlindedEnd(total)).await
    };
    let receiving = async {
        loop {
            match hear(reader, phase, &[MessageKind::Evaluated, MessageKind::EvaluatedEnd]).await? {
                Message::Evaluated(chunk) => {
                    let job = lock(&machine).evaluated(chunk)?;
                    let unblinded = lane.run(move |threads| job.run(threads)).await??;
                    let mut machine = lock(&machine);
                    machine.absorb(unblinded);
                    control.report(phase, machine.done(), total);
                    window.add_permits(1);
                }
                Message::EvaluatedEnd(count) => return Ok(count),
                other => return Err(unexpected(phase, MessageKind::Evaluated, &other)),
            }
        }
    };
    let ((), count) = tokio::try_join!(sending, receiving)?;
    let machine = machine.into_inner().unwrap_or_else(PoisonError::into_inner);
    lane.run(move |_| machine.finish(count)).await?
}

async fn match_tags(link: &mut Link<'_>, lane: &Lane, mut matching: Matching) -> Result<Matched, PsiError> {
    let phase = Phase::Match;
    let total = matching.agreement().sender_total;
    loop {
        match hear(&mut link.reader, phase, &[MessageKind::Tags, MessageKind::TagsEnd]).await? {
            Message::Tags(chunk) => {
                matching = lane
                    .run(move |_| {
                        matching.accept(&chunk)?;
                        Ok::<_, PsiError>(matching)
                    })
                    .await??;
                link.control.report(phase, matching.done(), total);
            }
            Message::TagsEnd(end) => return lane.run(move |_| matching.finish(&end)).await?,
            other => return Err(unexpected(phase, MessageKind::Tags, &other)),
        }
    }
}

async fn send(
    link: &mut Link<'_>,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
) -> Result<SenderOutcome, PsiError> {
    let lane = Lane::new(config.threads);
    let setup = SenderSetup::new(config, items, payload, seed)?;
    let headers = link.agree(setup.header()).await?;
    let theirs = headers.1.clone();
    let (evaluating, builder) = lane.run(move |_| setup.agree(&theirs)).await??;
    let widest = link.writer.frame_bytes_max();
    if evaluating.agreement().entry_bytes() + 8 > widest as usize {
        let bytes = evaluating.agreement().entry_bytes() as u64;
        return Err(PsiError::PayloadTooWide { bytes, max: widest });
    }
    link.start(Phase::Exchange);
    let (parts, made) = mpsc::unbounded_channel();
    let building = build_tags(&lane, builder, parts);
    let talking = async {
        let tagging = evaluate(link, &lane, evaluating).await?;
        link.start(Phase::Match);
        send_tags(link, &lane, tagging, made).await
    };
    let ((), Confirming { agreement, counts }) = tokio::try_join!(building, talking)?;
    link.start(Phase::Confirm);

    let confirm = link.own_confirm(counts);
    let theirs = link.peer_confirm().await?;
    check_confirm(Role::Sender, &confirm, &theirs)?;
    link.send(&Message::Confirm(confirm)).await?;
    Ok(SenderOutcome { report: link.report(headers, agreement) })
}

/// Makes the sender's tags beside the exchange; what is made waits in `parts`, 48 bytes an item at most.
async fn build_tags(
    lane: &Lane,
    mut builder: TagBuilder,
    parts: mpsc::UnboundedSender<DerivedTags>,
) -> Result<(), PsiError> {
    while let Some(job) = builder.next_job() {
        let derived = lane.run(move |threads| job.run(threads)).await?;
        if parts.send(derived).is_err() {
            break;
        }
    }
    Ok(())
}

async fn evaluate(link: &mut Link<'_>, lane: &Lane, mut evaluating: Evaluating) -> Result<Tagging, PsiError> {
    let (phase, total) = (Phase::Exchange, evaluating.agreement().receiver_total);
    loop {
        match hear(&mut link.reader, phase, &[MessageKind::Blinded, MessageKind::BlindedEnd]).await? {
            Message::Blinded(chunk) => {
                let job = evaluating.blinded(chunk)?;
                let chunk = lane.run(move |threads| job.run(threads)).await??;
                evaluating.sending(&chunk);
                say(&mut link.writer, phase, &Message::Evaluated(chunk)).await?;
                link.control.report(phase, evaluating.done(), total);
            }
            Message::BlindedEnd(count) => {
                let tagging = lane.run(move |_| evaluating.finish(count)).await??;
                say(&mut link.writer, phase, &Message::EvaluatedEnd(total)).await?;
                return Ok(tagging);
            }
            other => return Err(unexpected(phase, MessageKind::Blinded, &other)),
        }
    }
}

async fn send_tags(
    link: &mut Link<'_>,
    lane: &Lane,
    mut tagging: Tagging,
    mut made: mpsc::UnboundedReceiver<DerivedTags>,
) -> Result<Confirming, PsiError> {
    let phase = Phase::Match;
    let per_frame = tagging.entries_per_frame(link.writer.frame_bytes_max());
    let total = tagging.agreement().sender_total;
    while let Some(derived) = made.recv().await {
        let derived = Arc::new(derived);
        for from in (0..derived.len()).step_by(per_frame) {
            let part = derived.clone();
            let sealed = lane.run(move |threads| {
                let chunk = tagging.seal(threads, &part, from, per_frame)?;
                Ok::<_, PsiError>((tagging, chunk))
            });
            let chunk;
            (tagging, chunk) = sealed.await??;
            say(&mut link.writer, phase, &Message::Tags(chunk)).await?;
            link.control.report(phase, tagging.done(), total);
        }
    }
    let (end, confirming) = tagging.finish()?;
    say(&mut link.writer, phase, &Message::TagsEnd(end)).await?;
    Ok(confirming)
}

/// The channel of a run with what is measured on the way.
struct Link<'a> {
    reader: FrameReader,
    writer: FrameWriter,
    control: &'a Control,
    phase: Phase,
    since: Instant,
    phases: Vec<PhaseTime>,
}

impl<'a> Link<'a> {
    fn new(channel: Channel, control: &'a Control) -> Self {
        let (reader, writer) = channel.split();
        Self { reader, writer, control, phase: Phase::Agree, since: Instant::now(), phases: Vec::new() }
    }

    fn start(&mut self, phase: Phase) {
        self.phases.push(PhaseTime { phase: self.phase, took: self.since.elapsed() });
        self.phase = phase;
        self.since = Instant::now();
        self.control.report(phase, 0, 0);
    }

    async fn send(&mut self, message: &Message) -> Result<(), PsiError> {
        say(&mut self.writer, self.phase, message).await
    }

    async fn agree(&mut self, own: &Header) -> Result<(Header, Header), PsiError> {
        self.control.report(Phase::Agree, 0, 1);
        self.send(&Message::Header(own.clone())).await?;
        match hear(&mut self.reader, self.phase, &[MessageKind::Header]).await? {
            Message::Header(theirs) => Ok((own.clone(), theirs)),
            other => Err(unexpected(self.phase, MessageKind::Header, &other)),
        }
    }

    async fn peer_confirm(&mut self) -> Result<Confirm, PsiError> {
        match hear(&mut self.reader, self.phase, &[MessageKind::Confirm]).await? {
            Message::Confirm(theirs) => Ok(theirs),
            other => Err(unexpected(self.phase, MessageKind::Confirm, &other)),
        }
    }

    /// What this side confirms: to be made before either confirmation is sent or received.
    fn own_confirm(&self, counts: Counts) -> Confirm {
        let Counts { blinded, evaluated, tags } = counts;
        Confirm { blinded, evaluated, tags, sent: self.writer.digest(), received: self.reader.digest() }
    }

    fn report(&mut self, (own, theirs): (Header, Header), agreement: Agreement) -> RunReport {
        self.start(Phase::Confirm);
        RunReport {
            session: own.session,
            role: own.role,
            agreement,
            own_items: own.items,
            peer_items: theirs.items,
            matched: None,
            canaries: None,
            sent: self.writer.digest(),
            received: self.reader.digest(),
            traffic: self.reader.traffic(),
            phases: std::mem::take(&mut self.phases),
            seed: own.seed,
            peer_seed: theirs.seed,
        }
    }

    /// Ends the run: closes the channel, or tells the peer why there is nothing more to say.
    async fn leave<T>(&mut self, done: Result<T, PsiError>) -> Result<T, PsiError> {
        let error = match done {
            Ok(value) => {
                // Everything was said and confirmed; a peer that hangs up first changes nothing.
                let _ = self.writer.close().await;
                return Ok(value);
            }
            Err(error) => self.peer_reason(error).await,
        };
        if !matches!(error, PsiError::PeerAborted { .. }) && self.writer.is_between_frames() {
            let abort = Message::Abort(error.code().to_owned());
            // Best effort: the error of this side is what counts.
            let _ = tokio::time::timeout(ABORT_PATIENCE, say(&mut self.writer, self.phase, &abort)).await;
            let _ = self.writer.close().await;
        }
        Err(error)
    }

    /// A peer that stops reading may have said why: look for it among what it still sent.
    async fn peer_reason(&mut self, error: PsiError) -> PsiError {
        let PsiError::Channel { source: ChannelError::Write(_), phase } = &error else {
            return error;
        };
        let phase = *phase;
        let search = async {
            while let Ok(frame) = self.reader.recv().await {
                if frame.kind == MessageKind::Abort.frame_kind() {
                    return Message::decode(MessageKind::Abort, &frame.payload).ok();
                }
            }
            None
        };
        match tokio::time::timeout(ABORT_PATIENCE, search).await {
            Ok(Some(Message::Abort(code))) => PsiError::PeerAborted { phase, code },
            _ => error,
        }
    }
}

async fn say(writer: &mut FrameWriter, phase: Phase, message: &Message) -> Result<(), PsiError> {
    writer
        .send(message.kind().frame_kind(), &message.encode())
        .await
        .map_err(|source| PsiError::Channel { phase, source })
}

/// The next message, when it is one of those that are due.
async fn hear(reader: &mut FrameReader, phase: Phase, due: &[MessageKind]) -> Result<Message, PsiError> {
    let frame = reader.recv().await.map_err(|source| PsiError::Channel { phase, source })?;
    let got = frame.kind.0;
    match MessageKind::from_frame(frame.kind) {
        Some(MessageKind::Abort) => match Message::decode(MessageKind::Abort, &frame.payload)? {
            Message::Abort(code) => Err(PsiError::PeerAborted { phase, code }),
            _ => Err(PsiError::Malformed { message: "abort" }),
        },
        Some(kind) if due.contains(&kind) => Message::decode(kind, &frame.payload),
        _ => Err(PsiError::UnexpectedMessage { phase, expected: due[0], got }),
    }
}

fn unexpected(phase: Phase, expected: MessageKind, got: &Message) -> PsiError {
    PsiError::UnexpectedMessage { phase, expected, got: got.kind().frame_kind().0 }
}

/// Both sides hold the same counts and the same transcripts, or the run failed.
fn check_confirm(role: Role, ours: &Confirm, theirs: &Confirm) -> Result<(), PsiError> {
    for (what, ours, theirs) in [
        ("the number of blinded elements", ours.blinded, theirs.blinded),
        ("the number of evaluated elements", ours.evaluated, theirs.evaluated),
        ("the number of tags", ours.tags, theirs.tags),
    ] {
        if ours != theirs {
            return Err(PsiError::ConfirmCount { what, ours, theirs });
        }
    }
    if ours.sent != theirs.received {
        return Err(PsiError::ConfirmTranscript { by: role });
    }
    if ours.received != theirs.sent {
        return Err(PsiError::ConfirmTranscript { by: role.other() });
    }
    Ok(())
}

/// A machine behind a lock that is held for bookkeeping only, never while waiting or computing.
fn lock(machine: &Mutex<Exchange>) -> MutexGuard<'_, Exchange> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}
