use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ledger_types::Digest;
use ledger_types::id::{Height, OrgId};
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{AppError, BlockApp};
use crate::pacing::Gate;

/// Why an engine did not start, or ended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The configuration contradicts itself.
    #[error("the engine's configuration is wrong: {0}")]
    Config(String),
    /// A file or service the engine needs is not available.
    #[error("the engine cannot start: {0}")]
    Start(String),
    /// The application failed where the engine cannot go on without it.
    #[error("the application failed at height {height}: {error}")]
    App {
        /// The height.
        height: Height,
        /// What it said.
        error: AppError,
    },
    /// The engine ended by itself. The process should exit and be started again.
    #[error("the engine stopped: {0}")]
    Stopped(String),
}

/// A validator that signed two different things for the same place. Held in memory and logged; the pairs
/// themselves are in the log of the node that saw them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equivocation {
    /// Who.
    pub validator: OrgId,
    /// Where.
    pub height: Height,
    /// In which round.
    pub round: u32,
    /// `prevote`, `precommit` or `proposal`.
    pub kind: &'static str,
    /// The two values; `None` for nil.
    pub values: [Option<Digest>; 2],
}

/// How an engine is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineStatus {
    /// The height being decided, or waited to begin.
    pub height: Height,
    /// The round of that height.
    pub round: u32,
    /// Who proposes in that round.
    pub proposer: Option<OrgId>,
    /// Blocks committed since the start.
    pub committed: u64,
    /// Of these, blocks that came by catching up.
    pub caught_up: u64,
    /// Rounds beyond the first since the start.
    pub extra_rounds: u64,
    /// Time since the last commit, or the start.
    pub quiet: Duration,
    /// True when no block came for much longer than the idle interval.
    pub stalled: bool,
    /// Own votes that were not sent because they contradict votes sent before a restart.
    pub votes_withheld: u64,
    /// Contradictions of validators seen since the start.
    pub equivocations_seen: u64,
    /// The latest of them, at most 64.
    pub equivocations: Vec<Equivocation>,
}

pub(crate) struct StatusCell {
    state: Mutex<(EngineStatus, Instant)>,
    stalled_after: Duration,
}

impl StatusCell {
    pub(crate) fn new(height: Height, idle_interval: Duration) -> Self {
        let status = EngineStatus {
            height,
            round: 0,
            proposer: None,
            committed: 0,
            caught_up: 0,
            extra_rounds: 0,
            quiet: Duration::ZERO,
            stalled: false,
            votes_withheld: 0,
            equivocations_seen: 0,
            equivocations: Vec::new(),
        };
        let stalled_after = (idle_interval * 6).max(Duration::from_secs(30));
        Self { state: Mutex::new((status, Instant::now())), stalled_after }
    }

    pub(crate) fn read(&self) -> EngineStatus {
        let state = self.state.lock();
        let quiet = state.1.elapsed();
        EngineStatus { quiet, stalled: quiet > self.stalled_after, ..state.0.clone() }
    }

    pub(crate) fn round_started(&self, height: Height, round: u32, proposer: OrgId) {
        let status = &mut self.state.lock().0;
        (status.height, status.round, status.proposer) = (height, round, Some(proposer));
        status.extra_rounds += u64::from(round > 0);
    }

    pub(crate) fn committed(&self, height: Height, synced: bool) {
        let mut state = self.state.lock();
        state.1 = Instant::now();
        (state.0.height, state.0.round, state.0.proposer) = (height + 1, 0, None);
        state.0.committed += 1;
        state.0.caught_up += u64::from(synced);
    }

    pub(crate) fn vote_withheld(&self) {
        self.state.lock().0.votes_withheld += 1;
    }

    pub(crate) fn equivocated(&self, evidence: Equivocation) {
        let status = &mut self.state.lock().0;
        status.equivocations_seen += 1;
        if status.equivocations.len() >= 64 {
            status.equivocations.remove(0);
        }
        status.equivocations.push(evidence);
    }
}

/// Looks at a running engine; cheap to clone.
#[derive(Clone)]
pub struct EngineMonitor {
    pub(crate) status: Arc<StatusCell>,
    pub(crate) gate: Arc<Gate>,
}

impl EngineMonitor {
    /// How the engine is doing.
    pub fn status(&self) -> EngineStatus {
        self.status.read()
    }

    /// Tells the engine that the application has work; without it the engine notices within 50 ms.
    pub fn work_arrived(&self) {
        self.gate.hint();
    }
}

/// A running engine. Dropping the handle stops it.
pub struct EngineHandle {
    pub(crate) monitor: EngineMonitor,
    pub(crate) cancel: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), EngineError>>,
}

impl EngineHandle {
    /// Something to watch the engine with.
    pub fn monitor(&self) -> EngineMonitor {
        self.monitor.clone()
    }

    /// Resolves when the engine ends. `Ok` only after it was told to stop; otherwise the process should
    /// exit, because a node whose engine is dead looks alive and is not.
    ///
    /// # Errors
    /// Why the engine ended by itself.
    pub async fn stopped(&mut self) -> Result<(), EngineError> {
        match (&mut self.task).await {
            Ok(outcome) => outcome,
            Err(e) => Err(EngineError::Stopped(e.to_string())),
        }
    }

    /// Stops the engine and waits until its files are closed.
    ///
    /// # Errors
    /// Why the engine had ended before.
    pub async fn stop(mut self) -> Result<(), EngineError> {
        self.cancel.cancel();
        self.stopped().await
    }
}

impl Drop for EngineHandle {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// An engine that is configured and can be started once.
#[async_trait]
pub trait ConsensusEngine: Send {
    /// Starts deciding blocks at the application's tip plus one.
    ///
    /// # Errors
    /// A wrong configuration, or a file or service that is not available.
    async fn start(self: Box<Self>, app: Arc<dyn BlockApp>) -> Result<EngineHandle, EngineError>;
}
