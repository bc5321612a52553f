//! Runs the machines over a channel: pipelined, watched, cancellable.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mpc_core::CommittedSeed;
use mpc_net::Channel;
use tokio::sync::{Semaphore, mpsc};

use super::message::{Confirm, Counts, Message, MessageKind};
use super::receiver::{Exchange, Matched, Matching, ReceiverSetup};
use super::sender::{Confirming, DerivedTags, Evaluating, SenderSetup, TagBuilder, Tagging};
use crate::item::ItemSet;
use crate::run::claims;
use crate::run::lane::Lane;
use crate::run::link::{Link, Transcripts, check_confirm, hear, say, unexpected};
use crate::run::running::over;
use crate::run::{Control, PayloadSource, Phase, PsiError, ReceiverOutcome, Role, RunConfig, Running, SenderOutcome};

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it.
///
/// # Errors
/// [`PsiError`]; the peer is told the code of the error when the channel still permits.
pub fn run_receiver(
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    run_receiver_returning(channel, config, items, None, seed, control)
}

/// [`run_receiver`] with columns that go back with what matched; they must be given exactly when the parameters say so.
///
/// # Errors
/// As for [`run_receiver`].
pub fn run_receiver_returning(
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    over(channel, control, |link| Box::pin(receive(link, config, items, payload, seed)))
}

/// Runs the sender's side to its end; `payload` must be given exactly when the parameters say so. Dropping
/// the future or cancelling `control` stops it.
///
/// # Errors
/// As for [`run_receiver`].
pub fn run_sender(
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    over(channel, control, |link| Box::pin(send(link, config, items, payload, seed)))
}

async fn receive(
    link: &mut Link<'_>,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
) -> Result<ReceiverOutcome, PsiError> {
    let lane = Lane::new(config.threads).seen_by(link.control);
    let min = config.returned_matches_min;
    let window = config.window_chunks;
    let setup = ReceiverSetup::returning(config, items, payload, seed)?;
    let headers = link.agree(setup.header()).await?;
    let theirs = headers.1.clone();
    let exchange = lane.run(move |_| setup.agree(&theirs)).await??;
    claims::check_width(link, exchange.agreement().claim_bytes())?;
    link.start(Phase::Exchange);
    let matching = exchange_elements(link, &lane, window, exchange).await?;
    link.start(Phase::Match);
    let matched = match_tags(link, &lane, matching).await?;
    let Matched { agreement, counts, canaries, matches, claims } = matched;
    if let Some(claiming) = claims {
        claims::claim(link, &lane, claiming, min).await?;
    }
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, counts);
    link.send(&Message::Confirm(confirm)).await?;
    check_peer(link, Role::Receiver, &confirm).await?;
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
    let lane = Lane::new(config.threads).seen_by(link.control);
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
    let ((), Confirming { agreement, counts, claims }) = tokio::try_join!(building, talking)?;
    let returned = match claims {
        Some(checking) => Some(claims::check(link, &lane, checking).await?),
        None => None,
    };
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, counts);
    check_peer(link, Role::Sender, &confirm).await?;
    link.send(&Message::Confirm(confirm)).await?;
    Ok(SenderOutcome::new(link.report(headers, agreement), returned))
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
    link.control.tags_leave().await?;
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

fn own_confirm(link: &Link<'_>, Counts { blinded, evaluated, tags }: Counts) -> Confirm {
    let Transcripts { sent, received } = link.transcripts();
    Confirm { blinded, evaluated, tags, sent, received }
}

/// The peer's confirmation must say the same.
async fn check_peer(link: &mut Link<'_>, role: Role, ours: &Confirm) -> Result<(), PsiError> {
    let theirs = match link.hear(MessageKind::Confirm).await? {
        Message::Confirm(theirs) => theirs,
        other => return Err(unexpected(Phase::Confirm, MessageKind::Confirm, &other)),
    };
    let counts = [
        ("the number of blinded elements", ours.blinded, theirs.blinded),
        ("the number of evaluated elements", ours.evaluated, theirs.evaluated),
        ("the number of tags", ours.tags, theirs.tags),
    ];
    let transcripts = |c: &Confirm| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &counts, transcripts(ours), transcripts(&theirs))
}

/// A machine behind a lock that is held for bookkeeping only, never while waiting or computing.
fn lock(machine: &Mutex<Exchange>) -> MutexGuard<'_, Exchange> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}
