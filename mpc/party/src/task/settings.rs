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
    /// A protocol in which no byte arrives for so long is cut off.
    pub stall_max: Duration,
    /// Where neither side makes progress and no byte moves for so long, the task says who waits for what.
    pub stall_warn: Duration,
    /// How long a run that was cut off is kept, to go on; zero: it fails at once.
    pub resume_within: Duration,
    /// How long the opener waits before it first calls again; every further time it waits twice as long, up to half a minute.
    pub resume_pause: Duration,
    /// How often one run may be resumed.
    pub resumptions_max: u32,
    /// Items of a bucket of an intersection; equal on all nodes.
    pub bucket_items: u32,
    /// Buckets from one checkpoint to the next; equal on all nodes.
    pub checkpoint_buckets: u32,
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
            stall_warn: Duration::from_secs(15),
            resume_within: Duration::from_secs(15 * 60),
            resume_pause: Duration::from_secs(1),
            resumptions_max: 8,
            bucket_items: mpc_psi::run::BUCKET_ITEMS,
            checkpoint_buckets: mpc_psi::run::CHECKPOINT_BUCKETS,
            reach_max: Duration::from_secs(120),
            catch_up_max: Duration::from_secs(15),
            link_test_every: Duration::from_secs(10),
            payload_bytes_max: 64 << 10,
        }
    }
}
