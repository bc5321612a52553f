//! What the messages of all protocols have in common.

use bytes::Bytes;
use mpc_net::FrameKind;

use super::error::PsiError;

/// Kind of the first message of every protocol, so that sides that speak different ones understand why they part.
pub(crate) const HEADER: FrameKind = FrameKind(0x0101);
/// Kind of the message that ends a run early, in every protocol.
pub(crate) const ABORT: FrameKind = FrameKind(0x01ff);

/// Longest error code that is read from a peer.
const ABORT_CODE_MAX: usize = 64;

/// The messages of one protocol.
pub(crate) trait Spoken: Sized {
    /// What kinds there are.
    type Kind: Copy + PartialEq + Send + Sync + 'static;

    /// The kind of a message.
    fn kind(&self) -> Self::Kind;

    /// Its payload bytes.
    fn encode(&self) -> Vec<u8>;

    /// Reads the payload of a message of the given kind.
    fn decode(kind: Self::Kind, payload: &Bytes) -> Result<Self, PsiError>;

    /// The frames of a kind.
    fn frame_kind(kind: Self::Kind) -> FrameKind;

    /// The kind of a frame, when it is one of this protocol.
    fn of_frame(kind: FrameKind) -> Option<Self::Kind>;

    /// What people call a kind.
    fn name(kind: Self::Kind) -> &'static str;
}

/// Bytes of the code of an error, for an abort message.
pub(crate) fn encode_abort(code: &str) -> Vec<u8> {
    code.bytes().take(ABORT_CODE_MAX).collect()
}

/// The code in an abort message.
pub(crate) fn decode_abort(payload: &[u8]) -> Result<String, PsiError> {
    let known = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    if payload.len() > ABORT_CODE_MAX || !payload.iter().all(known) {
        return Err(PsiError::Malformed { message: "abort" });
    }
    Ok(payload.iter().map(|byte| char::from(*byte)).collect())
}
