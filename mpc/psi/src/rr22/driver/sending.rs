//! The sender's buckets.

use std::ops::Range;

use mpc_net::FrameReader;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::message::{Message, MessageKind};
use super::super::sender::{Absorbing, AwaitChallenge, AwaitSetup, Prepared, SenderRun};
use super::super::tagging::{Named, Tagging};
use super::jobs::{Job, Jobs};
use super::{Done, Outgoing, due, outgoing, say_all, together};
use crate::run::lane::Lane;
use crate::run::link::{Link, unexpected};
use crate::run::{Phase, PsiError};

/// Tags of a bucket that are being made, and where their messages go.
type Tags = (Job<Tagging>, mpsc::Sender<Message>);

/// A range of buckets, to its end: nothing of it is under way any more.
pub(super) async fn buckets(
    link: &mut Link<'_>,
    lane: &Lane,
    run: &SenderRun,
    range: Range<u32>,
    mut named: Named,
    done: &Done<'_>,
) -> Result<Named, PsiError> {
    let frame_bytes_max = link.writer.frame_bytes_max();
    let (out, queue) = outgoing();
    let (tags, mut made) = mpsc::channel::<Tags>(1);
    let control = link.control;
    let Link { reader, writer, .. } = link;
    let stop = CancellationToken::new();
    let (jobs, failures) = Jobs::new(lane);
    let saying = say_all(writer, queue, &stop);
    let cutting = async {
        let mut noted = false;
        while let Some((job, give)) = made.recv().await {
            let tagging = job.done().await?;
            if !std::mem::replace(&mut noted, true) {
                control.tags_leave().await?;
            }
            named = cut(lane, tagging, named, &give, frame_bytes_max, done).await?;
        }
        Ok(named)
    };
    let work = async {
        let (named, ()) = tokio::try_join!(cutting, hear_all(reader, &jobs, run, range, out, tags, done))?;
        Ok(named)
    };
    together(saying, work, failures, &stop).await
}

/// Tags become messages as the wire takes them.
async fn cut(
    lane: &Lane,
    mut tagging: Tagging,
    named: Named,
    give: &mpsc::Sender<Message>,
    frame_bytes_max: u32,
    done: &Done<'_>,
) -> Result<Named, PsiError> {
    let per_frame = tagging.entries_per_frame(frame_bytes_max);
    loop {
        let before = tagging.done();
        let (back, message) = lane
            .run(move |threads| {
                let message = tagging.next_chunk(threads, per_frame)?;
                Ok::<_, PsiError>((tagging, message))
            })
            .await??;
        tagging = back;
        let Some(message) = message else { break };
        if give.send(message).await.is_err() {
            break;
        }
        done.add(tagging.done() - before);
    }
    let (end, named) = tagging.finish(named)?;
    let _ = give.send(end).await;
    Ok(named)
}

async fn hear_all(
    reader: &mut FrameReader,
    jobs: &Jobs,
    run: &SenderRun,
    range: Range<u32>,
    out: Outgoing,
    tags: mpsc::Sender<Tags>,
    done: &Done<'_>,
) -> Result<(), PsiError> {
    let malicious = run.sizes().malicious();
    let mut last: Option<(Job<Absorbing>, Job<Prepared>)> = None;
    for stage in range.start..=range.end {
        let mut vole = None;
        if stage < range.end {
            let (give, starting) = (out.one(), run.clone());
            let opening: Job<AwaitSetup> = jobs.start(move |threads| {
                let (state, message) = starting.start(stage, threads);
                let _ = give.send(Some(message));
                Ok(state)
            });
            let preparing = run.clone();
            let prepared: Job<Prepared> = jobs.start(move |threads| Ok(preparing.prepare(stage, threads)));
            let Message::Setup(part) = due(reader, &[MessageKind::Setup]).await? else {
                return Err(PsiError::Malformed { message: "Setup" });
            };
            let (give, state) = (out.one(), opening.done().await?);
            let expanding: Job<AwaitChallenge> = jobs.start(move |threads| {
                let (state, message) = state.setup(&part, threads)?;
                let _ = give.send(Some(message));
                Ok(state)
            });
            vole = Some((expanding, prepared));
        }
        if let Some((absorbing, prepared)) = last.take() {
            absorb(reader, jobs, absorbing.done().await?, prepared, &out, &tags, done).await?;
        }
        if let Some((expanded, prepared)) = vole {
            let part = if malicious {
                match due(reader, &[MessageKind::Challenge]).await? {
                    Message::Challenge(part) => Some(part),
                    other => return Err(unexpected(Phase::Exchange, MessageKind::Challenge, &other)),
                }
            } else {
                None
            };
            let (give, state) = (out.one(), expanded.done().await?);
            let absorbing = jobs.start(move |threads| {
                let (state, message) = state.challenge(part.as_ref(), threads)?;
                let _ = give.send(message);
                Ok(state.finish(threads))
            });
            last = Some((absorbing, prepared));
        }
    }
    Ok(())
}

/// The receiver's table comes in; when it is whole, its tags are begun.
async fn absorb(
    reader: &mut FrameReader,
    jobs: &Jobs,
    mut absorbing: Absorbing,
    prepared: Job<Prepared>,
    out: &Outgoing,
    tags: &mpsc::Sender<Tags>,
    done: &Done<'_>,
) -> Result<(), PsiError> {
    loop {
        match due(reader, &[MessageKind::Table, MessageKind::TableEnd]).await? {
            Message::Table(chunk) => {
                let before = absorbing.done();
                // A few microseconds a message.
                absorbing.accept(&chunk)?;
                done.add(absorbing.done() - before);
            }
            Message::TableEnd(end) => {
                let (unmade, mask) = absorbing.finish(&end)?;
                let _ = out.one().send(mask);
                let prepared = prepared.done().await?;
                let job = jobs.start(move |threads| unmade.tags(prepared, threads));
                let _ = tags.send((job, out.many())).await;
                return Ok(());
            }
            other => return Err(unexpected(Phase::Exchange, MessageKind::Table, &other)),
        }
    }
}
