//! The receiver's buckets.

use std::ops::Range;

use mpc_net::FrameReader;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::super::matching::Found;
use super::super::message::{Chunk, Message, MessageKind, Part};
use super::super::receiver::{AwaitCorrections, AwaitMask, AwaitProof, Decoded, MaskedTable, Prepared, ReceiverRun};
use super::jobs::{Job, Jobs};
use super::{Done, Outgoing, due, outgoing, say_all, together};
use crate::run::lane::Lane;
use crate::run::link::{Link, unexpected};
use crate::run::{Phase, PsiError};

/// Messages of tags that are matched in one go, and that wait meanwhile.
const MATCHED_TOGETHER: usize = 8;

/// A bucket whose VOLE is done: its table is being masked, and goes out at the next place.
struct Masking {
    table: Job<MaskedTable>,
    rest: oneshot::Receiver<AwaitMask>,
}

/// A table that is being masked, and where its messages go.
type Table = (Job<MaskedTable>, mpsc::Sender<Message>);

/// A range of buckets, to its end: nothing of it is under way any more.
pub(super) async fn buckets(
    link: &mut Link<'_>,
    lane: &Lane,
    run: &ReceiverRun,
    range: Range<u32>,
    found: Found,
    done: &Done<'_>,
) -> Result<Found, PsiError> {
    let frame_bytes_max = link.writer.frame_bytes_max();
    let (out, queue) = outgoing();
    let (tables, mut masked) = mpsc::channel::<Table>(1);
    let Link { reader, writer, .. } = link;
    let stop = CancellationToken::new();
    let (jobs, failures) = Jobs::new(lane);
    let saying = say_all(writer, queue, &stop);
    // Masked tables become messages as the wire takes them.
    let cutting = async {
        while let Some((job, give)) = masked.recv().await {
            let mut table = job.done().await?;
            let mut before = 0;
            while let Some(message) = table.next_chunk(frame_bytes_max) {
                if give.send(message).await.is_err() {
                    break;
                }
                done.add(table.sent() - before);
                before = table.sent();
            }
            let _ = give.send(table.end()).await;
        }
        Ok(())
    };
    let work = async {
        let ((), found) =
            tokio::try_join!(cutting, hear_all(reader, lane, &jobs, run, (range, found), out, tables, done))?;
        Ok(found)
    };
    together(saying, work, failures, &stop).await
}

#[expect(clippy::too_many_arguments, reason = "one caller, which owns all of these")]
async fn hear_all(
    reader: &mut FrameReader,
    lane: &Lane,
    jobs: &Jobs,
    run: &ReceiverRun,
    (range, mut found): (Range<u32>, Found),
    out: Outgoing,
    tables: mpsc::Sender<Table>,
    done: &Done<'_>,
) -> Result<Found, PsiError> {
    let malicious = run.sizes().malicious();
    let mut last: Option<Masking> = None;
    for stage in range.start..=range.end {
        let next = (stage < range.end).then_some(stage);
        let mut vole = None;
        if let Some(bucket) = next {
            let Message::Opening(part) = due(reader, &[MessageKind::Opening]).await? else {
                return Err(PsiError::Malformed { message: "Opening" });
            };
            let (give, run_of_setup) = (out.one(), run.clone());
            let setup: Job<AwaitCorrections> = jobs.start(move |threads| {
                let (state, message) = run_of_setup.opening(bucket, &part, threads)?;
                let _ = give.send(Some(message));
                Ok(state)
            });
            let preparing = run.clone();
            let prepared: Job<Prepared> = jobs.start(move |threads| preparing.prepare(bucket, threads));
            vole = Some((setup, prepared));
        }
        let mut decoded: Option<Job<Decoded>> = None;
        if let Some(Masking { table, rest }) = last.take() {
            let _ = tables.send((table, out.many())).await;
            // Decoding needs nothing of the peer; it begins as soon as the table is masked.
            let Ok(rest) = rest.await else { return std::future::pending().await };
            decoded = Some(jobs.start(move |threads| rest.decode(threads)));
        }
        let mut proving: Option<(Job<AwaitProof>, Job<Prepared>)> = None;
        if let Some((setup, prepared)) = vole {
            let Message::Corrections(part) = due(reader, &[MessageKind::Corrections]).await? else {
                return Err(PsiError::Malformed { message: "Corrections" });
            };
            let (give, state) = (out.one(), setup.done().await?);
            let expanding = jobs.start(move |threads| {
                let (state, message) = state.corrections(&part, threads)?;
                let _ = give.send(message);
                Ok(state)
            });
            proving = Some((expanding, prepared));
        }
        if let Some(decoded) = decoded {
            found = match_tags(reader, lane, malicious, decoded, found, done).await?;
        }
        if let Some((state, prepared)) = proving {
            let proof: Option<Part> = if malicious {
                match due(reader, &[MessageKind::Proof]).await? {
                    Message::Proof(part) => Some(part),
                    other => return Err(unexpected(Phase::Exchange, MessageKind::Proof, &other)),
                }
            } else {
                None
            };
            let (state, prepared) = (state.done().await?, prepared.done().await?);
            let (give, rest) = oneshot::channel();
            let table = jobs.start(move |threads| {
                let (table, rest) = state.mask(proof.as_ref(), prepared, threads)?;
                let _ = give.send(rest);
                Ok(table)
            });
            last = Some(Masking { table, rest });
        }
    }
    Ok(found)
}

async fn match_tags(
    reader: &mut FrameReader,
    lane: &Lane,
    malicious: bool,
    decoded: Job<Decoded>,
    found: Found,
    done: &Done<'_>,
) -> Result<Found, PsiError> {
    let mask: Option<Part> = if malicious {
        match due(reader, &[MessageKind::Mask]).await? {
            Message::Mask(part) => Some(part),
            other => return Err(unexpected(Phase::Exchange, MessageKind::Mask, &other)),
        }
    } else {
        None
    };
    let decoded = decoded.done().await?;
    let mut matching = lane.run(move |threads| decoded.index(mask.as_ref(), found, threads)).await??;
    // Messages are read while earlier ones are matched.
    let (give, mut take) = mpsc::channel::<Chunk>(MATCHED_TOGETHER);
    let reading = async move {
        loop {
            match due(reader, &[MessageKind::Tags, MessageKind::TagsEnd]).await? {
                Message::Tags(chunk) => {
                    let _ = give.send(chunk).await;
                }
                Message::TagsEnd(end) => return Ok(end),
                other => return Err(unexpected(Phase::Exchange, MessageKind::Tags, &other)),
            }
        }
    };
    let working = async {
        let mut chunks = Vec::new();
        while take.recv_many(&mut chunks, MATCHED_TOGETHER).await > 0 {
            let (before, batch) = (matching.done(), std::mem::take(&mut chunks));
            matching = lane
                .run(move |_| {
                    batch.iter().try_for_each(|chunk| matching.accept(chunk))?;
                    Ok::<_, PsiError>(matching)
                })
                .await??;
            done.add(matching.done() - before);
        }
        Ok::<_, PsiError>(matching)
    };
    let (end, matching) = tokio::try_join!(reading, working)?;
    lane.run(move |_| matching.finish(&end)).await?
}
