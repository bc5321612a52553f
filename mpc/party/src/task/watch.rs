//! A run that is going on, as the rest of the node sees it: who can stop it, which peers have a stream with us, and
//! whether they still live.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ledger_mesh::MeshStream;
use ledger_types::id::{OrgId, SessionId};
use mpc_net::Meter;
use mpc_psi::run::Control;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::error::RunError;
use crate::connector::CancelFlag;

/// How often silence is looked at when no peer is due sooner.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Handle of a run that is going on.
pub(super) struct Watched {
    pub session: SessionId,
    /// Ends the run, with [`Watched::cause`].
    pub stop: CancellationToken,
    /// Ends the protocol in a way that tells the peer that it may go on.
    pub pause: CancellationToken,
    /// Ends a reading of the file that is under way.
    pub reading: CancelFlag,
    /// This node called its peers and has not every answer yet.
    pub asking: AtomicBool,
    /// A person called the peers although this node's own check forbids the run; it gives way to a real one.
    pub drill: AtomicBool,
    /// The engine while it runs: whether it computes, and what crossed its channels.
    pub engine: Mutex<Option<(Control, Vec<Arc<Meter>>)>>,
    /// The peer is no longer needed.
    pub alone: AtomicBool,
    cause: Mutex<Option<RunError>>,
    // Peers that are needed, and when each gave the last sign of life.
    heard: Mutex<BTreeMap<OrgId, Instant>>,
    // Peers that called or were called.
    reserved: Mutex<BTreeSet<OrgId>>,
    streams: Mutex<BTreeMap<OrgId, MeshStream>>,
    arrived: Notify,
}

impl Watched {
    pub fn new(session: SessionId) -> Self {
        Self {
            session,
            stop: CancellationToken::new(),
            pause: CancellationToken::new(),
            reading: CancelFlag::default(),
            asking: AtomicBool::new(false),
            drill: AtomicBool::new(false),
            engine: Mutex::new(None),
            alone: AtomicBool::new(false),
            cause: Mutex::new(None),
            heard: Mutex::default(),
            reserved: Mutex::default(),
            streams: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    /// Stops the run; the first cause counts.
    pub fn stop(&self, cause: RunError) {
        self.cause.lock().get_or_insert(cause);
        self.reading.cancel();
        self.stop.cancel();
    }

    /// Stops the run, which may go on later.
    pub fn pause(&self) {
        self.cause.lock().get_or_insert(RunError::Paused);
        // The engine looks at this one first.
        self.pause.cancel();
        self.reading.cancel();
        self.stop.cancel();
    }

    /// Why it was stopped.
    pub fn cause(&self) -> RunError {
        self.cause.lock().clone().unwrap_or(RunError::Cancelled)
    }

    /// Takes a peer's place among the streams; `false` when it is taken.
    pub fn reserve(&self, peer: &OrgId) -> bool {
        self.reserved.lock().insert(peer.clone())
    }

    /// A stream is open and accepted: from now on the peer must live.
    pub fn open(&self, peer: &OrgId, stream: MeshStream) {
        self.heard.lock().insert(peer.clone(), Instant::now());
        self.streams.lock().insert(peer.clone(), stream);
        self.arrived.notify_one();
    }

    /// Ends when so many streams are open. One caller.
    pub async fn all_open(&self, count: usize) {
        while self.streams.lock().len() < count {
            self.arrived.notified().await;
        }
    }

    /// The streams that are open, for one to use them.
    pub fn take_streams(&self) -> BTreeMap<OrgId, MeshStream> {
        std::mem::take(&mut *self.streams.lock())
    }

    /// A peer gave a sign of life.
    pub fn heard(&self, peer: &OrgId) {
        if let Some(at) = self.heard.lock().get_mut(peer) {
            *at = Instant::now();
        }
    }

    /// Whether a peer has a stream with us.
    pub fn needs(&self, peer: &OrgId) -> bool {
        self.heard.lock().contains_key(peer)
    }

    /// A peer is done and will say no more.
    pub fn done(&self, peer: &OrgId) {
        self.heard.lock().remove(peer);
    }

    /// The protocol is over: the peers' silence means nothing any more.
    pub fn alone(&self) {
        self.alone.store(true, Ordering::Relaxed);
    }

    /// Ends when a peer was silent for too long while it was needed.
    pub async fn silence(&self, at_most: Duration) -> RunError {
        loop {
            if self.alone.load(Ordering::Relaxed) {
                return std::future::pending().await;
            }
            let longest = self.heard.lock().iter().map(|(org, at)| (at.elapsed(), org.clone())).max();
            let left = match longest {
                None => LOOK_EVERY,
                Some((since, org)) => match at_most.checked_sub(since) {
                    None => return RunError::PeerStalled(org),
                    Some(left) => left,
                },
            };
            tokio::time::sleep(left.clamp(Duration::from_millis(20), LOOK_EVERY)).await;
        }
    }
}
