//! Watching and stopping a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio_util::sync::CancellationToken;

use super::checkpoint::CheckpointStore;
use super::error::PsiError;

/// Phases of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Headers are exchanged.
    Agree,
    /// Blinded elements go one way, evaluated ones the other.
    Exchange,
    /// Tags go to the receiver, which matches them.
    Match,
    /// Both sides confirm counts and transcripts.
    Confirm,
}

impl Phase {
    /// A stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Exchange => "exchange",
            Self::Match => "match",
            Self::Confirm => "confirm",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a phase is, in elements, canaries included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which phase.
    pub phase: Phase,
    /// Elements done.
    pub done: u64,
    /// Elements in all.
    pub total: u64,
}

type Watch = Arc<dyn Fn(Progress) + Send + Sync>;

/// Progress callback, cancellation and checkpoints of a run.
#[derive(Clone, Default)]
pub struct Control {
    /// Cancelling it ends the run with [`PsiError::Cancelled`] and tells the peer.
    pub cancel: CancellationToken,
    /// Cancelling it ends the run with [`PsiError::Paused`] and tells the peer: it may go on later.
    pub pause: CancellationToken,
    watch: Option<Watch>,
    store: Option<Arc<dyn CheckpointStore>>,
    computing: Arc<AtomicUsize>,
}

impl Control {
    /// Neither watched nor cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Not watched, cancelled by `cancel`.
    pub fn with_cancel(cancel: CancellationToken) -> Self {
        Self { cancel, ..Self::default() }
    }

    /// Calls `watch` as the run goes on. It must return quickly.
    pub fn on_progress(mut self, watch: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watch = Some(Arc::new(watch));
        self
    }

    /// Keeps the checkpoints of the run in `store`.
    pub fn keeping(mut self, store: Arc<dyn CheckpointStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Whether this side computes now; otherwise it waits for the peer, or for the link.
    pub fn computes(&self) -> bool {
        self.computing.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn computing_count(&self) -> Arc<AtomicUsize> {
        self.computing.clone()
    }

    pub(crate) fn store(&self) -> Option<&Arc<dyn CheckpointStore>> {
        self.store.as_ref()
    }

    /// Must be done before the first tag of a channel leaves the sender.
    pub(crate) async fn tags_leave(&self) -> Result<(), PsiError> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let noted = tokio::task::spawn_blocking(move || store.tags_leave()).await;
        noted.map_err(|_| PsiError::WorkerLost)?.map_err(PsiError::Checkpoint)
    }

    /// What `run` gives, unless it is cancelled before.
    pub(crate) async fn unless_cancelled<T>(
        &self,
        run: impl Future<Output = Result<T, PsiError>>,
    ) -> Result<T, PsiError> {
        tokio::select! {
            biased;
            () = self.pause.cancelled() => Err(PsiError::Paused),
            () = self.cancel.cancelled() => Err(PsiError::Cancelled),
            done = run => done,
        }
    }

    pub(crate) fn report(&self, phase: Phase, done: u64, total: u64) {
        if let Some(watch) = &self.watch {
            watch(Progress { phase, done, total });
        }
    }
}

/// Counts what crosses any channel of a run while parties exchange.
pub(crate) struct Done<'a> {
    control: &'a Control,
    done: AtomicU64,
    total: u64,
}

impl<'a> Done<'a> {
    /// Of `total`, `done` crossed before.
    pub(crate) fn new(control: &'a Control, done: u64, total: u64) -> Self {
        Self { control, done: AtomicU64::new(done), total }
    }

    pub(crate) fn add(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        self.control.report(Phase::Exchange, done, self.total);
    }
}
