//! The kinds of traffic, their order and their bounds. Part of version 1 of the wire protocol: both sides
//! use the same numbers.
//!
//! | service | one message | queue to one peer | when full | at the receiver |
//! |---|---|---|---|---|
//! | vote | 64 KiB | 1 MiB | oldest dropped | oldest of that peer dropped |
//! | proposal | 1 MiB | 16 MiB | sender waits | window of 2 messages |
//! | task | 1 MiB | 8 MiB | sender waits | window |
//! | sync | 16 MiB | 32 MiB | sender waits | window |
//! | gossip | 1 MiB | 8 MiB | oldest dropped | oldest of that peer dropped |
//!
//! Dropped votes and gossip are repeated by the layers above; consensus recovers a lost vote by its
//! rebroadcast timer, a lost transaction is offered again by its submitter's node.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest payload of one frame; longer messages are cut, so that votes can pass between the pieces.
pub const CHUNK_BYTES: usize = 32 * 1024;

/// Counted against the window for each message beside its bytes, so that tiny messages are not free.
pub(crate) const MESSAGE_OVERHEAD_BYTES: usize = 64;

/// What a peer may send on one stream before the reader has read.
pub const STREAM_WINDOW_BYTES: usize = 2 * 1024 * 1024;

/// Open streams per connection and opening side.
pub const STREAMS_MAX: usize = 64;

/// Longest header of a stream.
pub const STREAM_HEADER_BYTES_MAX: usize = 16 * 1024;

/// A kind of one-way message. Lower number, higher priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Service {
    /// Votes and certificates of consensus.
    Vote = 0,
    /// Proposals and their parts.
    Proposal = 1,
    /// Short messages between party rooms.
    Task = 2,
    /// Catching up: decided blocks.
    Sync = 3,
    /// Transactions on their way to a proposer.
    Gossip = 4,
}

impl Service {
    /// All services in the order of their priority.
    pub const ALL: [Self; 5] = [Self::Vote, Self::Proposal, Self::Task, Self::Sync, Self::Gossip];

    pub(crate) fn from_number(n: u8) -> Option<Self> {
        Self::ALL.get(usize::from(n)).copied()
    }

    /// Longest message.
    pub fn message_bytes_max(self) -> usize {
        match self {
            Self::Vote => 64 * 1024,
            Self::Proposal | Self::Task | Self::Gossip => 1024 * 1024,
            Self::Sync => 16 * 1024 * 1024,
        }
    }

    /// Most bytes waiting for one peer.
    pub fn queue_bytes_max(self) -> usize {
        match self {
            Self::Vote => 1024 * 1024,
            Self::Task | Self::Gossip => 8 * 1024 * 1024,
            Self::Proposal => 16 * 1024 * 1024,
            Self::Sync => 32 * 1024 * 1024,
        }
    }

    /// True when the oldest message gives way instead of the sender waiting.
    pub fn drops_oldest(self) -> bool {
        matches!(self, Self::Vote | Self::Gossip)
    }

    /// What a peer may send before the receiver has taken messages; `None` where messages are dropped.
    /// More than twice the longest message, so that the window can never starve a message half sent.
    pub fn window_bytes(self) -> Option<usize> {
        (!self.drops_oldest()).then(|| 2 * self.message_bytes_max() + 1024 * 1024)
    }

    /// The name in logs and metering.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vote => "vote",
            Self::Proposal => "proposal",
            Self::Task => "task",
            Self::Sync => "sync",
            Self::Gossip => "gossip",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of byte stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum StreamService {
    /// Protocol channels of tasks; at the priority of tasks.
    Task = 0,
    /// Delivery of results and other bulk data; at the priority of sync.
    Delivery = 1,
}

impl StreamService {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Task, Self::Delivery];

    pub(crate) fn from_number(n: u8) -> Option<Self> {
        Self::ALL.get(usize::from(n)).copied()
    }

    /// The name in logs and metering.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task_stream",
            Self::Delivery => "delivery_stream",
        }
    }
}

impl fmt::Display for StreamService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_order_of_priority_and_round_trip() {
        for (i, s) in Service::ALL.into_iter().enumerate() {
            assert_eq!(s as usize, i);
            assert_eq!(Service::from_number(s as u8), Some(s));
        }
        assert_eq!(Service::from_number(5), None);
        for s in StreamService::ALL {
            assert_eq!(StreamService::from_number(s as u8), Some(s));
        }
        assert_eq!(StreamService::from_number(2), None);
    }

    #[test]
    fn a_window_holds_more_than_two_messages_and_a_queue_at_least_one() {
        for s in Service::ALL {
            assert!(s.queue_bytes_max() >= s.message_bytes_max());
            assert!(s.window_bytes().is_none_or(|w| w > 2 * (s.message_bytes_max() + MESSAGE_OVERHEAD_BYTES)));
        }
    }
}
