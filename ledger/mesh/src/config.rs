use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ledger_crypto::{PublicKey, SigningKey, SuiteId};
use ledger_types::id::{ChainId, OrgId};

/// A partner: who it is, the key that proves it, and where it listens.
#[derive(Debug, Clone)]
pub struct PeerAddr {
    /// The organisation.
    pub org: OrgId,
    /// Its organisation key as registered on the ledger.
    pub public_key: PublicKey,
    /// `host:port` of its partner-facing port. Only the side with the higher organisation id dials.
    pub address: String,
}

/// Intervals and limits in time. The defaults suit organisations on one continent.
#[derive(Debug, Clone)]
pub struct MeshTiming {
    /// How often a ping is sent.
    pub ping_interval: Duration,
    /// A peer from which nothing arrived for this long is given up.
    pub silence_max: Duration,
    /// Longest TCP and TLS handshake together with the greeting.
    pub handshake_max: Duration,
    /// First pause before dialling again; doubles up to `redial_max`.
    pub redial_min: Duration,
    /// Longest pause before dialling again.
    pub redial_max: Duration,
}

impl Default for MeshTiming {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(2),
            silence_max: Duration::from_secs(10),
            handshake_max: Duration::from_secs(5),
            redial_min: Duration::from_millis(100),
            redial_max: Duration::from_secs(2),
        }
    }
}

/// What a mesh needs to start.
#[derive(Clone)]
pub struct MeshConfig {
    /// The chain whose members talk here; certificates are signed for it.
    pub chain: ChainId,
    /// The chain's crypto suite.
    pub suite: SuiteId,
    /// This organisation.
    pub org: OrgId,
    /// This organisation's key; signs the TLS certificate's public key once at start.
    pub key: Arc<SigningKey>,
    /// Where to listen; port 0 picks a free one ([`Mesh::local_addr`](crate::Mesh::local_addr)).
    pub listen: SocketAddr,
    /// All members that may connect. This organisation itself may be listed; it is skipped.
    pub peers: Vec<PeerAddr>,
    /// Records every outgoing frame before encryption ([`tap`](crate::tap)). For capture tests: the file
    /// holds everything this organisation tells its peers.
    pub frame_tap: Option<PathBuf>,
    /// Kernel send buffer of each connection; `None` leaves it to the kernel. A small one makes votes
    /// overtake bulk data on slow links, at the price of bulk throughput on long ones.
    pub send_buffer_bytes: Option<u32>,
    /// Intervals and limits in time.
    pub timing: MeshTiming,
}

impl MeshConfig {
    /// A configuration with default timing, no tap and the kernel's buffers.
    pub fn new(
        chain: ChainId,
        suite: SuiteId,
        org: OrgId,
        key: Arc<SigningKey>,
        listen: SocketAddr,
        peers: Vec<PeerAddr>,
    ) -> Self {
        let (frame_tap, send_buffer_bytes, timing) = (None, None, MeshTiming::default());
        Self { chain, suite, org, key, listen, peers, frame_tap, send_buffer_bytes, timing }
    }
}
