//! Runs the machines over a channel: pipelined, watched, cancellable. What a side says is in the same order in every run
//! from the same state of its directory, so that a run can be replayed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mpc_core::CommittedSeed;
use mpc_net::Channel;
use tokio::sync::Semaphore;

use super::message::{Confirm, Counts, Message, MessageKind, Part};
use super::receiver::{Asking, AwaitEpoch, Fetching, ReceiverSetup};
use super::sender::{Answering, Epoch, SenderAgreed, SenderSetup};
use super::setup::Setup;
use crate::item::ItemSet;
use crate::run::lane::Lane;
use crate::run::link::{Link, Transcripts, check_confirm, hear, say, unexpected};
use crate::run::running::over;
use crate::run::{Control, PayloadSource, Phase, PsiError, ReceiverOutcome, Role, RunConfig, Running, SenderOutcome};

/// Bytes of a part of the set-up at most.
const PART_BYTES: usize = 1 << 20;

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it. What it downloads is kept
/// in `config.keep`.
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
    over(channel, control, |link| Box::pin(receive(link, config, items, seed)))
}

/// Runs the sender's side to its end; `payload` must be given exactly when the parameters say so. Dropping the future or
/// cancelling `control` stops it. Its epoch is kept in `config.keep`, and made when there is none that serves.
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
    seed: CommittedSeed,
) -> Result<ReceiverOutcome, PsiError> {
    let lane = Lane::new(config.threads).seen_by(link.control);
    let window = config.window_chunks;
    let setup = ReceiverSetup::new(config, items, seed)?;
    let headers = link.agree(setup.header()).await?;
    let asking = await_epoch(link, &lane, setup.agree(&headers.1)?).await?;
    let (setup, fetched) = get_setup(link, &lane, &asking).await?;
    link.start(Phase::Exchange);
    let asking = ask(link, &lane, window, asking).await?;
    link.start(Phase::Match);
    let matched = lane.run(move |_| asking.finish(&setup, fetched)).await??;
    link.start(Phase::Confirm);

    let confirm = own_confirm(link, matched.counts);
    link.send(&Message::Confirm(confirm)).await?;
    check_peer(link, Role::Receiver, &confirm).await?;
    let mut report = link.report(headers, matched.agreement);
    report.matched = Some(matched.matches.len() as u64);
    report.canaries = Some(matched.canaries);
    Ok(ReceiverOutcome { matches: matched.matches, report })
}

async fn await_epoch(link: &mut Link<'_>, lane: &Lane, mut waiting: AwaitEpoch) -> Result<Asking, PsiError> {
    let (phase, total) = (Phase::Agree, waiting.sender_total());
    loop {
        match hear(&mut link.reader, phase, &[MessageKind::Epoch, MessageKind::Building]).await? {
            Message::Building(done) => {
                waiting.building(done)?;
                link.control.report(phase, done, total);
            }
            Message::Epoch(face) => return lane.run(move |_| waiting.epoch(face)).await?,
            other => return Err(unexpected(phase, MessageKind::Epoch, &other)),
        }
    }
}

/// The set-up and how many bytes of it were fetched.
async fn get_setup(link: &mut Link<'_>, lane: &Lane, asking: &Asking) -> Result<(Setup, u64), PsiError> {
    let cached = lane.run(asking.cached()).await??;
    link.send(&Message::Want(cached.is_none())).await?;
    if let Some(setup) = cached {
        return Ok((setup, 0));
    }
    let total = asking.setup_bytes();
    let mut fetching = asking.fetch()?;
    while !fetching.is_complete() {
        let part = match link.hear(MessageKind::Part).await? {
            Message::Part(part) => part,
            other => return Err(unexpected(Phase::Agree, MessageKind::Part, &other)),
        };
        fetching = lane
            .run(move |_| {
                fetching.part(&part)?;
                Ok::<Fetching, PsiError>(fetching)
            })
            .await??;
        link.control.report(Phase::Agree, fetching.done(), total);
    }
    Ok((lane.run(move |threads| fetching.finish(threads)).await??, total))
}

async fn ask(link: &mut Link<'_>, lane: &Lane, window: usize, asking: Asking) -> Result<Asking, PsiError> {
    let (phase, total) = (Phase::Exchange, asking.agreement().receiver_total);
    let machine = Mutex::new(asking);
    let window = Semaphore::new(window);
    let Link { reader, writer, control, .. } = link;
    let sending = async {
        loop {
            // A permit comes back with the answer: so many messages are under way at most.
            window.acquire().await.map_err(|_| PsiError::WorkerLost)?.forget();
            let Some(job) = lock(&machine).next_blinding() else { break };
            let (chunk, asked) = lane.run(move |threads| job.run(threads)).await??;
            lock(&machine).sending(asked);
            say(writer, phase, &Message::Blinded(chunk)).await?;
        }
        say(writer, phase, &Message::BlindedEnd(total)).await
    };
    let receiving = async {
        while lock(&machine).done() < total {
            match hear(reader, phase, &[MessageKind::Evaluated]).await? {
                Message::Evaluated(chunk) => {
                    let job = lock(&machine).evaluated(chunk)?;
                    let outputs = lane.run(move |threads| job.run(threads)).await??;
                    let mut machine = lock(&machine);
                    machine.absorb(&outputs);
                    control.report(phase, machine.done(), total);
                    window.add_permits(1);
                }
                other => return Err(unexpected(phase, MessageKind::Evaluated, &other)),
            }
        }
        Ok(())
    };
    tokio::try_join!(sending, receiving)?;
    Ok(machine.into_inner().unwrap_or_else(PoisonError::into_inner))
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
    let agreed = Arc::new(setup.agree(&headers.1)?);
    let of_disk = agreed.clone();
    let epoch = match lane.run(move |_| of_disk.kept()).await?? {
        Some(epoch) => epoch,
        None => build(link, &lane, &agreed).await?,
    };
    let agreed = Arc::into_inner(agreed).ok_or(PsiError::WorkerLost)?;
    let (epoch, answering) = lane
        .run(move |_| {
            let answering = agreed.answer(&epoch)?;
            Ok::<_, PsiError>((epoch, answering))
        })
        .await??;
    link.send(&Message::Epoch(epoch.face.clone())).await?;
    let sent = send_setup(link, &lane, epoch).await?;
    link.start(Phase::Exchange);
    let (agreement, counts) = answer(link, &lane, answering, sent).await?;
    link.start(Phase::Match);
    link.start(Phase::Confirm);

    check_own(link, counts).await?;
    Ok(SenderOutcome::new(link.report(headers, agreement), None))
}

/// Makes an epoch. The receiver is told how far it is, so that it neither waits in silence nor gives up.
async fn build(link: &mut Link<'_>, lane: &Lane, agreed: &Arc<SenderAgreed>) -> Result<Epoch, PsiError> {
    let (secret, mut build) = agreed.build()?;
    let total = build.total();
    while let Some(job) = build.next_job() {
        let outputs = lane.run(move |threads| job.run(threads)).await??;
        build.absorb(&outputs);
        link.control.report(Phase::Agree, build.done(), total);
        link.send(&Message::Building(build.done())).await?;
    }
    let agreed = agreed.clone();
    lane.run(move |threads| {
        let (face, written) = build.finish(threads, agreed.sink()?)?;
        agreed.made(secret, face, written)
    })
    .await?
}

/// Sends the set-up if the receiver wants it; gives the number of its bytes that were sent.
async fn send_setup(link: &mut Link<'_>, lane: &Lane, epoch: Epoch) -> Result<u64, PsiError> {
    let wanted = match link.hear(MessageKind::Want).await? {
        Message::Want(wanted) => wanted,
        other => return Err(unexpected(Phase::Agree, MessageKind::Want, &other)),
    };
    if !wanted {
        return Ok(0);
    }
    let blob = epoch.blob.clone();
    // Before its first byte is sent: what went bad on a disk is not to be blamed on this side by the other.
    lane.run(move |threads| epoch.check(threads)).await??;
    let part = PART_BYTES.min((link.writer.frame_bytes_max() as usize).saturating_sub(8)).max(1);
    let total = blob.len();
    let mut offset = 0;
    while offset < total {
        let blob = blob.clone();
        let bytes = lane
            .run(move |_| {
                let mut bytes = vec![0; part.min((total - offset) as usize)];
                blob.read_at(offset, &mut bytes).map(|()| bytes)
            })
            .await??;
        let next = offset + bytes.len() as u64;
        link.send(&Message::Part(Part { offset, bytes: bytes.into() })).await?;
        offset = next;
        link.control.report(Phase::Agree, offset, total);
    }
    Ok(total)
}

async fn answer(
    link: &mut Link<'_>,
    lane: &Lane,
    mut answering: Answering,
    sent: u64,
) -> Result<(crate::run::Agreement, Counts), PsiError> {
    let (phase, total) = (Phase::Exchange, answering.agreement().receiver_total);
    loop {
        match hear(&mut link.reader, phase, &[MessageKind::Blinded, MessageKind::BlindedEnd]).await? {
            Message::Blinded(chunk) => {
                let job = answering.blinded(chunk)?;
                let chunk = lane.run(move |threads| job.run(threads)).await??;
                say(&mut link.writer, phase, &Message::Evaluated(chunk)).await?;
                link.control.report(phase, answering.done(), total);
            }
            Message::BlindedEnd(count) => return answering.finish(count, sent),
            other => return Err(unexpected(phase, MessageKind::Blinded, &other)),
        }
    }
}

fn own_confirm(link: &Link<'_>, counts: Counts) -> Confirm {
    let Transcripts { sent, received } = link.transcripts();
    Confirm { counts, sent, received }
}

/// The sender hears first.
async fn check_own(link: &mut Link<'_>, counts: Counts) -> Result<(), PsiError> {
    let confirm = own_confirm(link, counts);
    check_peer(link, Role::Sender, &confirm).await?;
    link.send(&Message::Confirm(confirm)).await
}

/// The peer's confirmation must say the same.
async fn check_peer(link: &mut Link<'_>, role: Role, ours: &Confirm) -> Result<(), PsiError> {
    let theirs = match link.hear(MessageKind::Confirm).await? {
        Message::Confirm(theirs) => theirs,
        other => return Err(unexpected(Phase::Confirm, MessageKind::Confirm, &other)),
    };
    let counts = [
        ("the number of bytes of the set-up", ours.counts.setup, theirs.counts.setup),
        ("the number of blinded elements", ours.counts.blinded, theirs.counts.blinded),
        ("the number of evaluated elements", ours.counts.evaluated, theirs.counts.evaluated),
    ];
    let transcripts = |c: &Confirm| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &counts, transcripts(ours), transcripts(&theirs))
}

/// A machine behind a lock that is held for bookkeeping only, never while waiting or computing.
fn lock(machine: &Mutex<Asking>) -> MutexGuard<'_, Asking> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}
