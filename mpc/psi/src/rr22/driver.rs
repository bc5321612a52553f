//! Runs the machines over a channel. While one bucket is on the wire the next one is computed; what a side says is in
//! the same order in every run, so that a run can be replayed:
//!
//! * receiver, for s = 0, 1, … : Setup(s), Table(s−1)…, TableEnd(s−1), Challenge(s);
//! * sender: Opening(s), Corrections(s), Mask(s−1), Tags(s−1)…, TagsEnd(s−1), Proof(s).

mod jobs;
mod receiving;
mod sending;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mpc_core::CommittedSeed;
use mpc_net::{Channel, FrameReader, FrameWriter};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use self::jobs::failure;
use super::Security;
use super::message::{Confirm, Counts, Message, MessageKind};
use super::receiver::ReceiverSetup;
use super::sender::SenderSetup;
use crate::item::ItemSet;
use crate::run::claims;
use crate::run::lane::Lane;
use crate::run::link::{ABORT_PATIENCE, Link, Transcripts, check_confirm, hear, say, unexpected};
use crate::run::{Control, PayloadSource, Phase, PsiError, ReceiverOutcome, Role, RunConfig, SenderOutcome};

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it.
///
/// # Errors
/// [`PsiError`]; the peer is told the code of the error when the channel still permits.
pub async fn run_receiver(
    security: Security,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Result<ReceiverOutcome, PsiError> {
    run_receiver_returning(security, channel, config, items, None, seed, control).await
}

/// [`run_receiver`] with columns that go back with what matched; they must be given exactly when the parameters say so.
///
/// # Errors
/// As for [`run_receiver`].
pub async fn run_receiver_returning(
    security: Security,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Result<ReceiverOutcome, PsiError> {
    let mut link = Link::new(channel, control);
    let done = control.unless_cancelled(receive(&mut link, security, config, items, payload, seed)).await;
    link.leave(done).await
}

/// Runs the sender's side to its end; `payload` must be given exactly when the parameters say so. Dropping
/// the future or cancelling `control` stops it.
///
/// # Errors
/// As for [`run_receiver`].
pub async fn run_sender(
    security: Security,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Result<SenderOutcome, PsiError> {
    let mut link = Link::new(channel, control);
    let done = control.unless_cancelled(send(&mut link, security, config, items, payload, seed)).await;
    link.leave(done).await
}

async fn receive(
    link: &mut Link<'_>,
    security: Security,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
) -> Result<ReceiverOutcome, PsiError> {
    let lane = Lane::new(config.threads);
    let min = config.returned_matches_min;
    let setup = ReceiverSetup::returning(security, config, items, payload, seed)?;
    let headers = link.agree(setup.header()).await?;
    let (agreed, salt) = setup.agree(&headers.1)?;
    claims::check_width(link, agreed.agreement().claim_bytes())?;
    let theirs = exchange_salts(link, &salt).await?;
    let run = lane.run(move |threads| agreed.open(&theirs, threads)).await??;
    link.start(Phase::Exchange);
    let found = receiving::buckets(link, &lane, &run).await?;
    link.start(Phase::Match);
    let mut matched = lane.run(move |_| found.finish(&run)).await??;
    if let Some(claiming) = matched.claims.take() {
        claims::claim(link, &lane, claiming, min).await?;
    }
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, matched.counts);
    link.send(&Message::Confirm(confirm)).await?;
    check_peer(link, Role::Receiver, &confirm).await?;
    let mut report = link.report(headers, matched.agreement);
    report.matched = Some(matched.matches.len() as u64);
    report.canaries = Some(matched.canaries);
    Ok(ReceiverOutcome { matches: matched.matches, report })
}

async fn send(
    link: &mut Link<'_>,
    security: Security,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
) -> Result<SenderOutcome, PsiError> {
    let lane = Lane::new(config.threads);
    let setup = SenderSetup::new(security, config, items, payload, seed)?;
    let headers = link.agree(setup.header()).await?;
    let (agreed, salt) = setup.agree(&headers.1)?;
    let (widest, entry) = (link.writer.frame_bytes_max(), agreed.agreement().entry_bytes());
    if entry + super::message::CHUNK_BYTES > widest as usize {
        return Err(PsiError::PayloadTooWide { bytes: entry as u64, max: widest });
    }
    let theirs = exchange_salts(link, &salt).await?;
    let run = lane.run(move |threads| agreed.open(&theirs, threads)).await??;
    link.start(Phase::Exchange);
    let named = sending::buckets(link, &lane, &run).await?;
    link.start(Phase::Match);
    let mut confirming = named.finish(&run);
    let returned = match confirming.claims.take() {
        Some(checking) => Some(claims::check(link, &lane, checking).await?),
        None => None,
    };
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, confirming.counts);
    check_peer(link, Role::Sender, &confirm).await?;
    link.send(&Message::Confirm(confirm)).await?;
    Ok(SenderOutcome::new(link.report(headers, confirming.agreement), returned))
}

async fn exchange_salts(link: &mut Link<'_>, own: &Message) -> Result<[u8; 32], PsiError> {
    link.send(own).await?;
    match link.hear(MessageKind::Salt).await? {
        Message::Salt(theirs) => Ok(theirs),
        other => Err(unexpected(Phase::Agree, MessageKind::Salt, &other)),
    }
}

fn own_confirm(link: &Link<'_>, counts: Counts) -> Confirm {
    let Transcripts { sent, received } = link.transcripts();
    Confirm { counts, sent, received }
}

/// The peer's confirmation must say the same.
async fn check_peer(link: &mut Link<'_>, role: Role, ours: &Confirm) -> Result<(), PsiError> {
    let theirs = match link.hear(MessageKind::Confirm).await? {
        Message::Confirm(theirs) => theirs,
        other => return Err(unexpected(Phase::Confirm, MessageKind::Confirm, &other)),
    };
    let counts = [
        ("the number of buckets", ours.counts.buckets, theirs.counts.buckets),
        ("the number of table values", ours.counts.values, theirs.counts.values),
        ("the number of tags", ours.counts.tags, theirs.counts.tags),
    ];
    let transcripts = |c: &Confirm| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &counts, transcripts(ours), transcripts(&theirs))
}

/// What goes out, in the order in which it goes out. What makes it may still be under way.
enum Out {
    /// One message; none when the kind of security has no such message.
    One(oneshot::Receiver<Option<Message>>),
    /// Many.
    Many(mpsc::Receiver<Message>),
}

/// Messages that are queued ahead of the wire: a few, so that memory stays bounded.
const AHEAD: usize = 4;

/// The queue of what goes out.
struct Outgoing(mpsc::UnboundedSender<Out>);

impl Outgoing {
    /// Takes the next place for one message.
    fn one(&self) -> oneshot::Sender<Option<Message>> {
        let (give, take) = oneshot::channel();
        // Without a reader the run has already failed.
        let _ = self.0.send(Out::One(take));
        give
    }

    /// Takes the next place for many messages.
    fn many(&self) -> mpsc::Sender<Message> {
        let (give, take) = mpsc::channel(AHEAD);
        let _ = self.0.send(Out::Many(take));
        give
    }
}

fn outgoing() -> (Outgoing, mpsc::UnboundedReceiver<Out>) {
    let (give, take) = mpsc::unbounded_channel();
    (Outgoing(give), take)
}

/// Says what is queued, until nothing more can come or `stop` is set; never leaves off within a frame.
async fn say_all(
    writer: &mut FrameWriter,
    mut queue: mpsc::UnboundedReceiver<Out>,
    stop: &CancellationToken,
) -> Result<(), PsiError> {
    let all = async {
        while let Some(out) = unless(stop, queue.recv()).await.flatten() {
            match out {
                Out::One(message) => match unless(stop, message).await {
                    Some(Ok(Some(message))) => say(writer, Phase::Exchange, &message).await?,
                    Some(Ok(None)) => {}
                    // The job that should have made it failed, which stops everything.
                    Some(Err(_)) => stop.cancelled().await,
                    None => {}
                },
                Out::Many(mut messages) => {
                    while let Some(message) = unless(stop, messages.recv()).await.flatten() {
                        say(writer, Phase::Exchange, &message).await?;
                    }
                }
            }
        }
        Ok(())
    };
    all.await
}

async fn unless<T>(stop: &CancellationToken, what: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        what = what => Some(what),
    }
}

/// Works and says until both are done. When the work fails, the frame that is being written is still finished, so that
/// the peer can be told why.
async fn together<T>(
    saying: impl Future<Output = Result<(), PsiError>>,
    work: impl Future<Output = Result<T, PsiError>>,
    failures: mpsc::UnboundedReceiver<PsiError>,
    stop: &CancellationToken,
) -> Result<T, PsiError> {
    let work = async {
        tokio::select! {
            biased;
            failed = failure(failures) => failed,
            worked = work => worked,
        }
    };
    let (mut saying, mut work) = (pin!(saying), pin!(work));
    let worked = tokio::select! {
        biased;
        worked = &mut work => worked,
        said = &mut saying => {
            said?;
            return work.await;
        }
    };
    match worked {
        Ok(value) => saying.await.map(|()| value),
        Err(error) => {
            stop.cancel();
            let _ = tokio::time::timeout(ABORT_PATIENCE, saying).await;
            Err(error)
        }
    }
}

/// The next message, when it is of one of two kinds.
async fn due(reader: &mut FrameReader, kinds: &[MessageKind]) -> Result<Message, PsiError> {
    hear(reader, Phase::Exchange, kinds).await
}

/// Counts values and tags that went either way.
struct Done<'a> {
    control: &'a Control,
    done: AtomicU64,
    total: u64,
}

impl<'a> Done<'a> {
    fn new(control: &'a Control, total: u64) -> Self {
        Self { control, done: AtomicU64::new(0), total }
    }

    fn add(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        self.control.report(Phase::Exchange, done, self.total);
    }
}
