//! Lists over a channel, in messages that fit frames, and both ways at once.

use bytes::Bytes;
use mpc_net::{FrameReader, FrameWriter};

use super::message::{HEAD_BYTES, Message, MessageKind};
use crate::run::link::{Link, hear, say};
use crate::run::{Phase, PsiError};

/// Bytes of a message of a list at most.
const PART_BYTES: usize = 256 << 10;

/// Says one message.
pub(super) async fn tell(
    link: &mut Link<'_>,
    kind: MessageKind,
    number: u32,
    body: impl Into<Bytes>,
) -> Result<(), PsiError> {
    link.send(&Message::one(kind, number, body)).await
}

/// The body of the next message, which must be of this kind and number.
pub(super) async fn due(link: &mut Link<'_>, kind: MessageKind, number: u32) -> Result<Bytes, PsiError> {
    whole(link.hear(kind).await?, number)
}

/// As [`due`], where only the reading half is at hand.
pub(super) async fn due_from(
    reader: &mut FrameReader,
    phase: Phase,
    kind: MessageKind,
    number: u32,
) -> Result<Bytes, PsiError> {
    whole(hear(reader, phase, &[kind]).await?, number)
}

fn whole(message: Message, number: u32) -> Result<Bytes, PsiError> {
    let name = message.kind.name();
    if message.number != number {
        return Err(PsiError::WrongBucket { message: name, expected: number, got: message.number });
    }
    if message.offset != 0 {
        return Err(PsiError::WrongOffset { message: name, expected: 0, got: message.offset });
    }
    Ok(message.body)
}

/// Says a list in order.
pub(super) async fn say_list(
    writer: &mut FrameWriter,
    phase: Phase,
    kind: MessageKind,
    number: u32,
    list: Vec<u8>,
) -> Result<(), PsiError> {
    let list = Bytes::from(list);
    let most = (writer.frame_bytes_max() as usize).saturating_sub(HEAD_BYTES).clamp(1, PART_BYTES);
    let mut offset = 0;
    while offset < list.len() {
        let body = list.slice(offset..list.len().min(offset + most));
        let next = offset + body.len();
        say(writer, phase, &Message { kind, number, offset: offset as u64, body }).await?;
        offset = next;
    }
    Ok(())
}

/// Hears a list of `expected` bytes; its messages must follow each other without a gap.
pub(super) async fn hear_list(
    reader: &mut FrameReader,
    phase: Phase,
    kind: MessageKind,
    number: u32,
    expected: usize,
) -> Result<Vec<u8>, PsiError> {
    let mut list = Vec::with_capacity(expected);
    while list.len() < expected {
        let part: Message = hear(reader, phase, &[kind]).await?;
        if part.number != number {
            return Err(PsiError::WrongBucket { message: kind.name(), expected: number, got: part.number });
        }
        if part.offset != list.len() as u64 {
            return Err(PsiError::WrongOffset { message: kind.name(), expected: list.len() as u64, got: part.offset });
        }
        if part.body.is_empty() || list.len() + part.body.len() > expected {
            return Err(PsiError::WrongCount {
                what: "bytes of a list",
                expected: expected as u64,
                got: (list.len() + part.body.len()) as u64,
            });
        }
        list.extend_from_slice(&part.body);
    }
    Ok(list)
}

/// Both sides say as many words as they hear, at the same time.
pub(super) async fn swap_words(
    link: &mut Link<'_>,
    phase: Phase,
    kind: MessageKind,
    number: u32,
    words: &[u64],
) -> Result<Vec<u64>, PsiError> {
    let said = words_to_bytes(words);
    let expected = said.len();
    let (reader, writer) = (&mut link.reader, &mut link.writer);
    let ((), heard) = tokio::try_join!(
        say_list(writer, phase, kind, number, said),
        hear_list(reader, phase, kind, number, expected)
    )?;
    Ok(words_of(&heard))
}

pub(super) fn words_to_bytes(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Words of a multiple of eight bytes.
pub(super) fn words_of(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect()
}
