//! A run that is going on, as the rest of the node sees it: who can stop it, and whether the peer still lives.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ledger_types::id::{OrgId, SessionId};
use mpc_net::Meter;
use mpc_psi::run::Control;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::error::RunError;
use crate::connector::CancelFlag;

/// Handle of a run that is going on.
pub(super) struct Watched {
    pub session: SessionId,
    pub peer: OrgId,
    /// Ends the run, with [`Watched::cause`].
    pub stop: CancellationToken,
    /// Ends the protocol in a way that tells the peer that it may go on.
    pub pause: CancellationToken,
    /// Ends a reading of the file that is under way.
    pub reading: CancelFlag,
    /// This node called its peer and has no answer yet.
    pub asking: AtomicBool,
    /// A person called the peer although this node's own check forbids the run; it gives way to a real one.
    pub drill: AtomicBool,
    /// The engine while it runs: whether it computes, and what crossed its channel.
    pub engine: Mutex<Option<(Control, Arc<Meter>)>>,
    /// The peer is no longer needed.
    pub alone: AtomicBool,
    cause: Mutex<Option<RunError>>,
    heard: Mutex<Instant>,
}

impl Watched {
    pub fn new(session: SessionId, peer: OrgId) -> Self {
        Self {
            session,
            peer,
            stop: CancellationToken::new(),
            pause: CancellationToken::new(),
            reading: CancelFlag::default(),
            asking: AtomicBool::new(false),
            drill: AtomicBool::new(false),
            engine: Mutex::new(None),
            alone: AtomicBool::new(false),
            cause: Mutex::new(None),
            heard: Mutex::new(Instant::now()),
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

    /// The peer gave a sign of life.
    pub fn heard(&self) {
        *self.heard.lock() = Instant::now();
    }

    /// The protocol is over: the peer's silence means nothing any more.
    pub fn alone(&self) {
        self.alone.store(true, Ordering::Relaxed);
    }

    /// Ends when the peer was silent for too long while it was needed.
    pub async fn silence(&self, at_most: Duration) -> RunError {
        loop {
            if self.alone.load(Ordering::Relaxed) {
                return std::future::pending().await;
            }
            let since = self.heard.lock().elapsed();
            let Some(left) = at_most.checked_sub(since) else { return RunError::PeerStalled(self.peer.clone()) };
            tokio::time::sleep(left.max(Duration::from_millis(20))).await;
        }
    }
}
