//! What the two sides say to each other between buckets and on a channel that goes on with a run.

use bytes::Bytes;
use mpc_core::SeedCommitment;
use mpc_net::{FrameKind, TranscriptDigest};

use super::message::Counts;
use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of these messages; the number is the kind of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StageKind {
    /// Both ways, before the first of several buckets: where checkpoints lie.
    Plan,
    /// Both ways, at a checkpoint: what each side has.
    Checkpoint,
    /// Both ways, after it: it is kept.
    Kept,
    /// Both ways, first on a channel that goes on with a run.
    Resume,
}

impl StageKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Plan, Self::Checkpoint, Self::Kept, Self::Resume];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(match self {
            Self::Plan => 0x0281,
            Self::Checkpoint => 0x0282,
            Self::Kept => 0x0283,
            Self::Resume => 0x0284,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "Plan",
            Self::Checkpoint => "Checkpoint",
            Self::Kept => "Kept",
            Self::Resume => "Resume",
        }
    }
}

/// What a side holds at a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckpointClaim {
    /// Number of the checkpoint.
    pub number: u32,
    /// What was counted up to it.
    pub counts: Counts,
    /// Digest of everything sent up to it.
    pub sent: TranscriptDigest,
    /// Digest of everything received up to it.
    pub received: TranscriptDigest,
}

/// How a side wants to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumeClaim {
    /// The how many-th resumption it is, by its own count.
    pub number: u32,
    /// Number of its last checkpoint.
    pub checkpoint: u32,
    /// Digest of both headers.
    pub agreement: [u8; 32],
    /// Commitment to its new seed.
    pub seed: SeedCommitment,
    /// Commitment to its new salt.
    pub salt: [u8; 32],
}

/// A message between buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A checkpoint lies after every so many buckets; 0 for none.
    Plan(u32),
    /// What the side holds.
    Checkpoint(CheckpointClaim),
    /// This checkpoint survives a crash of the side.
    Kept(u32),
    /// How the side wants to go on.
    Resume(ResumeClaim),
}

impl Spoken for Stage {
    type Kind = StageKind;

    fn kind(&self) -> StageKind {
        match self {
            Self::Plan(_) => StageKind::Plan,
            Self::Checkpoint(_) => StageKind::Checkpoint,
            Self::Kept(_) => StageKind::Kept,
            Self::Resume(_) => StageKind::Resume,
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Plan(number) | Self::Kept(number) => out.extend_from_slice(&number.to_be_bytes()),
            Self::Checkpoint(c) => {
                out.extend_from_slice(&c.number.to_be_bytes());
                for count in [c.counts.buckets, c.counts.values, c.counts.tags] {
                    out.extend_from_slice(&count.to_be_bytes());
                }
                out.extend_from_slice(&c.sent.0);
                out.extend_from_slice(&c.received.0);
            }
            Self::Resume(r) => {
                out.extend_from_slice(&r.number.to_be_bytes());
                out.extend_from_slice(&r.checkpoint.to_be_bytes());
                [&r.agreement, &r.seed.0, &r.salt].into_iter().for_each(|field| out.extend_from_slice(field));
            }
        }
        out
    }

    fn decode(kind: StageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let mut fields = Fields::new(kind.name(), payload);
        let message = match kind {
            StageKind::Plan => Self::Plan(fields.u32()?),
            StageKind::Kept => Self::Kept(fields.u32()?),
            StageKind::Checkpoint => Self::Checkpoint(CheckpointClaim {
                number: fields.u32()?,
                counts: Counts { buckets: fields.u64()?, values: fields.u64()?, tags: fields.u64()? },
                sent: TranscriptDigest(fields.array()?),
                received: TranscriptDigest(fields.array()?),
            }),
            StageKind::Resume => Self::Resume(ResumeClaim {
                number: fields.u32()?,
                checkpoint: fields.u32()?,
                agreement: fields.array()?,
                seed: SeedCommitment(fields.array()?),
                salt: fields.array()?,
            }),
        };
        fields.end()?;
        Ok(message)
    }

    fn frame_kind(kind: StageKind) -> FrameKind {
        kind.frame_kind()
    }

    fn of_frame(kind: FrameKind) -> Option<StageKind> {
        StageKind::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }

    fn name(kind: StageKind) -> &'static str {
        kind.name()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rr22::MessageKind;

    fn message() -> impl Strategy<Value = Stage> {
        let digests = any::<([u8; 32], [u8; 32])>();
        prop_oneof![
            any::<u32>().prop_map(Stage::Plan),
            any::<u32>().prop_map(Stage::Kept),
            (any::<(u32, [u64; 3])>(), digests).prop_map(|((number, [buckets, values, tags]), (sent, received))| {
                let (sent, received) = (TranscriptDigest(sent), TranscriptDigest(received));
                Stage::Checkpoint(CheckpointClaim { number, counts: Counts { buckets, values, tags }, sent, received })
            }),
            (any::<(u32, u32, [u8; 32])>(), digests).prop_map(|((number, checkpoint, agreement), (seed, salt))| {
                let seed = SeedCommitment(seed);
                Stage::Resume(ResumeClaim { number, checkpoint, agreement, seed, salt })
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_message_reads_back(message in message()) {
            let bytes = Bytes::from(message.encode());
            prop_assert_eq!(Stage::decode(message.kind(), &bytes).unwrap(), message);
        }

        #[test]
        fn bytes_of_any_kind_are_read_or_refused_and_what_is_read_is_canonical(
            kind in prop::sample::select(StageKind::ALL.to_vec()),
            bytes in prop::collection::vec(any::<u8>(), 0..120),
        ) {
            let bytes = Bytes::from(bytes);
            if let Ok(message) = Stage::decode(kind, &bytes) {
                prop_assert_eq!(message.encode(), &bytes[..]);
            }
        }
    }

    #[test]
    fn kinds_have_distinct_numbers_that_no_other_message_has() {
        for kind in StageKind::ALL {
            assert_eq!(Stage::of_frame(kind.frame_kind()), Some(kind));
            assert_eq!(MessageKind::from_frame(kind.frame_kind()), None);
        }
    }
}
