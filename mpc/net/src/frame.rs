//! Frames.

use bytes::Bytes;

/// Length of a frame's header: kind and length.
pub const FRAME_HEADER_BYTES: usize = 6;

/// The kind of a frame; each protocol has its own table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKind(pub u16);

impl std::fmt::Display for FrameKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

/// One frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its kind.
    pub kind: FrameKind,
    /// Its payload.
    pub payload: Bytes,
}

impl std::fmt::Debug for Frame {
    // Payloads are protocol messages: not secret, but nothing that belongs in a log either.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({}, {} bytes)", self.kind, self.payload.len())
    }
}

pub(crate) fn header(kind: FrameKind, len: u32) -> [u8; FRAME_HEADER_BYTES] {
    let [k0, k1] = kind.0.to_be_bytes();
    let [l0, l1, l2, l3] = len.to_be_bytes();
    [k0, k1, l0, l1, l2, l3]
}

pub(crate) fn parse_header(bytes: &[u8; FRAME_HEADER_BYTES]) -> (FrameKind, u32) {
    let [k0, k1, l0, l1, l2, l3] = *bytes;
    (FrameKind(u16::from_be_bytes([k0, k1])), u32::from_be_bytes([l0, l1, l2, l3]))
}
