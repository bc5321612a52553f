//! Limits and times of runs.

use std::time::Duration;

/// Settings of one node for its runs.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Threads that one run computes with.
    pub threads: usize,
    /// Runs that this node starts at the same time; more wait.
    pub starts_max: usize,
    /// Runs that this node takes part in at the same time on a peer's call; more are refused as busy.
    pub accepts_max: usize,
    /// How often this node tells its peer how far it is.
    pub heartbeat: Duration,
    /// A peer that says nothing for so long is given up. Several heartbeats.
    pub silence_max: Duration,
    /// A protocol in which no byte arrives for so long is given up.
    pub stall_max: Duration,
    /// How long the node tries to reach its peer before it reports the run as failed.
    pub reach_max: Duration,
    /// How long a peer's call waits for this node's replica to reach the height that the peer speaks of.
    pub catch_up_max: Duration,
    /// How often a link may be tested, by this node and by each peer.
    pub link_test_every: Duration,
    /// Widest payload of one key, in bytes.
    pub payload_bytes_max: u32,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            starts_max: 2,
            accepts_max: 8,
            heartbeat: Duration::from_secs(1),
            silence_max: Duration::from_secs(20),
            stall_max: Duration::from_secs(120),
            reach_max: Duration::from_secs(120),
            catch_up_max: Duration::from_secs(15),
            link_test_every: Duration::from_secs(10),
            payload_bytes_max: 64 << 10,
        }
    }
}
