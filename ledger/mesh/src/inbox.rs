//! Messages that arrived and wait to be taken. One queue per peer, taken in turn, so that no peer's flood
//! pushes out or delays another's messages.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use ledger_types::id::OrgId;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::link::Link;
use crate::service::{MESSAGE_OVERHEAD_BYTES, Service};

struct Item {
    bytes: Bytes,
    link: Weak<Link>,
}

#[derive(Default)]
struct PeerQueue {
    items: VecDeque<Item>,
    bytes: usize,
}

#[derive(Default)]
struct State {
    peers: BTreeMap<OrgId, PeerQueue>,
    turn: VecDeque<OrgId>,
    closed: bool,
}

pub(crate) struct InboxCore {
    service: Service,
    state: Mutex<State>,
    arrived: Notify,
    taken: AtomicBool,
}

impl InboxCore {
    pub(crate) fn new(service: Service) -> Self {
        let (arrived, taken) = (Notify::new(), AtomicBool::new(false));
        Self { service, state: Mutex::default(), arrived, taken }
    }

    /// Keeps a message; returns how many older ones of the same peer gave way.
    pub(crate) fn push(&self, from: &OrgId, bytes: Bytes, link: Weak<Link>) -> usize {
        // With a window the peer cannot exceed it on one connection; twice covers a reconnect.
        let bytes_max = self.service.window_bytes().map_or(self.service.queue_bytes_max(), |w| 2 * w);
        let mut state = self.state.lock();
        if state.closed {
            return 0;
        }
        let mut dropped = 0;
        let queue = state.peers.entry(from.clone()).or_default();
        let was_empty = queue.items.is_empty();
        let cost = bytes.len() + MESSAGE_OVERHEAD_BYTES;
        while queue.bytes + cost > bytes_max {
            let Some(old) = queue.items.pop_front() else { break };
            queue.bytes -= old.bytes.len() + MESSAGE_OVERHEAD_BYTES;
            dropped += 1;
        }
        queue.bytes += cost;
        queue.items.push_back(Item { bytes, link });
        if was_empty {
            state.turn.push_back(from.clone());
        }
        drop(state);
        self.arrived.notify_one();
        dropped
    }

    fn pop(&self) -> Result<Option<(OrgId, Bytes)>, ()> {
        let mut state = self.state.lock();
        let Some(org) = state.turn.pop_front() else {
            return if state.closed { Err(()) } else { Ok(None) };
        };
        let queue = state.peers.get_mut(&org).expect("a peer in turn has a queue");
        let item = queue.items.pop_front().expect("a peer in turn has a message");
        let cost = item.bytes.len() + MESSAGE_OVERHEAD_BYTES;
        queue.bytes -= cost;
        if !queue.items.is_empty() {
            state.turn.push_back(org.clone());
        }
        drop(state);
        if let Some(link) = item.link.upgrade() {
            link.message_taken(self.service, cost);
        }
        Ok(Some((org, item.bytes)))
    }

    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.arrived.notify_one();
    }

    pub(crate) fn take(self: &Arc<Self>) -> Option<Inbox> {
        (!self.taken.swap(true, SeqCst)).then(|| Inbox(self.clone()))
    }
}

/// The receiving end of a [`Service`]. Messages of one peer keep their order; peers take turns.
/// Dropping it frees the service for another receiver; what arrived meanwhile is kept within the limits.
pub struct Inbox(Arc<InboxCore>);

impl Inbox {
    /// The next message and its sender; `None` once the mesh was shut down and all messages are taken.
    /// Safe to cancel: a message is either returned or still there.
    pub async fn recv(&mut self) -> Option<(OrgId, Bytes)> {
        loop {
            match self.0.pop() {
                Ok(Some(message)) => return Some(message),
                Ok(None) => self.0.arrived.notified().await,
                Err(()) => return None,
            }
        }
    }

    /// The next message if one is there.
    pub fn try_recv(&mut self) -> Option<(OrgId, Bytes)> {
        self.0.pop().ok().flatten()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.0.taken.store(false, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(s: &str) -> OrgId {
        OrgId::new(s).expect("a slug")
    }

    #[test]
    fn peers_take_turns_and_a_flood_drops_only_the_flooders_messages() {
        let core = Arc::new(InboxCore::new(Service::Vote));
        let mut inbox = core.take().expect("free");
        assert!(core.take().is_none());
        let big = Bytes::from(vec![0; Service::Vote.message_bytes_max()]);
        core.push(&org("quiet"), Bytes::from_static(b"1"), Weak::new());
        let dropped: usize = (0..100).map(|_| core.push(&org("loud"), big.clone(), Weak::new())).sum();
        core.push(&org("quiet"), Bytes::from_static(b"2"), Weak::new());
        assert!(dropped > 80);
        let order: Vec<OrgId> = std::iter::from_fn(|| inbox.try_recv()).map(|(o, _)| o).take(4).collect();
        assert_eq!(order, [org("quiet"), org("loud"), org("quiet"), org("loud")]);
    }

    #[test]
    fn a_dropped_inbox_can_be_taken_again_and_keeps_what_arrived() {
        let core = Arc::new(InboxCore::new(Service::Task));
        drop(core.take().expect("free"));
        core.push(&org("a"), Bytes::from_static(b"x"), Weak::new());
        assert_eq!(core.take().expect("free again").try_recv(), Some((org("a"), Bytes::from_static(b"x"))));
    }
}
