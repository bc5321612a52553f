//! Runs the machines over a channel. While one bucket is on the wire the next one is computed; what a side says is in
//! the same order in every run, so that a run can be replayed:
//!
//! * receiver, for s = 0, 1, … : Setup(s), Table(s−1)…, TableEnd(s−1), Challenge(s);
//! * sender: Opening(s), Corrections(s), Mask(s−1), Tags(s−1)…, TagsEnd(s−1), Proof(s).
//!
//! At a checkpoint the pipeline drains: segments between checkpoints are runs of this kind one after the other (`course`),
//! and after a break the next one begins on another channel (`again`).

mod again;
mod course;
mod jobs;
mod receiving;
mod sending;
mod set_up;

use std::pin::pin;
use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, FrameReader, FrameWriter};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use self::course::Course;
use self::jobs::failure;
use self::set_up::{Ready, set_up, set_up_again};
use super::form::Variant;
use super::matching::Found;
use super::message::{Confirm, Counts, Message, MessageKind};
use super::party::Party;
use super::receiver::ReceiverRun;
use super::sender::SenderRun;
use super::tagging::Named;
use crate::item::ItemSet;
use crate::run::claims;
use crate::run::lane::Lane;
use crate::run::link::{ABORT_PATIENCE, Link, Transcripts, check_confirm, hear, say, unexpected};
use crate::run::progress::Done;
use crate::run::running::over;
use crate::run::{
    Control, Header, PayloadSource, Phase, PsiError, ReceiverOutcome, Resumption, Role, RunConfig, Running,
    SenderOutcome,
};

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it.
///
/// # Errors
/// [`PsiError`]; the peer is told the code of the error when the channel still permits.
pub fn run_receiver(
    variant: impl Into<Variant>,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    run_receiver_returning(variant, channel, config, items, None, seed, control)
}

/// [`run_receiver`] with columns that go back with what matched; they must be given exactly when the parameters say so.
///
/// # Errors
/// As for [`run_receiver`].
pub fn run_receiver_returning(
    variant: impl Into<Variant>,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    let brings = Brings { variant: variant.into(), role: Role::Receiver, config, items, payload, seed };
    receiver(channel, brings, None, control)
}

/// Runs the sender's side to its end; `payload` must be given exactly when the parameters say so. Dropping
/// the future or cancelling `control` stops it.
///
/// # Errors
/// As for [`run_receiver`].
pub fn run_sender(
    variant: impl Into<Variant>,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    let brings = Brings { variant: variant.into(), role: Role::Sender, config, items, payload, seed };
    sender(channel, brings, None, control)
}

/// Goes on with a run of the receiver over a new channel, from the last checkpoint that both sides kept. Configuration,
/// items, seed and the store in `control` are those of the run.
///
/// # Errors
/// [`PsiError`]; among them that there is no checkpoint, that it is damaged, or that the peer holds another.
pub fn resume_receiver(
    variant: impl Into<Variant>,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    again: Resumption,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    let brings = Brings { variant: variant.into(), role: Role::Receiver, config, items, payload: None, seed };
    receiver(channel, brings, Some(again), control)
}

/// Goes on with a run of the sender: see [`resume_receiver`].
///
/// # Errors
/// As there.
#[expect(clippy::too_many_arguments, reason = "those of a run, and what is new")]
pub fn resume_sender(
    variant: impl Into<Variant>,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    again: Resumption,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    let brings = Brings { variant: variant.into(), role: Role::Sender, config, items, payload, seed };
    sender(channel, brings, Some(again), control)
}

/// What a side brings to a run.
struct Brings {
    variant: Variant,
    role: Role,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
}

impl Brings {
    fn party(self) -> Result<Party, PsiError> {
        let Self { variant, role, config, items, payload, seed } = self;
        Party::new(variant, role, config, items, payload, seed)
    }
}

fn receiver(
    channel: Channel,
    brings: Brings,
    again: Option<Resumption>,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    over(channel, control, |link| {
        Box::pin(async {
            match again {
                None => receive(link, brings.party()?).await,
                Some(again) => receive_again(link, brings.party()?, again).await,
            }
        })
    })
}

fn sender(
    channel: Channel,
    brings: Brings,
    again: Option<Resumption>,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    over(channel, control, |link| {
        Box::pin(async {
            match again {
                None => send(link, brings.party()?).await,
                Some(again) => send_again(link, brings.party()?, again).await,
            }
        })
    })
}

async fn receive(link: &mut Link<'_>, party: Party) -> Result<ReceiverOutcome, PsiError> {
    let lane = Lane::new(party.config().threads).seen_by(link.control);
    let min = party.config().returned_matches_min;
    let Ready { own, headers, course } = set_up(link, &lane, party).await?;
    let run = ReceiverRun::new(own);
    let found = run.found();
    receive_rest(link, &lane, run, headers, course, found, min).await
}

async fn receive_again(link: &mut Link<'_>, party: Party, again: Resumption) -> Result<ReceiverOutcome, PsiError> {
    let lane = Lane::new(party.config().threads).seen_by(link.control);
    let Ready { own, headers, course } = set_up_again(link, &lane, party, again).await?;
    let run = ReceiverRun::new(own);
    let (found, back, header) = (run.found(), course.clone(), headers.0.clone());
    let found = lane.run(move |_| back.found(&header, found, header.items)).await??;
    // A result for both has no checkpoints, hence nothing to resume.
    receive_rest(link, &lane, run, headers, course, found, 0).await
}

async fn receive_rest(
    link: &mut Link<'_>,
    lane: &Lane,
    run: ReceiverRun,
    headers: (Header, Header),
    mut course: Course,
    mut found: Found,
    min: u64,
) -> Result<ReceiverOutcome, PsiError> {
    link.start(Phase::Exchange);
    let counts = found.counts();
    let done = Done::new(link.control, counts.values + counts.tags, run.sizes().values() + run.sizes().tags());
    while let Some(range) = course.next_segment(run.buckets()) {
        let (kept, end) = (found.len(), range.end);
        found = receiving::buckets(link, lane, &run, range, found, &done).await?;
        if end < run.buckets() {
            let part = move |found: &Found, out: &mut Vec<u8>| found.encode_from(kept, out);
            found = course.checkpoint(link, lane, Role::Receiver, found.counts(), found, part).await?;
        }
    }
    link.start(Phase::Match);
    let mut matched = lane.run(move |_| found.finish(&run)).await??;
    if let Some(claiming) = matched.claims.take() {
        claims::claim(link, lane, claiming, min).await?;
    }
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, matched.counts);
    link.send(&Message::Confirm(confirm)).await?;
    check_peer(link, Role::Receiver, &confirm).await?;
    let mut report = link.report(headers, matched.agreement);
    (report.resumed, report.legs) = course.finish();
    report.matched = Some(matched.matches.len() as u64);
    report.canaries = Some(matched.canaries);
    Ok(ReceiverOutcome { matches: matched.matches, report })
}

async fn send(link: &mut Link<'_>, party: Party) -> Result<SenderOutcome, PsiError> {
    let lane = Lane::new(party.config().threads).seen_by(link.control);
    let Ready { own, headers, course } = set_up(link, &lane, party).await?;
    let run = SenderRun::new(own);
    let named = run.named();
    send_rest(link, &lane, run, headers, course, named).await
}

async fn send_again(link: &mut Link<'_>, party: Party, again: Resumption) -> Result<SenderOutcome, PsiError> {
    let lane = Lane::new(party.config().threads).seen_by(link.control);
    let Ready { own, headers, course } = set_up_again(link, &lane, party, again).await?;
    let named = course.named(&headers.0)?;
    send_rest(link, &lane, SenderRun::new(own), headers, course, named).await
}

async fn send_rest(
    link: &mut Link<'_>,
    lane: &Lane,
    run: SenderRun,
    headers: (Header, Header),
    mut course: Course,
    mut named: Named,
) -> Result<SenderOutcome, PsiError> {
    link.start(Phase::Exchange);
    let counts = named.counts();
    let done = Done::new(link.control, counts.values + counts.tags, run.sizes().values() + run.sizes().tags());
    while let Some(range) = course.next_segment(run.buckets()) {
        let end = range.end;
        named = sending::buckets(link, lane, &run, range, named, &done).await?;
        if end < run.buckets() {
            let part = |named: &Named, out: &mut Vec<u8>| out.extend_from_slice(&named.canaries().to_be_bytes());
            named = course.checkpoint(link, lane, Role::Sender, named.counts(), named, part).await?;
        }
    }
    link.start(Phase::Match);
    let mut confirming = named.finish(&run);
    let returned = match confirming.claims.take() {
        Some(checking) => Some(claims::check(link, lane, checking).await?),
        None => None,
    };
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, confirming.counts);
    check_peer(link, Role::Sender, &confirm).await?;
    link.send(&Message::Confirm(confirm)).await?;
    let mut report = link.report(headers, confirming.agreement);
    (report.resumed, report.legs) = course.finish();
    Ok(SenderOutcome::new(report, returned))
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
