//! Messages between a data party and the third party, and their bytes. Integers are big endian.

use bytes::Bytes;
use mpc_net::{FrameKind, TranscriptDigest};

use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of messages; the number is the kind of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Data party to third party: a run of rows, ascending by tag.
    Rows,
    /// Data party to third party: how many there were, and which were canaries.
    RowsEnd,
    /// Both ways, last: counts and transcripts.
    Confirm,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rows, Self::RowsEnd, Self::Confirm];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(match self {
            Self::Rows => 0x0901,
            Self::RowsEnd => 0x0902,
            Self::Confirm => 0x0903,
        })
    }

    /// The kind of a frame, when it is one of this protocol's own.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rows => "Rows",
            Self::RowsEnd => "RowsEnd",
            Self::Confirm => "Confirm",
        }
    }
}

/// What each side states at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// Rows of the data party, canaries and padding included.
    pub rows: u64,
    /// Joint canaries: found by the third party, added by the data party.
    pub joint: u64,
    /// Private canaries: of the data party that were among its rows and joined with nothing; added by it.
    pub private: u64,
    /// Digest of everything this side had sent before.
    pub sent: TranscriptDigest,
    /// Digest of everything this side had received before.
    pub received: TranscriptDigest,
}

/// Any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Position of the first row in the list, rows without a gap.
    Rows(u64, Bytes),
    /// How many rows, tags of the joint canaries in their order, tags of the private ones.
    RowsEnd(u64, Bytes),
    /// See [`MessageKind::Confirm`].
    Confirm(Confirm),
}

/// Bytes of a run of rows before the rows.
pub const RUN_BYTES: usize = 8;

impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        match self {
            Self::Rows(..) => MessageKind::Rows,
            Self::RowsEnd(..) => MessageKind::RowsEnd,
            Self::Confirm(_) => MessageKind::Confirm,
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Rows(number, body) | Self::RowsEnd(number, body) => [&number.to_be_bytes()[..], body].concat(),
            Self::Confirm(c) => {
                let mut out = Vec::with_capacity(88);
                for count in [c.rows, c.joint, c.private] {
                    out.extend_from_slice(&count.to_be_bytes());
                }
                out.extend_from_slice(&c.sent.0);
                out.extend_from_slice(&c.received.0);
                out
            }
        }
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let mut fields = Fields::new(kind.name(), payload);
        Ok(match kind {
            MessageKind::Rows => Self::Rows(fields.u64()?, payload.slice(RUN_BYTES..)),
            MessageKind::RowsEnd => Self::RowsEnd(fields.u64()?, payload.slice(RUN_BYTES..)),
            MessageKind::Confirm => {
                let (rows, joint, private) = (fields.u64()?, fields.u64()?, fields.u64()?);
                let (sent, received) = (TranscriptDigest(fields.array()?), TranscriptDigest(fields.array()?));
                fields.end()?;
                Self::Confirm(Confirm { rows, joint, private, sent, received })
            }
        })
    }

    fn frame_kind(kind: MessageKind) -> FrameKind {
        kind.frame_kind()
    }

    fn of_frame(kind: FrameKind) -> Option<MessageKind> {
        MessageKind::from_frame(kind)
    }

    fn name(kind: MessageKind) -> &'static str {
        kind.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_of_any_kind_are_read_or_refused_and_what_is_read_is_canonical(
            kind in prop::sample::select(MessageKind::ALL.to_vec()),
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..140),
                prop::collection::vec(any::<u8>(), 88..=88),
            ],
        ) {
            let bytes = Bytes::from(bytes);
            if let Ok(message) = Message::decode(kind, &bytes) {
                prop_assert_eq!(message.kind(), kind);
                prop_assert_eq!(message.encode(), &bytes[..]);
            } else {
                prop_assert!(bytes.len() < RUN_BYTES || (kind == MessageKind::Confirm && bytes.len() != 88));
            }
        }
    }

    #[test]
    fn kinds_have_distinct_numbers_that_no_other_protocol_uses() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::from_frame(kind.frame_kind()), Some(kind));
            assert_eq!(kind.frame_kind().0 >> 8, 9);
        }
        assert_eq!(MessageKind::from_frame(FrameKind(0x0900)), None);
    }
}
