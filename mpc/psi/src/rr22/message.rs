//! Messages and their bytes. Integers are big endian, elements of GF(2^128) little endian.

use bytes::Bytes;
use mpc_net::{FrameKind, TranscriptDigest};

use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of messages; the number is the kind of the frame. Before them comes the header, and an abort may come at any
/// time: these are the same in every protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Both ways: opens the commitment in the header.
    Salt,
    /// Sender to receiver, per bucket: VOLE opening, before it the commitment to the sender's mask (malicious only).
    Opening,
    /// Receiver to sender, per bucket: VOLE setup.
    Setup,
    /// Sender to receiver, per bucket: VOLE corrections.
    Corrections,
    /// Receiver to sender, per bucket: VOLE challenge (malicious only).
    Challenge,
    /// Sender to receiver, per bucket: VOLE proof (malicious only).
    Proof,
    /// Receiver to sender, per bucket: a run of the masked table.
    Table,
    /// Receiver to sender, per bucket: how many values there were, and the receiver's mask (malicious only).
    TableEnd,
    /// Sender to receiver, per bucket: opens the sender's mask (malicious only).
    Mask,
    /// Sender to receiver, per bucket: a run of tags, shuffled, with sealed payloads.
    Tags,
    /// Sender to receiver, per bucket: how many there were, and which were its private canaries.
    TagsEnd,
    /// Both ways, last: counts and transcripts.
    Confirm,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Salt,
        Self::Opening,
        Self::Setup,
        Self::Corrections,
        Self::Challenge,
        Self::Proof,
        Self::Table,
        Self::TableEnd,
        Self::Mask,
        Self::Tags,
        Self::TagsEnd,
        Self::Confirm,
    ];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(match self {
            Self::Salt => 0x0201,
            Self::Opening => 0x0202,
            Self::Setup => 0x0203,
            Self::Corrections => 0x0204,
            Self::Challenge => 0x0205,
            Self::Proof => 0x0206,
            Self::Table => 0x0207,
            Self::TableEnd => 0x0208,
            Self::Mask => 0x0209,
            Self::Tags => 0x020a,
            Self::TagsEnd => 0x020b,
            Self::Confirm => 0x020c,
        })
    }

    /// The kind of a frame, when it is one of this protocol's own.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Salt => "Salt",
            Self::Opening => "Opening",
            Self::Setup => "Setup",
            Self::Corrections => "Corrections",
            Self::Challenge => "Challenge",
            Self::Proof => "Proof",
            Self::Table => "Table",
            Self::TableEnd => "TableEnd",
            Self::Mask => "Mask",
            Self::Tags => "Tags",
            Self::TagsEnd => "TagsEnd",
            Self::Confirm => "Confirm",
        }
    }
}

/// A message that a bucket has one of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which bucket.
    pub bucket: u32,
    /// What it says; its length follows from the sizes of the run.
    pub body: Bytes,
}

/// A run of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Which bucket.
    pub bucket: u32,
    /// Position of the first element in the list of the bucket.
    pub offset: u64,
    /// Elements without a gap; their length follows from the sizes of the run.
    pub body: Bytes,
}

/// The end of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Which bucket.
    pub bucket: u32,
    /// How many elements there were.
    pub count: u64,
    /// What else is said at the end.
    pub body: Bytes,
}

/// What a side counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Buckets.
    pub buckets: u64,
    /// Values of all tables.
    pub values: u64,
    /// Tags of all buckets.
    pub tags: u64,
}

/// What each side states at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// What it counted.
    pub counts: Counts,
    /// Digest of everything this side had sent before.
    pub sent: TranscriptDigest,
    /// Digest of everything this side had received before.
    pub received: TranscriptDigest,
}

/// Any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// See [`MessageKind::Salt`].
    Salt([u8; 32]),
    /// See [`MessageKind::Opening`].
    Opening(Part),
    /// See [`MessageKind::Setup`].
    Setup(Part),
    /// See [`MessageKind::Corrections`].
    Corrections(Part),
    /// See [`MessageKind::Challenge`].
    Challenge(Part),
    /// See [`MessageKind::Proof`].
    Proof(Part),
    /// See [`MessageKind::Table`].
    Table(Chunk),
    /// See [`MessageKind::TableEnd`].
    TableEnd(End),
    /// See [`MessageKind::Mask`].
    Mask(Part),
    /// See [`MessageKind::Tags`].
    Tags(Chunk),
    /// See [`MessageKind::TagsEnd`].
    TagsEnd(End),
    /// See [`MessageKind::Confirm`].
    Confirm(Confirm),
}

/// Bytes of a chunk before its elements.
pub(crate) const CHUNK_BYTES: usize = 4 + 8;

impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        match self {
            Self::Salt(_) => MessageKind::Salt,
            Self::Opening(_) => MessageKind::Opening,
            Self::Setup(_) => MessageKind::Setup,
            Self::Corrections(_) => MessageKind::Corrections,
            Self::Challenge(_) => MessageKind::Challenge,
            Self::Proof(_) => MessageKind::Proof,
            Self::Table(_) => MessageKind::Table,
            Self::TableEnd(_) => MessageKind::TableEnd,
            Self::Mask(_) => MessageKind::Mask,
            Self::Tags(_) => MessageKind::Tags,
            Self::TagsEnd(_) => MessageKind::TagsEnd,
            Self::Confirm(_) => MessageKind::Confirm,
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Salt(salt) => out.extend_from_slice(salt),
            Self::Opening(p)
            | Self::Setup(p)
            | Self::Corrections(p)
            | Self::Challenge(p)
            | Self::Proof(p)
            | Self::Mask(p) => {
                out.extend_from_slice(&p.bucket.to_be_bytes());
                out.extend_from_slice(&p.body);
            }
            Self::Table(Chunk { bucket, offset: number, body })
            | Self::Tags(Chunk { bucket, offset: number, body })
            | Self::TableEnd(End { bucket, count: number, body })
            | Self::TagsEnd(End { bucket, count: number, body }) => {
                out.reserve(CHUNK_BYTES + body.len());
                out.extend_from_slice(&bucket.to_be_bytes());
                out.extend_from_slice(&number.to_be_bytes());
                out.extend_from_slice(body);
            }
            Self::Confirm(c) => {
                for count in [c.counts.buckets, c.counts.values, c.counts.tags] {
                    out.extend_from_slice(&count.to_be_bytes());
                }
                out.extend_from_slice(&c.sent.0);
                out.extend_from_slice(&c.received.0);
            }
        }
        out
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let mut fields = Fields::new(kind.name(), payload);
        let mut part = || Ok::<_, PsiError>(Part { bucket: fields.u32()?, body: payload.slice(4..) });
        Ok(match kind {
            MessageKind::Opening => Self::Opening(part()?),
            MessageKind::Setup => Self::Setup(part()?),
            MessageKind::Corrections => Self::Corrections(part()?),
            MessageKind::Challenge => Self::Challenge(part()?),
            MessageKind::Proof => Self::Proof(part()?),
            MessageKind::Mask => Self::Mask(part()?),
            MessageKind::Table | MessageKind::Tags | MessageKind::TableEnd | MessageKind::TagsEnd => {
                let (bucket, number) = (fields.u32()?, fields.u64()?);
                let body = payload.slice(CHUNK_BYTES..);
                match kind {
                    MessageKind::Table => Self::Table(Chunk { bucket, offset: number, body }),
                    MessageKind::Tags => Self::Tags(Chunk { bucket, offset: number, body }),
                    MessageKind::TableEnd => Self::TableEnd(End { bucket, count: number, body }),
                    _ => Self::TagsEnd(End { bucket, count: number, body }),
                }
            }
            MessageKind::Salt => {
                let salt = fields.array()?;
                fields.end()?;
                Self::Salt(salt)
            }
            MessageKind::Confirm => {
                let confirm = Confirm {
                    counts: Counts { buckets: fields.u64()?, values: fields.u64()?, tags: fields.u64()? },
                    sent: TranscriptDigest(fields.array()?),
                    received: TranscriptDigest(fields.array()?),
                };
                fields.end()?;
                Self::Confirm(confirm)
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

    fn message() -> impl Strategy<Value = Message> {
        let body = || prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from);
        let part = || (any::<u32>(), body()).prop_map(|(bucket, body)| Part { bucket, body });
        let chunk =
            || (any::<(u32, u64)>(), body()).prop_map(|((bucket, offset), body)| Chunk { bucket, offset, body });
        let end = || (any::<(u32, u64)>(), body()).prop_map(|((bucket, count), body)| End { bucket, count, body });
        prop_oneof![
            any::<[u8; 32]>().prop_map(Message::Salt),
            part().prop_map(Message::Opening),
            part().prop_map(Message::Setup),
            part().prop_map(Message::Corrections),
            part().prop_map(Message::Challenge),
            part().prop_map(Message::Proof),
            part().prop_map(Message::Mask),
            chunk().prop_map(Message::Table),
            chunk().prop_map(Message::Tags),
            end().prop_map(Message::TableEnd),
            end().prop_map(Message::TagsEnd),
            any::<([u64; 3], [u8; 32], [u8; 32])>().prop_map(|([buckets, values, tags], sent, received)| {
                let (sent, received) = (TranscriptDigest(sent), TranscriptDigest(received));
                Message::Confirm(Confirm { counts: Counts { buckets, values, tags }, sent, received })
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_message_reads_back(message in message()) {
            let bytes = Bytes::from(message.encode());
            prop_assert_eq!(Message::decode(message.kind(), &bytes).unwrap(), message);
        }

        #[test]
        fn bytes_of_any_kind_are_read_or_refused_and_what_is_read_is_canonical(
            kind in prop::sample::select(MessageKind::ALL.to_vec()),
            bytes in prop::collection::vec(any::<u8>(), 0..120),
        ) {
            let bytes = Bytes::from(bytes);
            if let Ok(message) = Message::decode(kind, &bytes) {
                prop_assert_eq!(message.encode(), &bytes[..]);
            }
        }
    }

    #[test]
    fn kinds_have_distinct_numbers_that_no_other_protocol_uses() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::from_frame(kind.frame_kind()), Some(kind));
            assert_eq!(kind.frame_kind().0 >> 8, 2);
        }
        assert_eq!(MessageKind::from_frame(FrameKind(0)), None);
    }
}
