//! What can go wrong on a channel.

use std::time::Duration;

use crate::frame::FrameKind;

/// A channel failed. After any of these the channel is of no further use.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The peer closed the stream between two frames.
    #[error("the peer closed the channel")]
    Closed,
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame: {have} bytes of {need}")]
    Truncated {
        /// Bytes of the frame that arrived, its header included.
        have: usize,
        /// Bytes that were announced; 6 while the header itself is incomplete.
        need: usize,
    },
    /// The peer announced a frame beyond the limit.
    #[error("the peer announced a frame of {bytes} bytes (kind {kind}); the limit is {max}")]
    FrameTooLarge {
        /// Kind of the frame.
        kind: FrameKind,
        /// Announced length.
        bytes: u32,
        /// The limit.
        max: u32,
    },
    /// This end was asked to send a frame beyond the limit.
    #[error("refusing to send a frame of {bytes} bytes (kind {kind}); the limit is {max}")]
    SendTooLarge {
        /// Kind of the frame.
        kind: FrameKind,
        /// Its length.
        bytes: usize,
        /// The limit.
        max: u32,
    },
    /// The peer sent more than the channel accepts in all.
    #[error("the peer sent more than {max} bytes on this channel")]
    TooMuchReceived {
        /// The limit.
        max: u64,
    },
    /// No byte arrived for too long.
    #[error("nothing arrived from the peer for {} s", .after.as_secs_f64())]
    ReadStalled {
        /// How long was waited.
        after: Duration,
    },
    /// The peer accepted no byte for too long.
    #[error("the peer accepted nothing for {} s", .after.as_secs_f64())]
    WriteStalled {
        /// How long was waited.
        after: Duration,
    },
    /// The stream below failed while reading.
    #[error("reading from the peer failed: {0}")]
    Read(#[source] std::io::Error),
    /// The stream below failed while writing.
    #[error("writing to the peer failed: {0}")]
    Write(#[source] std::io::Error),
    /// The recorder could not keep a frame; evidence would be incomplete.
    #[error("recording a frame failed: {0}")]
    Recorder(#[source] std::io::Error),
}

impl ChannelError {
    /// A stable code for logs and failure reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "channel_closed",
            Self::Truncated { .. } => "channel_truncated",
            Self::FrameTooLarge { .. } => "frame_too_large",
            Self::SendTooLarge { .. } => "send_too_large",
            Self::TooMuchReceived { .. } => "too_much_received",
            Self::ReadStalled { .. } | Self::WriteStalled { .. } => "peer_stalled",
            Self::Read(_) | Self::Write(_) => "peer_lost",
            Self::Recorder(_) => "recorder_failed",
        }
    }
}
