//! Messages and their bytes, the same in every protocol. All integers are big endian.

use bytes::Bytes;
use mpc_net::FrameKind;

use super::super::error::PsiError;
use super::super::message::Spoken;
use super::super::wire::Fields;

/// Kinds of messages about claims; the number is the kind of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimKind {
    /// Receiver to sender: a run of claims.
    Claims,
    /// Receiver to sender: how many there were.
    ClaimsEnd,
    /// Sender to receiver: how many it accepted.
    ClaimsTaken,
}

impl ClaimKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Claims, Self::ClaimsEnd, Self::ClaimsTaken];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(match self {
            Self::Claims => 0x0181,
            Self::ClaimsEnd => 0x0182,
            Self::ClaimsTaken => 0x0183,
        })
    }

    /// The kind of a frame, when it is one of these.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.frame_kind() == kind)
    }
}

/// A run of claims: `offset u64 ‖ (place u32 ‖ proof 16 ‖ sealed columns)…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimChunk {
    /// Number of the first.
    pub(crate) offset: u64,
    /// Claims without a gap; their length follows from the agreement.
    pub(crate) claims: Bytes,
}

/// Bytes of a chunk before its claims.
pub(crate) const CHUNK_BYTES: usize = 8;

/// Any message about claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimMessage {
    Claims(ClaimChunk),
    ClaimsEnd(u64),
    ClaimsTaken(u64),
}

impl Spoken for ClaimMessage {
    type Kind = ClaimKind;

    fn kind(&self) -> ClaimKind {
        match self {
            Self::Claims(_) => ClaimKind::Claims,
            Self::ClaimsEnd(_) => ClaimKind::ClaimsEnd,
            Self::ClaimsTaken(_) => ClaimKind::ClaimsTaken,
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Claims(chunk) => {
                let mut out = Vec::with_capacity(CHUNK_BYTES + chunk.claims.len());
                out.extend_from_slice(&chunk.offset.to_be_bytes());
                out.extend_from_slice(&chunk.claims);
                out
            }
            Self::ClaimsEnd(count) | Self::ClaimsTaken(count) => count.to_be_bytes().to_vec(),
        }
    }

    fn decode(kind: ClaimKind, payload: &Bytes) -> Result<Self, PsiError> {
        let mut fields = Fields::new(Self::name(kind), payload);
        let number = fields.u64()?;
        if kind == ClaimKind::Claims {
            return Ok(Self::Claims(ClaimChunk { offset: number, claims: payload.slice(CHUNK_BYTES..) }));
        }
        fields.end()?;
        Ok(if kind == ClaimKind::ClaimsEnd { Self::ClaimsEnd(number) } else { Self::ClaimsTaken(number) })
    }

    fn frame_kind(kind: ClaimKind) -> FrameKind {
        kind.frame_kind()
    }

    fn of_frame(kind: FrameKind) -> Option<ClaimKind> {
        ClaimKind::from_frame(kind)
    }

    fn name(kind: ClaimKind) -> &'static str {
        match kind {
            ClaimKind::Claims => "Claims",
            ClaimKind::ClaimsEnd => "ClaimsEnd",
            ClaimKind::ClaimsTaken => "ClaimsTaken",
        }
    }
}
