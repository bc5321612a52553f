//! Channels within one process, for tests and for running both sides of a protocol side by side.

use tokio::io::DuplexStream;

use crate::channel::Channel;
use crate::config::ChannelConfig;

/// Two connected byte streams; a writer waits when `buffer_bytes` are unread.
pub fn streams(buffer_bytes: usize) -> (DuplexStream, DuplexStream) {
    tokio::io::duplex(buffer_bytes)
}

/// Two connected channels.
pub fn channels(config: ChannelConfig) -> (Channel, Channel) {
    let (a, b) = streams(256 << 10);
    (Channel::new(a, config), Channel::new(b, config))
}
