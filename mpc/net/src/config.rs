//! Settings of a channel.

use std::time::Duration;

use crate::transcript::TranscriptVersion;

/// Limits and timeouts of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelConfig {
    /// Longest payload accepted or sent. A peer that announces more is refused before anything is allocated.
    pub frame_bytes_max: u32,
    /// Most bytes accepted from the peer over the life of the channel, frame headers included.
    pub received_bytes_max: u64,
    /// The peer is stalled when, while a frame is awaited, no byte arrives for so long.
    pub read_stall: Duration,
    /// The peer is stalled when it accepts no byte for so long.
    pub write_stall: Duration,
    /// How the digests of both directions are made.
    pub transcript: TranscriptVersion,
}

impl Default for ChannelConfig {
    /// 4 MiB frames, 1 TiB in all, two minutes without a byte.
    fn default() -> Self {
        Self {
            frame_bytes_max: 4 << 20,
            received_bytes_max: 1 << 40,
            read_stall: Duration::from_secs(120),
            write_stall: Duration::from_secs(120),
            transcript: TranscriptVersion::default(),
        }
    }
}
