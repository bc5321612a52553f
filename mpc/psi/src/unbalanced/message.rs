//! Messages and their bytes. All integers are big endian.

use bytes::Bytes;
use mpc_core::voprf::{BATCH_MAX, PROOF_BYTES, Proof, Proven, Request};
use mpc_core::{ENCODED_BYTES, Encoded};
use mpc_net::{FrameKind, TranscriptDigest};

use super::face::Face;
use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of messages; the number is the kind of the frame. Header and abort are those of every protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Sender to receiver: how many of its own items are evaluated; the epoch is in the making.
    Building,
    /// Sender to receiver: the epoch.
    Epoch,
    /// Receiver to sender: whether it wants the set-up.
    Want,
    /// Sender to receiver: a part of the set-up.
    Part,
    /// Receiver to sender: blinded elements.
    Blinded,
    /// Receiver to sender: how many there were.
    BlindedEnd,
    /// Sender to receiver: the same elements, evaluated, in the same order, with a proof.
    Evaluated,
    /// Both ways, last: counts and transcripts.
    Confirm,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Building,
        Self::Epoch,
        Self::Want,
        Self::Part,
        Self::Blinded,
        Self::BlindedEnd,
        Self::Evaluated,
        Self::Confirm,
    ];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(match self {
            Self::Building => 0x0301,
            Self::Epoch => 0x0302,
            Self::Want => 0x0303,
            Self::Part => 0x0304,
            Self::Blinded => 0x0305,
            Self::BlindedEnd => 0x0306,
            Self::Evaluated => 0x0307,
            Self::Confirm => 0x0308,
        })
    }

    /// The kind of a frame, when it is one of this protocol.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }
}

/// A part of the set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it begins.
    pub offset: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// A run of blinded elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blinded {
    /// Position of the first in the receiver's order.
    pub offset: u64,
    /// The elements.
    pub request: Request,
}

/// A run of evaluated elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// Position of the first in the receiver's order.
    pub offset: u64,
    /// The elements and the proof that the key of the epoch made them all.
    pub proven: Proven,
}

/// What a side counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Bytes of the set-up that were sent.
    pub setup: u64,
    /// Blinded elements.
    pub blinded: u64,
    /// Evaluated elements.
    pub evaluated: u64,
}

/// What each side states at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// Counts.
    pub counts: Counts,
    /// Digest of everything this side had sent before.
    pub sent: TranscriptDigest,
    /// Digest of everything this side had received before.
    pub received: TranscriptDigest,
}

/// Any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// See [`MessageKind::Building`].
    Building(u64),
    /// See [`MessageKind::Epoch`].
    Epoch(Face),
    /// See [`MessageKind::Want`].
    Want(bool),
    /// See [`MessageKind::Part`].
    Part(Part),
    /// See [`MessageKind::Blinded`].
    Blinded(Blinded),
    /// See [`MessageKind::BlindedEnd`].
    BlindedEnd(u64),
    /// See [`MessageKind::Evaluated`].
    Evaluated(Evaluated),
    /// See [`MessageKind::Confirm`].
    Confirm(Confirm),
}

/// `offset u64 ‖ 32 bytes each ‖ rest`.
fn write_elements(offset: u64, elements: &[Encoded], rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 + elements.len() * ENCODED_BYTES + rest.len());
    out.extend_from_slice(&offset.to_be_bytes());
    out.extend_from_slice(elements.as_flattened());
    out.extend_from_slice(rest);
    out
}

fn read_elements(message: &'static str, bytes: &[u8]) -> Result<Vec<Encoded>, PsiError> {
    let (elements, rest) = bytes.as_chunks::<ENCODED_BYTES>();
    if !rest.is_empty() || elements.is_empty() || elements.len() > BATCH_MAX {
        return Err(PsiError::Malformed { message });
    }
    Ok(elements.to_vec())
}

impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        match self {
            Self::Building(_) => MessageKind::Building,
            Self::Epoch(_) => MessageKind::Epoch,
            Self::Want(_) => MessageKind::Want,
            Self::Part(_) => MessageKind::Part,
            Self::Blinded(_) => MessageKind::Blinded,
            Self::BlindedEnd(_) => MessageKind::BlindedEnd,
            Self::Evaluated(_) => MessageKind::Evaluated,
            Self::Confirm(_) => MessageKind::Confirm,
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Building(count) | Self::BlindedEnd(count) => count.to_be_bytes().to_vec(),
            Self::Epoch(face) => face.encode(),
            Self::Want(wanted) => vec![u8::from(*wanted)],
            Self::Part(part) => [&part.offset.to_be_bytes()[..], &part.bytes].concat(),
            Self::Blinded(b) => write_elements(b.offset, &b.request.elements, &[]),
            Self::Evaluated(e) => write_elements(e.offset, &e.proven.elements, &e.proven.proof.to_bytes()),
            Self::Confirm(c) => {
                let mut out = Vec::with_capacity(88);
                for count in [c.counts.setup, c.counts.blinded, c.counts.evaluated] {
                    out.extend_from_slice(&count.to_be_bytes());
                }
                out.extend_from_slice(&c.sent.0);
                out.extend_from_slice(&c.received.0);
                out
            }
        }
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let message = Self::name(kind);
        let mut fields = Fields::new(message, payload);
        Ok(match kind {
            MessageKind::Building | MessageKind::BlindedEnd => {
                let count = fields.u64()?;
                fields.end()?;
                if kind == MessageKind::Building { Self::Building(count) } else { Self::BlindedEnd(count) }
            }
            MessageKind::Epoch => Self::Epoch(Face::decode(payload)?),
            MessageKind::Want => {
                let wanted = match fields.u8()? {
                    0 => false,
                    1 => true,
                    _ => return Err(PsiError::Malformed { message }),
                };
                fields.end()?;
                Self::Want(wanted)
            }
            MessageKind::Part => Self::Part(Part { offset: fields.u64()?, bytes: payload.slice(8..) }),
            MessageKind::Blinded => {
                let offset = fields.u64()?;
                let elements = read_elements(message, fields.rest())?;
                Self::Blinded(Blinded { offset, request: Request { elements } })
            }
            MessageKind::Evaluated => {
                let offset = fields.u64()?;
                let malformed = PsiError::Malformed { message };
                let Some((elements, proof)) = fields.rest().split_last_chunk::<PROOF_BYTES>() else {
                    return Err(malformed);
                };
                let proof = Proof::from_bytes(proof).ok_or(malformed)?;
                Self::Evaluated(Evaluated {
                    offset,
                    proven: Proven { elements: read_elements(message, elements)?, proof },
                })
            }
            MessageKind::Confirm => {
                let counts = Counts { setup: fields.u64()?, blinded: fields.u64()?, evaluated: fields.u64()? };
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
        match kind {
            MessageKind::Building => "Building",
            MessageKind::Epoch => "Epoch",
            MessageKind::Want => "Want",
            MessageKind::Part => "Part",
            MessageKind::Blinded => "Blinded",
            MessageKind::BlindedEnd => "BlindedEnd",
            MessageKind::Evaluated => "Evaluated",
            MessageKind::Confirm => "Confirm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mpc_core::SeedCommitment;
    use proptest::prelude::*;

    fn face() -> impl Strategy<Value = Face> {
        let bytes = any::<([u8; 32], [u8; 32], [u8; 32], [u8; 32])>();
        (bytes, any::<(u64, Option<u32>, u64)>(), prop::collection::vec(any::<[u8; 16]>(), 0..4)).prop_map(
            |((scope, seed, public_key, setup_digest), (items, payload_bytes, setup_bytes), canaries)| Face {
                scope,
                seed: SeedCommitment(seed),
                public_key,
                items,
                payload_bytes,
                setup_bytes,
                setup_digest,
                canaries,
            },
        )
    }

    fn message() -> impl Strategy<Value = Message> {
        let elements = || prop::collection::vec(any::<[u8; 32]>(), 1..4);
        prop_oneof![
            any::<u64>().prop_map(Message::Building),
            any::<u64>().prop_map(Message::BlindedEnd),
            any::<bool>().prop_map(Message::Want),
            face().prop_map(Message::Epoch),
            (any::<u64>(), prop::collection::vec(any::<u8>(), 0..40))
                .prop_map(|(offset, bytes)| Message::Part(Part { offset, bytes: bytes.into() })),
            (any::<u64>(), elements())
                .prop_map(|(offset, elements)| Message::Blinded(Blinded { offset, request: Request { elements } })),
            (any::<u64>(), elements(), 0u8..16, 0u8..16).prop_map(|(offset, elements, a, b)| {
                let mut proof = [1; PROOF_BYTES];
                (proof[31], proof[63]) = (a, b);
                let proof = Proof::from_bytes(&proof).expect("below the order");
                Message::Evaluated(Evaluated { offset, proven: Proven { elements, proof } })
            }),
            any::<([u64; 3], [u8; 32], [u8; 32])>().prop_map(|([setup, blinded, evaluated], sent, received)| {
                let counts = Counts { setup, blinded, evaluated };
                let (sent, received) = (TranscriptDigest(sent), TranscriptDigest(received));
                Message::Confirm(Confirm { counts, sent, received })
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
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            like in message(), cut in 0usize..300,
        ) {
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
}
