//! Malachite's network, on our mesh. An actor takes what consensus wants to send; tasks turn what peers send
//! into events. The state they share is the [`Bridge`]. Nothing here may fail the actor: a message that
//! cannot be sent or read is logged and lost, as on any network.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_trait::async_trait;
use bytes::Bytes;
use ledger_mesh::{Mesh, Service};
use ledger_types::id::{ChainId, OrgId};
use malachitebft_app_channel::app::consensus::{LivenessMsg, SignedConsensusMsg};
use malachitebft_app_channel::app::engine::network::{Multiaddr, NetworkEvent, NetworkMsg, Status, Subscriber};
use malachitebft_app_channel::app::streaming::{StreamContent, StreamId, StreamMessage};
use malachitebft_app_channel::app::types::core::VoteType;
use malachitebft_network::Channel;
use malachitebft_sync::{OutboundFailureReason, OutboundRequestId, PeerId, Request, Response, ValueResponse};
use parking_lot::Mutex;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::codec::decided_from_wire;
use super::context::{BodyReady, Height, Ledger};
use super::guard::{GuardError, Kind, VoteGuard};
use super::peers::Directory;
use super::signing::signed_bytes;
use super::wire::{self, DecidedWire, SyncMessage, VoteMessage};
use crate::engine::StatusCell;
use crate::pacing::Gate;

type Event = NetworkEvent<Ledger>;

#[derive(Default)]
struct Audience {
    subscribers: Vec<Box<dyn Subscriber<Event>>>,
    peers: BTreeSet<OrgId>,
    listening: bool,
}

pub(crate) struct Bridge {
    pub mesh: Mesh,
    pub chain: ChainId,
    pub directory: Directory,
    pub gate: Arc<Gate>,
    pub status: Arc<StatusCell>,
    guard: Mutex<VoteGuard>,
    audience: Mutex<Audience>,
    requests: Mutex<BTreeMap<u64, OrgId>>,
    next_request: AtomicU64,
    complaints: Mutex<BTreeMap<OrgId, u64>>,
}

impl Bridge {
    pub(crate) fn new(
        mesh: Mesh,
        chain: ChainId,
        directory: Directory,
        gate: Arc<Gate>,
        status: Arc<StatusCell>,
        guard: VoteGuard,
    ) -> Self {
        Self {
            mesh,
            chain,
            directory,
            gate,
            status,
            guard: Mutex::new(guard),
            audience: Mutex::default(),
            requests: Mutex::default(),
            next_request: AtomicU64::new(1),
            complaints: Mutex::default(),
        }
    }

    /// Logs what is wrong with a peer's message: the first, second, fourth, eighth … time, so that a peer
    /// cannot fill the disk with our log.
    pub(crate) fn complain(&self, from: &OrgId, what: &str, error: impl std::fmt::Display) {
        let mut complaints = self.complaints.lock();
        let times = complaints.entry(from.clone()).or_default();
        *times += 1;
        let times = *times;
        drop(complaints);
        if times.is_power_of_two() {
            warn!(%from, times, what, %error, "message of a peer refused");
        }
    }

    fn emit(&self, event: Event) {
        for subscriber in &self.audience.lock().subscribers {
            subscriber.send(event.clone());
        }
    }

    /// Late subscribers hear what they missed.
    fn subscribe(&self, subscriber: Box<dyn Subscriber<Event>>) {
        let mut audience = self.audience.lock();
        if audience.listening {
            subscriber.send(NetworkEvent::Listening(Multiaddr::empty()));
        }
        for peer in audience.peers.iter().filter_map(|org| self.directory.peer(org)) {
            subscriber.send(NetworkEvent::PeerConnected(peer));
            subscriber.send(NetworkEvent::PeerSubscribed(peer, Channel::Sync));
        }
        audience.subscribers.push(subscriber);
    }

    /// Forgets the subscribers of an engine that did not start.
    pub(crate) fn reset(&self) {
        *self.audience.lock() = Audience::default();
    }

    /// Consensus may start.
    pub(crate) fn listening(&self) {
        let mut audience = self.audience.lock();
        if !audience.listening {
            audience.listening = true;
            for subscriber in &audience.subscribers {
                subscriber.send(NetworkEvent::Listening(Multiaddr::empty()));
            }
        }
    }

    pub(crate) fn peer_up(&self, org: &OrgId) {
        let Some(peer) = self.directory.peer(org) else { return };
        let mut audience = self.audience.lock();
        if audience.peers.insert(org.clone()) {
            for subscriber in &audience.subscribers {
                subscriber.send(NetworkEvent::PeerConnected(peer));
                subscriber.send(NetworkEvent::PeerSubscribed(peer, Channel::Sync));
            }
        }
    }

    pub(crate) fn peer_down(&self, org: &OrgId) {
        let Some(peer) = self.directory.peer(org) else { return };
        if !self.audience.lock().peers.remove(org) {
            return;
        }
        let mut lost = Vec::new();
        self.requests.lock().retain(|id, to| {
            let keep = to != org;
            if !keep {
                lost.push(*id);
            }
            keep
        });
        for id in lost {
            self.emit(request_failed(id, peer));
        }
        self.emit(NetworkEvent::PeerDisconnected(peer));
    }

    /// Brings the peers heard of in line with the mesh, after events were missed.
    pub(crate) fn align_peers(&self) {
        let now: BTreeSet<OrgId> = self.mesh.connected().into_iter().collect();
        let before = self.audience.lock().peers.clone();
        before.difference(&now).for_each(|org| self.peer_down(org));
        now.difference(&before).for_each(|org| self.peer_up(org));
    }

    /// Tells consensus what became of a body.
    pub(crate) fn body_ready(&self, from: &OrgId, ready: BodyReady) {
        let Some(peer) = self.directory.peer(from) else { return };
        let stream = StreamId::new(Bytes::copy_from_slice(&ready.block.0));
        let part = StreamMessage::new(stream, 0, StreamContent::Data(ready));
        self.emit(NetworkEvent::ProposalPart(peer, Some(peer), part));
    }

    /// Tells the peers that this node begins a height, so that they begin it too.
    pub(crate) fn begins(&self, height: u64) {
        self.tell(Service::Vote, wire::encode(&VoteMessage::Begins(height)));
    }

    fn tell(&self, service: Service, bytes: Bytes) {
        if let Err(e) = self.mesh.broadcast(service, bytes) {
            error!(error = %e, "cannot send to peers");
        }
    }

    /// Records own votes and proposals before they leave; false if they must not.
    fn admit(&self, msg: &SignedConsensusMsg<Ledger>) -> bool {
        let kind = match msg {
            SignedConsensusMsg::Vote(v) if v.message.kind == VoteType::Prevote => Kind::Prevote,
            SignedConsensusMsg::Vote(_) => Kind::Precommit,
            SignedConsensusMsg::Proposal(_) => Kind::Proposal,
        };
        let (height, round) = (msg.height().0, msg.round().as_u32().unwrap_or(0));
        let Some(signed) = signed_bytes(&self.chain, msg) else { return false };
        match self.guard.lock().admit(height, round, kind, &signed) {
            Ok(()) => true,
            Err(GuardError::BelowLast(..)) => {
                debug!(height, round, ?kind, "own message for a height that is past, not sent");
                false
            }
            Err(e) => {
                error!(height, round, ?kind, error = %e, "own message withheld");
                self.status.vote_withheld();
                false
            }
        }
    }

    async fn publish(self: &Arc<Self>, msg: SignedConsensusMsg<Ledger>) {
        let encoded = match wire::consensus_to_wire(&msg) {
            Ok(w) => wire::encode(&w),
            Err(e) => return error!(error = %e, "cannot encode an own message"),
        };
        // The record is synced to disk: not on a runtime thread.
        let bridge = self.clone();
        if matches!(tokio::task::spawn_blocking(move || bridge.admit(&msg)).await, Ok(true)) {
            self.tell(Service::Vote, encoded);
        }
    }

    async fn publish_liveness(self: &Arc<Self>, msg: LivenessMsg<Ledger>) {
        match msg {
            LivenessMsg::Vote(vote) => self.publish(SignedConsensusMsg::Vote(vote)).await,
            other => match wire::liveness_to_wire(&other) {
                Ok(w) => self.tell(Service::Vote, wire::encode(&w)),
                Err(e) => error!(error = %e, "cannot encode a certificate"),
            },
        }
    }

    /// Sends a request for decided blocks; returns its number at once, failures follow as events.
    fn request(&self, peer: PeerId, request: Request<Ledger>) -> OutboundRequestId {
        let id = self.next_request.fetch_add(1, Relaxed);
        let Request::ValueRequest(range) = request;
        let sent = self.directory.org(&peer).is_some_and(|org| {
            let (from, to) = (range.range.start().0, range.range.end().0);
            self.requests.lock().insert(id, org.clone());
            let bytes = wire::encode(&SyncMessage::Request { id, from, to });
            self.mesh.try_send(org, Service::Sync, bytes).is_ok()
        });
        if !sent {
            self.requests.lock().remove(&id);
            self.emit(request_failed(id, peer));
        }
        OutboundRequestId::new(id)
    }

    /// A message of the vote service.
    pub(crate) fn on_vote_message(&self, from: &OrgId, bytes: &[u8]) {
        let Some(peer) = self.directory.peer(from) else { return };
        let msg = match wire::decode(bytes) {
            Ok(msg) => msg,
            Err(e) => return self.complain(from, "consensus message", e),
        };
        let event = match msg {
            VoteMessage::Begins(height) => return self.gate.peer_at(from, height),
            VoteMessage::Vote(v) => {
                self.gate.peer_at(from, v.vote.height);
                NetworkEvent::Vote(peer, wire::vote_from_wire(v))
            }
            VoteMessage::Proposal(p) => {
                self.gate.peer_at(from, p.proposal.height);
                NetworkEvent::Proposal(peer, wire::proposal_from_wire(p))
            }
            VoteMessage::Polka(c) => NetworkEvent::PolkaCertificate(peer, wire::polka_from_wire(c)),
            VoteMessage::Round(c) => NetworkEvent::RoundCertificate(peer, wire::round_from_wire(c)),
        };
        self.emit(event);
    }

    /// A peer told its tip.
    pub(crate) fn on_status(&self, from: &OrgId, tip: u64, min: u64) {
        self.gate.peer_at(from, tip);
        if let Some(peer) = self.directory.peer(from) {
            self.emit(NetworkEvent::Status(peer, Status::new(Height(tip), Height(min))));
        }
    }

    /// A peer answered a request; answers to no request of ours are dropped.
    pub(crate) fn on_response(&self, from: &OrgId, id: u64, start: u64, values: Vec<DecidedWire>) {
        let Some(peer) = self.directory.peer(from) else { return };
        let mut requests = self.requests.lock();
        if requests.get(&id) != Some(from) {
            return debug!(%from, id, "answer to no request");
        }
        requests.remove(&id);
        drop(requests);
        let values = values.into_iter().map(decided_from_wire).collect();
        let response = Response::ValueResponse(ValueResponse::new(Height(start), values));
        self.emit(NetworkEvent::SyncResponse(OutboundRequestId::new(id), peer, Some(response)));
    }
}

fn request_failed(id: u64, peer: PeerId) -> Event {
    NetworkEvent::SyncRequestFailed(OutboundRequestId::new(id), peer, OutboundFailureReason::ConnectionClosed)
}

/// The actor that consensus and sync talk to.
pub(crate) struct MeshNetwork {
    pub bridge: Arc<Bridge>,
    /// Cancelled when the actor ends, which happens only when the engine does.
    pub ended: CancellationToken,
}

#[async_trait]
impl Actor for MeshNetwork {
    type Msg = NetworkMsg<Ledger>;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _myself: ActorRef<Self::Msg>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        msg: Self::Msg,
        _state: &mut (),
    ) -> Result<(), ActorProcessingErr> {
        let bridge = &self.bridge;
        match msg {
            NetworkMsg::Subscribe(subscriber) => bridge.subscribe(subscriber),
            NetworkMsg::PublishConsensusMsg(msg) => bridge.publish(msg).await,
            NetworkMsg::PublishLivenessMsg(msg) => bridge.publish_liveness(msg).await,
            // Bodies travel by `bodies`, never through Malachite.
            NetworkMsg::PublishProposalPart(_) => {}
            NetworkMsg::BroadcastStatus(status) => {
                let (tip, min) = (status.tip_height.0, status.history_min_height.0);
                bridge.tell(Service::Sync, wire::encode(&SyncMessage::Status { tip, min }));
            }
            NetworkMsg::OutgoingRequest(peer, request, reply) => {
                // The asker may have given up; then the answer will not be wanted either.
                let _ = reply.send(bridge.request(peer, request));
            }
            NetworkMsg::CancelRequest(id) => {
                bridge.requests.lock().retain(|n, _| OutboundRequestId::new(n) != id);
            }
            // Requests of peers are answered by `catchup`, beside Malachite's serial host.
            NetworkMsg::OutgoingResponse(..) | NetworkMsg::CancelInboundRequest(_) => {}
            NetworkMsg::DumpState(reply) => {
                let _ = reply.send(None);
            }
            NetworkMsg::UpdatePersistentPeers(_, reply) => {
                let _ = reply.send(Ok(()));
            }
            // The mesh knows its peers by the ledger's list, not by claims on the wire.
            NetworkMsg::UpdateValidatorSet(_) | NetworkMsg::ValidatorProofVerified { .. } | NetworkMsg::NewEvent(_) => {
            }
        }
        Ok(())
    }

    async fn post_stop(&self, _myself: ActorRef<Self::Msg>, _state: &mut ()) -> Result<(), ActorProcessingErr> {
        self.ended.cancel();
        Ok(())
    }
}
