//! Messages of a bucket over a link.

use bytes::Bytes;

use super::coin;
use super::message::{Confirm, Counts, Message, MessageKind, RUN_BYTES};
use crate::run::link::{Link, Transcripts, check_confirm, hear, unexpected};
use crate::run::{Header, Phase, PsiError, Role};

/// The body of the message of a kind that a bucket has one of.
pub(super) async fn part(link: &mut Link<'_>, kind: MessageKind, bucket: u32) -> Result<Bytes, PsiError> {
    match link.hear(kind).await? {
        Message::Part(_, got, body) => expect_bucket(kind, bucket, got).map(|()| body),
        other => Err(unexpected(Phase::Exchange, kind, &other)),
    }
}

/// The next run of a list, or its end.
pub(super) async fn run_or_end(
    link: &mut Link<'_>,
    (kind, end): (MessageKind, MessageKind),
    bucket: u32,
) -> Result<(bool, u64, Bytes), PsiError> {
    match hear(&mut link.reader, Phase::Exchange, &[kind, end]).await? {
        Message::Run(got, of, number, body) => {
            expect_bucket(got, bucket, of)?;
            Ok((got == end, number, body))
        }
        other => Err(unexpected(Phase::Exchange, kind, &other)),
    }
}

fn expect_bucket(kind: MessageKind, expected: u32, got: u32) -> Result<(), PsiError> {
    if expected == got { Ok(()) } else { Err(PsiError::WrongBucket { message: kind.name(), expected, got }) }
}

/// How many elements go into one frame.
pub(super) fn per_frame(link: &Link<'_>, chunk_items: usize, element_bytes: usize) -> usize {
    let room = (link.writer.frame_bytes_max() as usize).saturating_sub(RUN_BYTES);
    (room / element_bytes).clamp(1, chunk_items)
}

/// Hears the salts of a message, each of which its owner must have committed to.
pub(super) async fn salts(
    link: &mut Link<'_>,
    kind: MessageKind,
    owners: &[(usize, &Header)],
) -> Result<Vec<[u8; 32]>, PsiError> {
    let salts = match link.hear(kind).await? {
        Message::Salts(_, salts) => salts,
        other => return Err(unexpected(Phase::Agree, kind, &other)),
    };
    if salts.len() != owners.len() {
        return Err(PsiError::Malformed { message: kind.name() });
    }
    for ((place, header), salt) in owners.iter().zip(&salts) {
        coin::check(header, *place, salt)?;
    }
    Ok(salts)
}

/// Confirms counts and transcripts; the leader speaks first.
pub(super) async fn confirm(link: &mut Link<'_>, role: Role, counts: Counts) -> Result<(), PsiError> {
    let Transcripts { sent, received } = link.transcripts();
    let ours = Confirm { counts, sent, received };
    if role == Role::Receiver {
        link.send(&Message::Confirm(ours)).await?;
    }
    let theirs = match link.hear(MessageKind::Confirm).await? {
        Message::Confirm(theirs) => theirs,
        other => return Err(unexpected(Phase::Confirm, MessageKind::Confirm, &other)),
    };
    let compared = [
        ("the number of buckets", ours.counts.buckets, theirs.counts.buckets),
        ("the number of table values", ours.counts.values, theirs.counts.values),
        ("the number of programmed values", ours.counts.programmed, theirs.counts.programmed),
        ("the number of sealed payloads", ours.counts.sealed, theirs.counts.sealed),
    ];
    let transcripts = |c: &Confirm| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &compared, transcripts(&ours), transcripts(&theirs))?;
    if role == Role::Sender {
        link.send(&Message::Confirm(ours)).await?;
    }
    Ok(())
}
