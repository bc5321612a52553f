use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use ledger_types::id::OrgId;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{broadcast, mpsc};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::config::MeshConfig;
use crate::error::{LinkError, MeshError};
use crate::inbox::{Inbox, InboxCore};
use crate::link::Link;
use crate::outbox::PushError;
use crate::peer::{Peer, PeerEvent, PeerStatus};
use crate::service::{STREAM_HEADER_BYTES_MAX, Service, StreamService};
use crate::stream::{IncomingStream, MeshStream};
use crate::tap::FrameTap;
use crate::tls::Listed;
use crate::{connect, identity, tls};

/// Streams that wait to be accepted by the listener; more are refused.
const INCOMING_STREAMS_MAX: usize = 64;

pub(crate) struct Shared {
    pub config: MeshConfig,
    pub listed: Arc<Listed>,
    pub peers: BTreeMap<OrgId, Arc<Peer>>,
    pub inboxes: [Arc<InboxCore>; 5],
    pub tap: Option<FrameTap>,
    pub events: broadcast::Sender<PeerEvent>,
    pub cancel: CancellationToken,
    pub tasks: TaskTracker,
    listeners: Mutex<[Option<mpsc::Sender<IncomingStream>>; 2]>,
    generation: AtomicU64,
    local_addr: SocketAddr,
}

impl Shared {
    pub(crate) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Relaxed) + 1
    }

    /// Makes `link` the connection to the peer; an older one ends.
    pub(crate) fn attach(&self, peer: &Peer, link: &Arc<Link>) {
        let mut state = peer.state.lock();
        if let Some(older) = state.link.replace(link.clone()) {
            older.close(LinkError::Replaced);
            let _ = self.events.send(PeerEvent::Down(peer.addr.org.clone()));
        }
        state.connections += 1;
        state.last_error = None;
        let _ = self.events.send(PeerEvent::Up(peer.addr.org.clone()));
    }

    pub(crate) fn detach(&self, peer: &Peer, link: &Link, reason: LinkError) {
        let mut state = peer.state.lock();
        if state.link.as_ref().is_some_and(|l| l.generation == link.generation) {
            state.link = None;
            state.last_error = Some(reason);
            let _ = self.events.send(PeerEvent::Down(peer.addr.org.clone()));
        }
    }

    /// Gives a stream to whoever listens; false when nobody does or too many wait.
    pub(crate) fn offer(&self, incoming: IncomingStream) -> bool {
        let listener = self.listeners.lock()[incoming.stream.service() as usize].clone();
        let refused = match listener {
            None => incoming,
            Some(listener) => match listener.try_send(incoming) {
                Ok(()) => return true,
                Err(TrySendError::Full(back) | TrySendError::Closed(back)) => back,
            },
        };
        refused.stream.disown();
        false
    }
}

/// The mesh of one organisation. Cheap to clone; it ends with [`shutdown`](Self::shutdown) or when the last
/// clone is dropped.
#[derive(Clone)]
pub struct Mesh {
    shared: Arc<Shared>,
    _ends_with_last_clone: Arc<DropGuard>,
}

impl std::fmt::Debug for Mesh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mesh({} on {})", self.shared.config.org, self.shared.local_addr)
    }
}

impl Mesh {
    /// Opens the partner-facing port and starts connecting. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// When the port or the frame record cannot be opened, a peer is listed twice, or TLS cannot be set up.
    pub async fn start(config: MeshConfig) -> Result<Self, MeshError> {
        let mut peers = BTreeMap::new();
        let mut keys = BTreeMap::new();
        for addr in config.peers.iter().filter(|p| p.org != config.org) {
            keys.insert(addr.org.clone(), addr.public_key);
            if peers.insert(addr.org.clone(), Arc::new(Peer::new(addr.clone()))).is_some() {
                return Err(MeshError::DuplicatePeer(addr.org.clone()));
            }
        }
        let listed = Arc::new(Listed { chain: config.chain.clone(), suite: config.suite, keys });
        let local = identity::make(&config.chain, &config.org, &config.key)?;
        let acceptor = TlsAcceptor::from(tls::server(&local, listed.clone())?);
        let mut dials = Vec::new();
        for peer in peers.values().filter(|p| p.addr.org < config.org) {
            let client = tls::client(&local, listed.clone(), peer.addr.org.clone())?;
            dials.push((peer.clone(), TlsConnector::from(client)));
        }
        let tap = config.frame_tap.as_deref().map(FrameTap::open).transpose()?;
        let wrong = |e: std::io::Error| MeshError::Listen { address: config.listen.to_string(), detail: e.to_string() };
        let listener = TcpListener::bind(config.listen).await.map_err(wrong)?;
        let local_addr = listener.local_addr().map_err(wrong)?;
        let shared = Arc::new(Shared {
            config,
            listed,
            peers,
            inboxes: Service::ALL.map(|s| Arc::new(InboxCore::new(s))),
            tap,
            events: broadcast::channel(256).0,
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            listeners: Mutex::new([None, None]),
            generation: AtomicU64::new(0),
            local_addr,
        });
        shared.tasks.spawn(connect::accept(shared.clone(), listener, acceptor));
        for (peer, connector) in dials {
            shared.tasks.spawn(connect::dial(shared.clone(), peer, connector));
        }
        let guard = Arc::new(shared.cancel.clone().drop_guard());
        Ok(Self { shared, _ends_with_last_clone: guard })
    }

    /// Where the partner-facing port listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.shared.local_addr
    }

    /// This organisation.
    pub fn org(&self) -> &OrgId {
        &self.shared.config.org
    }

    /// How things stand with each peer, by organisation id.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.shared.peers.values().map(|p| p.status()).collect()
    }

    /// The organisations connected now.
    pub fn connected(&self) -> Vec<OrgId> {
        let up = self.shared.peers.values().filter(|p| p.state.lock().link.is_some());
        up.map(|p| p.addr.org.clone()).collect()
    }

    /// Whether the organisation is connected now.
    pub fn is_connected(&self, org: &OrgId) -> bool {
        self.shared.peers.get(org).is_some_and(|p| p.state.lock().link.is_some())
    }

    /// Comings, goings and refusals from now on. A receiver that lags loses the oldest; look at
    /// [`connected`](Self::connected) again then.
    pub fn events(&self) -> broadcast::Receiver<PeerEvent> {
        self.shared.events.subscribe()
    }

    /// The receiving end of a service; one at a time.
    ///
    /// # Errors
    /// [`MeshError::ServiceTaken`] while another receiver is alive.
    pub fn service(&self, service: Service) -> Result<Inbox, MeshError> {
        self.shared.inboxes[service as usize].take().ok_or(MeshError::ServiceTaken(service))
    }

    fn link(&self, org: &OrgId) -> Result<Arc<Link>, MeshError> {
        let peer = self.shared.peers.get(org).ok_or_else(|| MeshError::UnknownPeer(org.clone()))?;
        peer.link().ok_or_else(|| MeshError::NotConnected(org.clone()))
    }

    /// Queues a message. Votes and gossip never wait: the oldest gives way. The other services wait until
    /// there is room. Queued is not delivered: a message is lost when the connection ends.
    ///
    /// # Errors
    /// When the peer is unknown or not connected, or the message too large.
    pub async fn send(&self, org: &OrgId, service: Service, bytes: Bytes) -> Result<(), MeshError> {
        check_size(service, &bytes)?;
        loop {
            let link = self.link(org)?;
            let room = link.outbox.room();
            tokio::pin!(room);
            room.as_mut().enable();
            match push(&link, service, bytes.clone()) {
                Err(MeshError::QueueFull { .. }) => room.await,
                done => return done,
            }
        }
    }

    /// As [`send`](Self::send), without waiting.
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`MeshError::QueueFull`].
    pub fn try_send(&self, org: &OrgId, service: Service, bytes: Bytes) -> Result<(), MeshError> {
        check_size(service, &bytes)?;
        let link = self.link(org)?;
        push(&link, service, bytes)
    }

    /// Queues a message for every connected peer without waiting; one slow peer does not hold up the others,
    /// it misses the message when its queue is full (counted in its [`Traffic`](crate::Traffic)).
    /// Returns for how many peers the message was queued.
    ///
    /// # Errors
    /// When the message is too large.
    pub fn broadcast(&self, service: Service, bytes: Bytes) -> Result<usize, MeshError> {
        check_size(service, &bytes)?;
        let mut queued = 0;
        for peer in self.shared.peers.values() {
            let Some(link) = peer.link() else { continue };
            match push(&link, service, bytes.clone()) {
                Ok(()) => queued += 1,
                Err(MeshError::QueueFull { .. }) => link.meter.dropped(service.into(), 1),
                Err(_) => {}
            }
        }
        Ok(queued)
    }

    /// Opens a stream to a peer; `header` tells its listener what it is for. Data may be written at once.
    /// When nobody listens there, reads and writes fail with [`StreamError::Refused`](crate::StreamError).
    ///
    /// # Errors
    /// When the peer is unknown or not connected, the header too long, or too many streams are open.
    pub fn open_stream(&self, org: &OrgId, service: StreamService, header: Bytes) -> Result<MeshStream, MeshError> {
        if header.len() > STREAM_HEADER_BYTES_MAX {
            return Err(MeshError::HeaderTooLarge { bytes: header.len(), bytes_max: STREAM_HEADER_BYTES_MAX });
        }
        self.link(org)?.open_stream(service, header)
    }

    /// The streams that peers open; one listener at a time. Dropping the receiver ends listening.
    ///
    /// # Errors
    /// [`MeshError::StreamServiceTaken`] while another listener is alive.
    pub fn listen_streams(&self, service: StreamService) -> Result<mpsc::Receiver<IncomingStream>, MeshError> {
        let mut listeners = self.shared.listeners.lock();
        let slot = &mut listeners[service as usize];
        if slot.as_ref().is_some_and(|l| !l.is_closed()) {
            return Err(MeshError::StreamServiceTaken(service));
        }
        let (sender, receiver) = mpsc::channel(INCOMING_STREAMS_MAX);
        *slot = Some(sender);
        Ok(receiver)
    }

    /// Says goodbye to all peers, ends all connections and frees the port. Receivers end; streams break.
    pub async fn shutdown(&self) {
        self.shared.cancel.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        self.shared.inboxes.iter().for_each(|i| i.close());
        *self.shared.listeners.lock() = [None, None];
    }
}

fn check_size(service: Service, bytes: &Bytes) -> Result<(), MeshError> {
    let bytes_max = service.message_bytes_max();
    if bytes.len() > bytes_max {
        return Err(MeshError::MessageTooLarge { service, bytes: bytes.len(), bytes_max });
    }
    Ok(())
}

fn push(link: &Link, service: Service, bytes: Bytes) -> Result<(), MeshError> {
    match link.outbox.push_message(service, bytes) {
        Ok(dropped) => {
            link.meter.dropped(service.into(), dropped);
            Ok(())
        }
        Err(PushError::Full) => Err(MeshError::QueueFull { org: link.org.clone(), service }),
        Err(PushError::Closed) => Err(MeshError::NotConnected(link.org.clone())),
    }
}
