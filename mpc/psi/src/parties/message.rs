//! Messages by which the parties find out that they speak of the same run, and their bytes.

use bytes::Bytes;
use mpc_net::{FrameKind, TranscriptDigest};
use zeroize::Zeroizing;

use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MessageKind {
    /// Centre to member: digest of the headers of all parties.
    Roster,
    /// Between members: digest of the centre's header as received, and a share of the common key.
    Share,
    /// Between members, last: transcripts.
    PairConfirm,
}

impl MessageKind {
    pub(crate) const ALL: [Self; 3] = [Self::Roster, Self::Share, Self::PairConfirm];
}

/// Any message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Message {
    Roster([u8; 32]),
    Share { center: [u8; 32], share: Zeroizing<[u8; 32]> },
    PairConfirm { sent: TranscriptDigest, received: TranscriptDigest },
}

impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        match self {
            Self::Roster(_) => MessageKind::Roster,
            Self::Share { .. } => MessageKind::Share,
            Self::PairConfirm { .. } => MessageKind::PairConfirm,
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Roster(digest) => digest.to_vec(),
            Self::Share { center, share } => [&center[..], &share[..]].concat(),
            Self::PairConfirm { sent, received } => [sent.0, received.0].concat(),
        }
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let mut fields = Fields::new(Self::name(kind), payload);
        let message = match kind {
            MessageKind::Roster => Self::Roster(fields.array()?),
            MessageKind::Share => Self::Share { center: fields.array()?, share: Zeroizing::new(fields.array()?) },
            MessageKind::PairConfirm => Self::PairConfirm {
                sent: TranscriptDigest(fields.array()?),
                received: TranscriptDigest(fields.array()?),
            },
        };
        fields.end()?;
        Ok(message)
    }

    fn frame_kind(kind: MessageKind) -> FrameKind {
        FrameKind(match kind {
            MessageKind::Roster => 0x0701,
            MessageKind::Share => 0x0702,
            MessageKind::PairConfirm => 0x0703,
        })
    }

    fn of_frame(kind: FrameKind) -> Option<MessageKind> {
        MessageKind::ALL.into_iter().find(|known| Self::frame_kind(*known) == kind)
    }

    fn name(kind: MessageKind) -> &'static str {
        match kind {
            MessageKind::Roster => "Roster",
            MessageKind::Share => "Share",
            MessageKind::PairConfirm => "PairConfirm",
        }
    }
}
