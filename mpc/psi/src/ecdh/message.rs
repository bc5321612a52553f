//! Messages and their bytes. All integers are big endian.

use bytes::Bytes;
use mpc_core::{ENCODED_BYTES, Encoded};
use mpc_net::{FrameKind, TranscriptDigest};

use super::PROTOCOL;
use crate::run::message::{Spoken, decode_abort, encode_abort};
use crate::run::wire::Fields;
use crate::run::{Header, PsiError};

/// Kinds of messages; the number is the kind of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// [`Header`], both ways, first.
    Header,
    /// Receiver to sender: blinded elements.
    Blinded,
    /// Receiver to sender: how many there were.
    BlindedEnd,
    /// Sender to receiver: the same elements, evaluated, in the same order.
    Evaluated,
    /// Sender to receiver: how many there were.
    EvaluatedEnd,
    /// Sender to receiver: tags of its own items, shuffled, with sealed payloads.
    Tags,
    /// Sender to receiver: how many there were, and which were its private canaries.
    TagsEnd,
    /// Both ways, last: counts and transcripts.
    Confirm,
    /// Either way, at any time: the run is over, and why.
    Abort,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Header,
        Self::Blinded,
        Self::BlindedEnd,
        Self::Evaluated,
        Self::EvaluatedEnd,
        Self::Tags,
        Self::TagsEnd,
        Self::Confirm,
        Self::Abort,
    ];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(match self {
            Self::Header => 0x0101,
            Self::Blinded => 0x0102,
            Self::BlindedEnd => 0x0103,
            Self::Evaluated => 0x0104,
            Self::EvaluatedEnd => 0x0105,
            Self::Tags => 0x0106,
            Self::TagsEnd => 0x0107,
            Self::Confirm => 0x0108,
            Self::Abort => 0x01ff,
        })
    }

    /// The kind of a frame, when it is one of this protocol.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }
}

/// A run of group elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointChunk {
    /// Position of the first in its list.
    pub offset: u64,
    /// The elements.
    pub points: Vec<Encoded>,
}

impl PointChunk {
    /// `offset u64 ‖ 32 bytes each`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.points.len() * ENCODED_BYTES);
        out.extend_from_slice(&self.offset.to_be_bytes());
        out.extend_from_slice(self.points.as_flattened());
        out
    }

    fn decode(message: &'static str, bytes: &[u8]) -> Result<Self, PsiError> {
        let mut fields = Fields::new(message, bytes);
        let offset = fields.u64()?;
        let (points, rest) = fields.rest().as_chunks::<ENCODED_BYTES>();
        if !rest.is_empty() {
            return Err(PsiError::Malformed { message });
        }
        Ok(Self { offset, points: points.to_vec() })
    }
}

/// A run of tags, each followed by its sealed payload when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagChunk {
    /// Position of the first in the shuffled list.
    pub offset: u64,
    /// Entries without a gap; their length follows from the agreement.
    pub entries: Bytes,
}

impl TagChunk {
    /// `offset u64 ‖ entries`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.entries.len());
        out.extend_from_slice(&self.offset.to_be_bytes());
        out.extend_from_slice(&self.entries);
        out
    }
}

/// End of the tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagsEnd {
    /// How many tags were sent.
    pub count: u64,
    /// Tags of the sender's private canaries, without a gap.
    pub canary_tags: Bytes,
}

/// What a side counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Blinded elements.
    pub blinded: u64,
    /// Evaluated elements.
    pub evaluated: u64,
    /// Tags.
    pub tags: u64,
}

/// What each side states at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// Blinded elements.
    pub blinded: u64,
    /// Evaluated elements.
    pub evaluated: u64,
    /// Tags.
    pub tags: u64,
    /// Digest of everything this side had sent before.
    pub sent: TranscriptDigest,
    /// Digest of everything this side had received before.
    pub received: TranscriptDigest,
}

/// Any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// See [`MessageKind::Header`].
    Header(Header),
    /// See [`MessageKind::Blinded`].
    Blinded(PointChunk),
    /// See [`MessageKind::BlindedEnd`].
    BlindedEnd(u64),
    /// See [`MessageKind::Evaluated`].
    Evaluated(PointChunk),
    /// See [`MessageKind::EvaluatedEnd`].
    EvaluatedEnd(u64),
    /// See [`MessageKind::Tags`].
    Tags(TagChunk),
    /// See [`MessageKind::TagsEnd`].
    TagsEnd(TagsEnd),
    /// See [`MessageKind::Confirm`].
    Confirm(Confirm),
    /// See [`MessageKind::Abort`]: the code of the error.
    Abort(String),
}

impl Message {
    /// Its kind.
    pub fn kind(&self) -> MessageKind {
        match self {
            Self::Header(_) => MessageKind::Header,
            Self::Blinded(_) => MessageKind::Blinded,
            Self::BlindedEnd(_) => MessageKind::BlindedEnd,
            Self::Evaluated(_) => MessageKind::Evaluated,
            Self::EvaluatedEnd(_) => MessageKind::EvaluatedEnd,
            Self::Tags(_) => MessageKind::Tags,
            Self::TagsEnd(_) => MessageKind::TagsEnd,
            Self::Confirm(_) => MessageKind::Confirm,
            Self::Abort(_) => MessageKind::Abort,
        }
    }

    /// Its payload bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Header(header) => header.encode(),
            Self::Blinded(chunk) | Self::Evaluated(chunk) => chunk.encode(),
            Self::BlindedEnd(count) | Self::EvaluatedEnd(count) => count.to_be_bytes().to_vec(),
            Self::Tags(chunk) => chunk.encode(),
            Self::TagsEnd(end) => [&end.count.to_be_bytes()[..], &end.canary_tags].concat(),
            Self::Confirm(c) => {
                let mut out = Vec::with_capacity(88);
                for count in [c.blinded, c.evaluated, c.tags] {
                    out.extend_from_slice(&count.to_be_bytes());
                }
                out.extend_from_slice(&c.sent.0);
                out.extend_from_slice(&c.received.0);
                out
            }
            Self::Abort(code) => encode_abort(code),
        }
    }

    /// Reads the payload of a message of the given kind.
    ///
    /// # Errors
    /// [`PsiError::Malformed`], and what [`Header::decode`] gives.
    pub fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let count = |message| {
            let mut fields = Fields::new(message, payload);
            let count = fields.u64()?;
            fields.end()?;
            Ok::<_, PsiError>(count)
        };
        Ok(match kind {
            MessageKind::Header => Self::Header(Header::decode(PROTOCOL, 0, payload)?),
            MessageKind::Blinded => Self::Blinded(PointChunk::decode("blinded", payload)?),
            MessageKind::BlindedEnd => Self::BlindedEnd(count("blinded end")?),
            MessageKind::Evaluated => Self::Evaluated(PointChunk::decode("evaluated", payload)?),
            MessageKind::EvaluatedEnd => Self::EvaluatedEnd(count("evaluated end")?),
            MessageKind::Tags => {
                let offset = Fields::new("tags", payload).u64()?;
                Self::Tags(TagChunk { offset, entries: payload.slice(8..) })
            }
            MessageKind::TagsEnd => {
                let count = Fields::new("tags end", payload).u64()?;
                Self::TagsEnd(TagsEnd { count, canary_tags: payload.slice(8..) })
            }
            MessageKind::Confirm => {
                let mut fields = Fields::new("confirm", payload);
                let confirm = Confirm {
                    blinded: fields.u64()?,
                    evaluated: fields.u64()?,
                    tags: fields.u64()?,
                    sent: TranscriptDigest(fields.array()?),
                    received: TranscriptDigest(fields.array()?),
                };
                fields.end()?;
                Self::Confirm(confirm)
            }
            MessageKind::Abort => Self::Abort(decode_abort(payload)?),
        })
    }
}

// The methods are public besides, for whoever takes a recorded run apart.
impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        Message::kind(self)
    }

    fn encode(&self) -> Vec<u8> {
        Message::encode(self)
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        Message::decode(kind, payload)
    }

    fn frame_kind(kind: MessageKind) -> FrameKind {
        kind.frame_kind()
    }

    fn of_frame(kind: FrameKind) -> Option<MessageKind> {
        MessageKind::from_frame(kind)
    }

    fn name(kind: MessageKind) -> &'static str {
        match kind {
            MessageKind::Header => "Header",
            MessageKind::Blinded => "Blinded",
            MessageKind::BlindedEnd => "BlindedEnd",
            MessageKind::Evaluated => "Evaluated",
            MessageKind::EvaluatedEnd => "EvaluatedEnd",
            MessageKind::Tags => "Tags",
            MessageKind::TagsEnd => "TagsEnd",
            MessageKind::Confirm => "Confirm",
            MessageKind::Abort => "Abort",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Params, Returns, Role, SessionId};
    use mpc_core::SeedCommitment;
    use proptest::prelude::*;

    fn message() -> impl Strategy<Value = Message> {
        let chunk = || {
            (any::<u64>(), prop::collection::vec(any::<[u8; 32]>(), 0..4))
                .prop_map(|(offset, points)| PointChunk { offset, points })
        };
        let bytes = || prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from);
        prop_oneof![
            (any::<([u8; 32], [u8; 32], bool, u64)>(), any::<(u32, u32, u16, u16, bool, u32, [u8; 32])>()).prop_map(
                |((session, binding, receiver, items), (chunk_items, bits, joint, private, payload, width, seed))| {
                    Message::Header(Header {
                        protocol: PROTOCOL.to_owned(),
                        session: SessionId(session),
                        binding,
                        role: if receiver { Role::Receiver } else { Role::Sender },
                        items,
                        params: Params {
                            chunk_items,
                            statistical_bits: bits,
                            joint_canaries: joint,
                            private_canaries: private,
                            payload,
                            returns: if joint % 2 == 0 { Returns::Nothing } else { Returns::Columns },
                        },
                        payload_bytes: width,
                        seed: SeedCommitment(seed),
                        more: vec![],
                    })
                }
            ),
            chunk().prop_map(Message::Blinded),
            chunk().prop_map(Message::Evaluated),
            any::<u64>().prop_map(Message::BlindedEnd),
            any::<u64>().prop_map(Message::EvaluatedEnd),
            (any::<u64>(), bytes()).prop_map(|(offset, entries)| Message::Tags(TagChunk { offset, entries })),
            (any::<u64>(), bytes()).prop_map(|(count, canary_tags)| Message::TagsEnd(TagsEnd { count, canary_tags })),
            any::<([u64; 3], [u8; 32], [u8; 32])>().prop_map(|([blinded, evaluated, tags], sent, received)| {
                let (sent, received) = (TranscriptDigest(sent), TranscriptDigest(received));
                Message::Confirm(Confirm { blinded, evaluated, tags, sent, received })
            }),
            "[a-z0-9_]{0,64}".prop_map(Message::Abort),
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
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            like in message(), cut in 0usize..200,
        ) {
            // Rubbish, and messages cut short or with something behind them.
            let mut near = like.encode();
            near.truncate(cut);
            let longer = [like.encode(), bytes.clone()].concat();
            for (kind, bytes) in [(kind, bytes), (like.kind(), near), (like.kind(), longer)] {
                let bytes = Bytes::from(bytes);
                if let Ok(message) = Message::decode(kind, &bytes) {
                    prop_assert_eq!(message.encode(), &bytes[..]);
                }
            }
        }
    }

    #[test]
    fn kinds_have_distinct_numbers() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::from_frame(kind.frame_kind()), Some(kind));
        }
        assert_eq!(MessageKind::from_frame(FrameKind(0)), None);
    }
}
