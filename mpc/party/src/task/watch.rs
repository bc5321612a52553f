//! A run that is going on, as the rest of the node sees it: who can stop it, and whether the peer still lives.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use ledger_types::id::{OrgId, SessionId};
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
    /// Ends a reading of the file that is under way.
    pub reading: CancelFlag,
    /// This node called its peer and has no answer yet.
    pub asking: AtomicBool,
    cause: Mutex<Option<RunError>>,
    heard: Mutex<Instant>,
}

impl Watched {
    pub fn new(session: SessionId, peer: OrgId) -> Self {
        Self {
            session,
            peer,
            stop: CancellationToken::new(),
            reading: CancelFlag::default(),
            asking: AtomicBool::new(false),
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

    /// Why it was stopped.
    pub fn cause(&self) -> RunError {
        self.cause.lock().clone().unwrap_or(RunError::Cancelled)
    }

    /// The peer gave a sign of life.
    pub fn heard(&self) {
        *self.heard.lock() = Instant::now();
    }

    /// Ends when the peer was silent for too long.
    pub async fn silence(&self, at_most: Duration) -> RunError {
        loop {
            let since = self.heard.lock().elapsed();
            let Some(left) = at_most.checked_sub(since) else { return RunError::PeerStalled(self.peer.clone()) };
            tokio::time::sleep(left.max(Duration::from_millis(20))).await;
        }
    }
}
