//! How far each party of a run is. Every node reports its own lane to its peers and shows all.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use ledger_types::id::{OrgId, SessionId, TaskId, TimeMs};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::clock;

/// Runs whose progress is remembered.
const REMEMBERED_MAX: usize = 256;
/// Events that a slow subscriber may be behind before it misses some.
const BEHIND_MAX: usize = 1_024;

/// What a party is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPhase {
    /// Waiting for its turn or for the connection.
    Waiting,
    /// Evaluating policy and the specification on its own replica.
    Checking,
    /// Reading its file: commitment, keys, payload. Counted in rows.
    Reading,
    /// Its input is ready; another side's is not yet.
    Prepared,
    /// Agreeing on the protocol's parameters.
    Agreeing,
    /// Exchanging blinded keys. Counted in keys.
    Exchanging,
    /// Matching. Counted in keys.
    Matching,
    /// Comparing counts and transcripts.
    Confirming,
    /// Writing the result. Counted in rows.
    Writing,
    /// Its attestation is on its way to the ledger.
    Attesting,
    /// Its attestation is on the ledger.
    Done,
    /// It failed or refused.
    Failed,
    /// It was cut off, and may go on.
    Interrupted,
}

impl RunPhase {
    /// A stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Checking => "checking",
            Self::Reading => "reading",
            Self::Prepared => "prepared",
            Self::Agreeing => "agreeing",
            Self::Exchanging => "exchanging",
            Self::Matching => "matching",
            Self::Confirming => "confirming",
            Self::Writing => "writing",
            Self::Attesting => "attesting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether nothing more comes.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

/// One party's progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Whose.
    pub org: OrgId,
    /// What it is doing.
    pub phase: RunPhase,
    /// Rows or keys of this phase that are done.
    pub done: u64,
    /// Rows or keys of this phase in all; 0 when not known.
    pub total: u64,
    /// Rows of its file read so far.
    pub rows: u64,
    /// Bytes of the protocol sent so far.
    pub sent_bytes: u64,
    /// Bytes of the protocol received so far.
    pub received_bytes: u64,
    /// Time until this phase is over, as estimated from its speed so far.
    pub eta_ms: Option<u64>,
    /// Code of the failure, or of what cut it off.
    pub code: Option<String>,
    /// Whether it waits for the other side or for the link, and computes nothing itself.
    pub waits: bool,
    /// Whether the run could go on if it were cut off now.
    pub can_go_on: bool,
    /// When this was told (the party's own clock).
    pub updated_ms: TimeMs,
}

impl Lane {
    pub(super) fn new(org: OrgId) -> Self {
        Self {
            org,
            phase: RunPhase::Waiting,
            done: 0,
            total: 0,
            rows: 0,
            sent_bytes: 0,
            received_bytes: 0,
            eta_ms: None,
            code: None,
            waits: false,
            can_go_on: true,
            updated_ms: clock::now_ms(),
        }
    }
}

/// Progress of a run, one lane per member in the order of the specification, a third last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskProgress {
    /// Which task.
    pub task: TaskId,
    /// Which run.
    pub session: SessionId,
    /// 1, 2, …
    pub attempt: u8,
    /// One per member.
    pub lanes: Vec<Lane>,
    /// When this node started with it.
    pub started_ms: TimeMs,
    /// When this node was done with it.
    pub finished_ms: Option<TimeMs>,
    /// How often it was resumed.
    pub resumptions: u32,
    /// It is cut off now.
    pub interruption: Option<Interruption>,
    /// Neither side makes progress.
    pub stall: Option<Stall>,
}

/// A run that is cut off and may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    /// What cut it off.
    pub code: String,
    /// Organisations at which somebody paused it.
    pub paused_by: BTreeSet<OrgId>,
    /// When it is given up (this node's clock).
    pub until_ms: TimeMs,
}

/// Neither side makes progress, and no byte moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stall {
    /// Since when (this node's clock).
    pub since_ms: TimeMs,
    /// What each party does, in the order of the specification.
    pub sides: Vec<StalledSide>,
}

/// What a party does while nothing moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StalledSide {
    /// Which.
    pub org: OrgId,
    /// In which phase.
    pub phase: RunPhase,
    /// What it does.
    pub does: Standstill,
}

/// What a party does while nothing moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standstill {
    /// It computes or reads.
    Computes,
    /// It waits for the other side or for the link.
    Waits,
    /// It says nothing: no sign of life reaches this node.
    Silent,
}

impl Standstill {
    /// A stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Computes => "computes",
            Self::Waits => "waits",
            Self::Silent => "silent",
        }
    }
}

struct Tracked {
    progress: TaskProgress,
    phase_started: Instant,
    told: Instant,
}

/// All runs of this node, for snapshots and subscriptions.
pub struct ProgressBoard {
    runs: Mutex<HashMap<TaskId, Tracked>>,
    events: broadcast::Sender<TaskProgress>,
}

impl Default for ProgressBoard {
    fn default() -> Self {
        Self { runs: Mutex::default(), events: broadcast::channel(BEHIND_MAX).0 }
    }
}

/// Changes of rows and bytes are told at most this often; changes of phase at once.
const TELL_EVERY: Duration = Duration::from_millis(250);

impl ProgressBoard {
    /// The latest known progress of a task.
    pub fn get(&self, task: &TaskId) -> Option<TaskProgress> {
        self.runs.lock().get(task).map(|t| t.progress.clone())
    }

    /// Every change from now on, of all tasks.
    pub fn subscribe(&self) -> broadcast::Receiver<TaskProgress> {
        self.events.subscribe()
    }

    /// A new run; it replaces an earlier one of the same task.
    pub(super) fn begin(&self, task: TaskId, session: SessionId, attempt: u8, orgs: impl Iterator<Item = OrgId>) {
        let progress = TaskProgress {
            task,
            session,
            attempt,
            lanes: orgs.map(Lane::new).collect(),
            started_ms: clock::now_ms(),
            finished_ms: None,
            resumptions: 0,
            interruption: None,
            stall: None,
        };
        let mut runs = self.runs.lock();
        if runs.len() >= REMEMBERED_MAX {
            let oldest = runs
                .iter()
                .filter(|(_, t)| t.progress.finished_ms.is_some())
                .min_by_key(|(_, t)| t.progress.finished_ms)
                .map(|(task, _)| *task);
            if let Some(oldest) = oldest {
                runs.remove(&oldest);
            }
        }
        let now = Instant::now();
        runs.insert(task, Tracked { progress: progress.clone(), phase_started: now, told: now });
        drop(runs);
        // Nobody listening is no error.
        let _ = self.events.send(progress);
    }

    /// Changes the lane of an organisation. A lane that is final stays as it is.
    pub(super) fn update(&self, task: &TaskId, session: &SessionId, org: &OrgId, change: impl FnOnce(&mut Lane)) {
        let mut runs = self.runs.lock();
        let Some(tracked) = runs.get_mut(task).filter(|t| &t.progress.session == session) else { return };
        let Some(lane) = tracked.progress.lanes.iter_mut().find(|l| &l.org == org) else { return };
        if lane.phase.is_final() {
            return;
        }
        let before = lane.phase;
        change(lane);
        lane.updated_ms = clock::now_ms();
        if lane.phase != before {
            tracked.phase_started = Instant::now();
        } else if tracked.told.elapsed() < TELL_EVERY {
            return;
        }
        tracked.told = Instant::now();
        let _ = self.events.send(tracked.progress.clone());
    }

    /// Time until the phase that started last is over.
    pub(super) fn eta_ms(&self, task: &TaskId, done: u64, total: u64) -> Option<u64> {
        let elapsed = self.runs.lock().get(task)?.phase_started.elapsed().as_millis();
        if done == 0 || done >= total || elapsed < 500 {
            return None;
        }
        u64::try_from(elapsed * u128::from(total - done) / u128::from(done)).ok()
    }

    /// Changes what concerns the run as a whole, and tells it.
    pub(super) fn change(&self, task: &TaskId, session: &SessionId, change: impl FnOnce(&mut TaskProgress)) {
        let mut runs = self.runs.lock();
        let Some(tracked) = runs.get_mut(task).filter(|t| &t.progress.session == session) else { return };
        change(&mut tracked.progress);
        let _ = self.events.send(tracked.progress.clone());
    }

    /// Marks a run as over on this node.
    pub(super) fn finish(&self, task: &TaskId, session: &SessionId) {
        let mut runs = self.runs.lock();
        let Some(tracked) = runs.get_mut(task).filter(|t| &t.progress.session == session) else { return };
        tracked.progress.finished_ms = Some(clock::now_ms());
        let _ = self.events.send(tracked.progress.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::Digest;

    #[test]
    fn a_change_of_phase_is_told_and_a_final_lane_stays() {
        let board = ProgressBoard::default();
        let (task, session) = (TaskId(Digest([1; 32])), SessionId(Digest([2; 32])));
        let orgs = ["bank", "rsj"].map(|o| OrgId::new(o).unwrap());
        let mut events = board.subscribe();
        board.begin(task, session, 1, orgs.iter().cloned());
        board.update(&task, &session, &orgs[0], |l| l.phase = RunPhase::Reading);
        board.update(&task, &session, &orgs[0], |l| l.phase = RunPhase::Failed);
        board.update(&task, &session, &orgs[0], |l| l.phase = RunPhase::Done);
        board.update(&task, &SessionId(Digest::ZERO), &orgs[1], |l| l.phase = RunPhase::Done);
        board.finish(&task, &session);
        let phases: Vec<_> = std::iter::from_fn(|| events.try_recv().ok()).map(|p| p.lanes[0].phase).collect();
        assert_eq!(phases, [RunPhase::Waiting, RunPhase::Reading, RunPhase::Failed, RunPhase::Failed]);
        let last = board.get(&task).unwrap();
        assert!(last.finished_ms.is_some());
        assert_eq!(last.lanes[1].phase, RunPhase::Waiting);
    }
}
