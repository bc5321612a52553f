use std::sync::Arc;

use ledger_types::id::OrgId;
use parking_lot::Mutex;

use crate::config::PeerAddr;
use crate::error::LinkError;
use crate::link::Link;
use crate::meter::{Meter, Traffic};

/// What happened between this mesh and its peers.
#[derive(Debug, Clone)]
pub enum PeerEvent {
    /// A connection to the organisation is up.
    Up(OrgId),
    /// The connection to the organisation ended.
    Down(OrgId),
    /// Somebody tried to connect and was not accepted.
    Refused {
        /// Where the attempt came from.
        address: String,
        /// Why it was not accepted.
        error: LinkError,
    },
}

/// How things stand with one peer.
#[derive(Debug, Clone)]
pub struct PeerStatus {
    /// The organisation.
    pub org: OrgId,
    /// The address we know of it.
    pub address: String,
    /// Whether a connection is up.
    pub connected: bool,
    /// Round-trip time of the last ping in milliseconds.
    pub rtt_ms: Option<f64>,
    /// How many connections there have been since the start.
    pub connections: u64,
    /// Why the last connection failed or ended; cleared when one comes up.
    pub last_error: Option<LinkError>,
    /// Traffic since the start, by class.
    pub traffic: Vec<Traffic>,
}

impl PeerStatus {
    /// Bytes sent since the start, before TLS.
    pub fn bytes_out(&self) -> u64 {
        self.traffic.iter().map(|t| t.bytes_out).sum()
    }

    /// Bytes received since the start, after TLS.
    pub fn bytes_in(&self) -> u64 {
        self.traffic.iter().map(|t| t.bytes_in).sum()
    }
}

#[derive(Default)]
pub(crate) struct PeerState {
    pub link: Option<Arc<Link>>,
    pub last_error: Option<LinkError>,
    pub connections: u64,
}

pub(crate) struct Peer {
    pub addr: PeerAddr,
    pub meter: Arc<Meter>,
    pub state: Mutex<PeerState>,
}

impl Peer {
    pub(crate) fn new(addr: PeerAddr) -> Self {
        Self { addr, meter: Arc::default(), state: Mutex::default() }
    }

    pub(crate) fn link(&self) -> Option<Arc<Link>> {
        self.state.lock().link.clone()
    }

    pub(crate) fn status(&self) -> PeerStatus {
        let state = self.state.lock();
        PeerStatus {
            org: self.addr.org.clone(),
            address: self.addr.address.clone(),
            connected: state.link.is_some(),
            rtt_ms: state.link.as_ref().and_then(|l| l.rtt_ms()),
            connections: state.connections,
            last_error: state.last_error.clone(),
            traffic: self.meter.read(),
        }
    }
}
