//! Messages between the leader and a sender, and their bytes. Integers are big endian, values little endian.

use bytes::Bytes;
use mpc_net::{FrameKind, TranscriptDigest};

use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of messages; the number is the kind of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Sender to leader: opens the commitment in the header.
    Salt,
    /// Leader to sender: the leader's salt, then those of all senders.
    Salts,
    /// Sender to leader, per bucket: commitment to the sender's mask, VOLE opening.
    Opening,
    /// Leader to sender, per bucket: VOLE setup.
    Setup,
    /// Sender to leader, per bucket: VOLE corrections.
    Corrections,
    /// Leader to sender, per bucket: VOLE challenge.
    Challenge,
    /// Sender to leader, per bucket: VOLE proof.
    Proof,
    /// Leader to sender, per bucket: a run of the masked table.
    Table,
    /// Leader to sender, per bucket: how many values there were, and the leader's mask.
    TableEnd,
    /// Sender to leader, per bucket: opens the sender's mask.
    Mask,
    /// Sender to leader, per bucket: a run of the table of programmed values.
    Program,
    /// Sender to leader, per bucket: how many values there were, and what they give at the private canaries.
    ProgramEnd,
    /// Sender to leader, per bucket: a run of sealed payloads with their tags, ascending.
    Sealed,
    /// Sender to leader, per bucket: how many there were.
    SealedEnd,
    /// Both ways, last: counts and transcripts.
    Confirm,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Salt,
        Self::Salts,
        Self::Opening,
        Self::Setup,
        Self::Corrections,
        Self::Challenge,
        Self::Proof,
        Self::Table,
        Self::TableEnd,
        Self::Mask,
        Self::Program,
        Self::ProgramEnd,
        Self::Sealed,
        Self::SealedEnd,
        Self::Confirm,
    ];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        let at = Self::ALL.into_iter().position(|kind| kind == self);
        FrameKind(0x0801 + at.map_or(0, |at| at as u16))
    }

    /// The kind of a frame, when it is one of this protocol's own.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Salt => "Salt",
            Self::Salts => "Salts",
            Self::Opening => "Opening",
            Self::Setup => "Setup",
            Self::Corrections => "Corrections",
            Self::Challenge => "Challenge",
            Self::Proof => "Proof",
            Self::Table => "Table",
            Self::TableEnd => "TableEnd",
            Self::Mask => "Mask",
            Self::Program => "Program",
            Self::ProgramEnd => "ProgramEnd",
            Self::Sealed => "Sealed",
            Self::SealedEnd => "SealedEnd",
            Self::Confirm => "Confirm",
        }
    }
}

/// What a side counted on one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Buckets.
    pub buckets: u64,
    /// Values of the leader's tables.
    pub values: u64,
    /// Values of the sender's tables.
    pub programmed: u64,
    /// Sealed payloads.
    pub sealed: u64,
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
    /// Salts: one, or those of all.
    Salts(MessageKind, Vec<[u8; 32]>),
    /// A message of which a bucket has one: `bucket u32 ‖ body`.
    Part(MessageKind, u32, Bytes),
    /// A run of a list, or its end: `bucket u32 ‖ number u64 ‖ body`. The number is the position of the first element,
    /// or how many there were.
    Run(MessageKind, u32, u64, Bytes),
    /// See [`MessageKind::Confirm`].
    Confirm(Confirm),
}

/// Bytes of a run before its elements.
pub const RUN_BYTES: usize = 4 + 8;

impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        match self {
            Self::Salts(kind, _) | Self::Part(kind, ..) | Self::Run(kind, ..) => *kind,
            Self::Confirm(_) => MessageKind::Confirm,
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Salts(_, salts) => salts.concat(),
            Self::Part(_, bucket, body) => [&bucket.to_be_bytes()[..], body].concat(),
            Self::Run(_, bucket, number, body) => [&bucket.to_be_bytes()[..], &number.to_be_bytes()[..], body].concat(),
            Self::Confirm(c) => {
                let mut out = Vec::with_capacity(96);
                for count in [c.counts.buckets, c.counts.values, c.counts.programmed, c.counts.sealed] {
                    out.extend_from_slice(&count.to_be_bytes());
                }
                out.extend_from_slice(&c.sent.0);
                out.extend_from_slice(&c.received.0);
                out
            }
        }
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        use MessageKind as K;
        let malformed = || PsiError::Malformed { message: kind.name() };
        let mut fields = Fields::new(kind.name(), payload);
        Ok(match kind {
            K::Salt | K::Salts => {
                let (salts, rest) = payload.as_chunks::<32>();
                let fits = if kind == K::Salt { salts.len() == 1 } else { (2..=255).contains(&salts.len()) };
                if !fits || !rest.is_empty() {
                    return Err(malformed());
                }
                Self::Salts(kind, salts.to_vec())
            }
            K::Opening | K::Setup | K::Corrections | K::Challenge | K::Proof | K::Mask => {
                Self::Part(kind, fields.u32()?, payload.slice(4..))
            }
            K::Table | K::TableEnd | K::Program | K::ProgramEnd | K::Sealed | K::SealedEnd => {
                Self::Run(kind, fields.u32()?, fields.u64()?, payload.slice(RUN_BYTES..))
            }
            K::Confirm => {
                let counts = Counts {
                    buckets: fields.u64()?,
                    values: fields.u64()?,
                    programmed: fields.u64()?,
                    sealed: fields.u64()?,
                };
                let (sent, received) = (TranscriptDigest(fields.array()?), TranscriptDigest(fields.array()?));
                fields.end()?;
                Self::Confirm(Confirm { counts, sent, received })
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
                prop::sample::select(vec![32usize, 64, 96, 128])
                    .prop_flat_map(|len| prop::collection::vec(any::<u8>(), len)),
            ],
        ) {
            let bytes = Bytes::from(bytes);
            if let Ok(message) = Message::decode(kind, &bytes) {
                prop_assert_eq!(message.kind(), kind);
                prop_assert_eq!(message.encode(), &bytes[..]);
            }
        }
    }

    #[test]
    fn messages_of_the_right_length_are_read() {
        for (kind, len) in [
            (MessageKind::Salt, 32),
            (MessageKind::Salts, 96),
            (MessageKind::Opening, 4),
            (MessageKind::Program, 12),
            (MessageKind::SealedEnd, 12),
            (MessageKind::Confirm, 96),
        ] {
            assert!(Message::decode(kind, &Bytes::from(vec![1; len])).is_ok(), "{kind:?}");
            assert!(Message::decode(kind, &Bytes::from(vec![1; len - 1])).is_err(), "{kind:?}");
        }
    }

    #[test]
    fn kinds_have_distinct_numbers_that_no_other_protocol_uses() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::from_frame(kind.frame_kind()), Some(kind));
            assert_eq!(kind.frame_kind().0 >> 8, 8);
        }
        assert_eq!(MessageKind::from_frame(FrameKind(0x0810)), None);
    }
}
