//! Runs that were cut off: kept for a while, taken up again, paused by a person, given up.
//!
//! A run is cut off when the peer or the link is gone, when this node stopped, or when a person paused it. It is kept when
//! it can go on: from a checkpoint, or from its beginning as long as no tag has left the sender. The first party of the
//! specification calls again, waiting longer each time; the other one answers, and calls when its person says so. Whether
//! the ledger still permits the run is asked again at both nodes each time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::BoxFuture;
use ledger_mesh::Service;
use ledger_types::id::{OrgId, SessionId, TaskId, TimeMs};
use ledger_types::task::{ProtocolRole, TaskStatus};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::checkpoints::Checkpoints;
use super::error::RunError;
use super::gate::{self, Plan};
use super::log::LogLevel;
use super::progress::{Interruption, RunPhase};
use super::record::{RunRecord, RunState};
use super::run::Runner;
use super::wire::{ResumeCall, TaskMessage};
use crate::clock;
use crate::error::PartyError;

/// Longest time between two calls.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How often a node says again that its person paused a run.
const SAY_PAUSED_EVERY: Duration = Duration::from_secs(10);

/// A run that is cut off.
pub(super) struct Held {
    pub session: SessionId,
    pub peer: OrgId,
    until_ms: TimeMs,
    paused_by: Mutex<BTreeSet<OrgId>>,
    /// Something changed: look again, and call at once if it may.
    wake: Notify,
    /// A person at this node wants it to go on.
    urged: std::sync::atomic::AtomicBool,
    /// It goes on, or has ended.
    over: CancellationToken,
}

impl Held {
    fn paused(&self) -> BTreeSet<OrgId> {
        self.paused_by.lock().clone()
    }
}

/// How a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Again {
    /// The how many-th resumption this is.
    pub number: u32,
    /// From its beginning: there is no checkpoint, and no tag has left the sender.
    pub fresh: bool,
}

impl Again {
    /// What two sides can do together; neither decides alone.
    pub fn of(role: ProtocolRole, ours: ResumeCall, theirs: ResumeCall, most: u32) -> Result<Self, RunError> {
        let number = ours.number.max(theirs.number);
        let sender = if role == ProtocolRole::Sender { ours } else { theirs };
        let (low, high) = (ours.checkpoint.min(theirs.checkpoint), ours.checkpoint.max(theirs.checkpoint));
        let fresh = high == 0 && !sender.tags_left;
        if number > most || !(low > 0 || fresh) {
            return Err(RunError::ResumeImpossible);
        }
        Ok(Self { number, fresh })
    }
}

impl Runner {
    pub(super) fn checkpoints(&self, session: &SessionId) -> Checkpoints {
        Checkpoints::open(&self.checkpoint_root, session)
    }

    /// Where this side stands.
    pub(super) fn resume_call(&self, record: &RunRecord) -> ResumeCall {
        let kept = self.checkpoints(&record.session);
        ResumeCall { number: record.resumptions + 1, checkpoint: kept.count(), tags_left: kept.tags_left() }
    }

    /// Whether a run is kept after this error: it can go on, and the ledger still waits for it.
    pub(super) fn may_be_held(&self, record: &RunRecord, error: &RunError) -> bool {
        let current = ledger_contract::read::task(self.ledger.view().as_ref(), &record.task).ok().flatten();
        let awaited = current.is_some_and(|task| {
            task.status == TaskStatus::Ready && task.run().is_some_and(|run| run.session == record.session)
        });
        let kept = self.checkpoints(&record.session);
        let possible = record.role == ProtocolRole::Receiver || kept.can_go_on();
        !self.settings.resume_within.is_zero()
            && error.cuts_off()
            && matches!(record.state, RunState::Started | RunState::Interrupted { .. })
            && record.result.is_none()
            && record.resumptions < self.settings.resumptions_max
            && possible
            && awaited
    }

    /// Keeps a run that was cut off.
    pub(super) fn hold(self: &Arc<Self>, plan: &Plan, mut record: RunRecord, error: &RunError) {
        let (task, session) = (plan.task, plan.session);
        let Some(peer) = plan.peers.first() else { return };
        let pauses = match error {
            RunError::Paused => Some(&self.org),
            RunError::PausedByPeer(org) => Some(org),
            RunError::PeerFailed { org, code } if code == "paused" || code == "run_paused" => Some(org),
            _ => None,
        };
        let mut paused_by: BTreeSet<OrgId> = pauses.cloned().into_iter().collect();
        let within = u64::try_from(self.settings.resume_within.as_millis()).unwrap_or(u64::MAX);
        let until_ms = match &record.state {
            // After a restart the time goes on running.
            RunState::Interrupted { paused_by: before, until_ms, .. } => {
                paused_by.extend(before.iter().cloned());
                *until_ms
            }
            _ => clock::now_ms().saturating_add(within),
        };
        record.state = RunState::Interrupted {
            code: error.code().into(),
            params: error.params(),
            paused_by: paused_by.clone(),
            until_ms,
        };
        if let Err(error) = self.records.write(&record) {
            tracing::error!(%error, "a run's record cannot be written");
        }
        let params = [
            ("code", super::log::peer_code(error.code())),
            ("checkpoint", u64::from(self.checkpoints(&session).count()).into()),
        ];
        self.logs.add(&task, Some(&session), LogLevel::Warn, "run_interrupted", params);
        let held = Arc::new(Held {
            session,
            peer: peer.org.clone(),
            until_ms,
            paused_by: Mutex::new(paused_by.clone()),
            wake: Notify::new(),
            urged: Default::default(),
            over: CancellationToken::new(),
        });
        if let Some(before) = self.held.lock().insert(task, Arc::clone(&held)) {
            before.over.cancel();
        }
        self.running.lock().remove(&task);
        if self.board.get(&task).is_none_or(|p| p.session != session) {
            self.show(plan);
        }
        let code = error.code().to_owned();
        self.lane(plan, |l| {
            (l.phase, l.code, l.waits, l.eta_ms) = (RunPhase::Interrupted, Some(code.clone()), false, None)
        });
        self.board.change(&task, &session, |p| {
            p.resumptions = record.resumptions;
            p.interruption = Some(Interruption { code, paused_by, until_ms });
            p.stall = None;
        });
        self.tell_peers(plan);
        self.spawn(Arc::clone(self).keep(task, held));
    }

    /// Takes a held run out; whoever does goes on with it or ends it.
    pub(super) fn release(&self, task: &TaskId, session: &SessionId) -> Option<Arc<Held>> {
        let mut all = self.held.lock();
        if all.get(task).is_none_or(|held| &held.session != session) {
            return None;
        }
        let held = all.remove(task)?;
        held.over.cancel();
        Some(held)
    }

    // Boxed, so that a run that goes on and is cut off again has a type.
    fn keep(self: Arc<Self>, task: TaskId, held: Arc<Held>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let mut pause = self.settings.resume_pause;
            loop {
                let Some(left) = held.until_ms.checked_sub(clock::now_ms()).filter(|left| *left > 0) else {
                    return self.give_up(task, &held, &RunError::ResumeExpired).await;
                };
                let paused = held.paused();
                if paused.contains(&self.org) {
                    self.say_paused(&held.peer, task, held.session);
                }
                let calls = self.calls(&task, &held) || held.urged.load(Ordering::Relaxed);
                let may = calls && paused.is_empty();
                let nap = if may { pause } else { SAY_PAUSED_EVERY }.min(Duration::from_millis(left));
                tokio::select! {
                    () = held.over.cancelled() => return,
                    () = held.wake.notified() => {
                        pause = self.settings.resume_pause;
                        // At once, when a person asked for it.
                        if !held.urged.load(Ordering::Relaxed) || !held.paused().is_empty() {
                            continue;
                        }
                    }
                    () = tokio::time::sleep(nap) => if !may { continue },
                }
                pause = (pause * 2).min(PAUSE_MAX);
                match Arc::clone(&self).call_again(task, &held).await {
                    Ok(()) => return,
                    // A person has it in hand, there or here.
                    Err(RunError::PausedByPeer(org)) => self.note_pause(&task, &held, org, true),
                    Err(RunError::Paused) => self.note_pause(&task, &held, self.org.clone(), true),
                    Err(error) if error.cuts_off() || error == RunError::Busy => {
                        tracing::info!(%task, code = error.code(), "a run that was cut off does not go on yet");
                    }
                    Err(error) => return self.give_up(task, &held, &error).await,
                }
            }
        })
    }

    // Goes on with a run that was cut off: asks the ledger again, then the peer. When this returns well, the run goes on.
    async fn call_again(self: Arc<Self>, task: TaskId, held: &Held) -> Result<(), RunError> {
        let (stored, plan) = gate::plan(self.ledger.as_ref(), &self.org, &task)?;
        gate::permit(self.ledger.as_ref(), &stored, Some(&held.session), clock::now_ms())?;
        let record = self.records.get(&task, &held.session)?.ok_or(RunError::AlreadyRun)?;
        let ours = self.resume_call(&record);
        let watched = self.take_on(&plan).ok_or(RunError::Busy)?;
        watched.asking.store(true, Ordering::Relaxed);
        let asked = async {
            let slot = Arc::clone(&self.starts).acquire_owned().await.map_err(|_| RunError::NodeRestarted)?;
            watched.reserve(&held.peer);
            let (stream, theirs) = self.ask(&plan, &held.peer, &watched, Some(ours)).await?;
            let theirs = theirs.ok_or(RunError::Protocol { code: "answer_unexpected".into() })?;
            let again = Again::of(plan.role, ours, theirs, self.settings.resumptions_max)?;
            Ok((stream, slot, again))
        };
        let asked = asked.await;
        watched.asking.store(false, Ordering::Relaxed);
        match asked {
            Ok((stream, slot, again)) => {
                self.release(&task, &held.session);
                self.show(&plan);
                watched.open(&held.peer, stream);
                let runner = Arc::clone(&self);
                self.spawn(async move {
                    runner.conduct(plan, watched, true, Some(again)).await;
                    drop(slot);
                });
                Ok(())
            }
            Err(error) => {
                self.running.lock().remove(&task);
                let paused = RunError::Paused.code();
                match error {
                    RunError::PeerRefused { org, code } if code == paused => Err(RunError::PausedByPeer(org)),
                    other => Err(other),
                }
            }
        }
    }

    // The first party of the specification calls.
    fn calls(&self, task: &TaskId, held: &Held) -> bool {
        let planned = gate::plan(self.ledger.as_ref(), &self.org, task);
        planned.is_ok_and(|(_, plan)| plan.session == held.session && plan.opens())
    }

    /// A held run is over without result.
    pub(super) async fn give_up(&self, task: TaskId, held: &Held, error: &RunError) {
        if self.release(&task, &held.session).is_none() {
            return;
        }
        match gate::plan(self.ledger.as_ref(), &self.org, &task) {
            Ok((_, plan)) if plan.session == held.session => self.end_failed(&plan, error, true).await,
            _ => self.end_failed_elsewhere(task, held.session, error),
        }
    }

    fn say_paused(&self, peer: &OrgId, task: TaskId, session: SessionId) {
        let _ = self.mesh.try_send(peer, Service::Task, TaskMessage::Paused { task, session }.to_bytes());
    }

    // Adds or removes somebody who paused, everywhere it is shown or kept.
    fn note_pause(&self, task: &TaskId, held: &Held, org: OrgId, pauses: bool) {
        let changed = {
            let mut paused_by = held.paused_by.lock();
            if pauses { paused_by.insert(org) } else { paused_by.remove(&org) }
        };
        if !changed {
            return;
        }
        let now = held.paused();
        let written = self.records.update(task, |record| match &mut record.state {
            RunState::Interrupted { paused_by, .. } if record.session == held.session => {
                paused_by.clone_from(&now);
                true
            }
            _ => false,
        });
        if let Err(error) = written {
            tracing::error!(%error, "a run's record cannot be written");
        }
        self.board.change(task, &held.session, |p| {
            if let Some(interruption) = &mut p.interruption {
                interruption.paused_by = now;
            }
        });
        held.wake.notify_one();
    }

    /// Stops a run that goes on here so that it can go on later, or keeps one that is cut off from going on.
    pub(crate) fn pause(&self, task: &TaskId) -> Result<(), PartyError> {
        let running = self.running.lock().get(task).cloned();
        if let Some(watched) = running {
            let lanes = self.board.get(task).map(|p| p.lanes).unwrap_or_default();
            if self.settings.resume_within.is_zero() || !lanes.iter().all(|lane| lane.can_go_on) {
                return Err(PartyError::CannotPause(*task));
            }
            self.logs.add(task, Some(&watched.session), LogLevel::Info, "run_paused", [("org", (&self.org).into())]);
            for lane in lanes.iter().filter(|lane| lane.org != self.org) {
                self.say_paused(&lane.org, *task, watched.session);
            }
            watched.pause();
            return Ok(());
        }
        let held = self.held.lock().get(task).cloned().ok_or(PartyError::NotRunning(*task))?;
        self.logs.add(task, Some(&held.session), LogLevel::Info, "run_paused", [("org", (&self.org).into())]);
        held.urged.store(false, Ordering::Relaxed);
        self.note_pause(task, &held, self.org.clone(), true);
        Ok(())
    }

    /// Goes on with a run that was cut off, as soon as the peer does.
    pub(crate) fn resume(&self, task: &TaskId) -> Result<(), PartyError> {
        if self.running.lock().contains_key(task) {
            return Err(PartyError::AlreadyRunning(*task));
        }
        let held = self.held.lock().get(task).cloned().ok_or(PartyError::NotInterrupted(*task))?;
        if let Some(org) = held.paused().into_iter().find(|org| org != &self.org) {
            return Err(PartyError::PausedElsewhere { task: *task, org });
        }
        self.logs.add(task, Some(&held.session), LogLevel::Info, "resume_asked", [("org", (&self.org).into())]);
        held.urged.store(true, Ordering::Relaxed);
        self.note_pause(task, &held, self.org.clone(), false);
        held.wake.notify_one();
        Ok(())
    }

    /// The peer says that its person paused the run.
    pub(super) fn paused_by_peer(&self, from: &OrgId, task: &TaskId, session: &SessionId) {
        if let Some(watched) = self.running.lock().get(task)
            && watched.needs(from)
            && &watched.session == session
        {
            watched.stop(RunError::PausedByPeer(from.clone()));
        }
        let held = self.held.lock().get(task).cloned();
        if let Some(held) = held.filter(|held| (&held.peer, &held.session) == (from, session)) {
            self.note_pause(task, &held, from.clone(), true);
        }
    }

    /// The peer calls to go on with a run: what was cut off here, or is about to be.
    pub(super) async fn admit_again(
        &self,
        plan: &Plan,
        from: &OrgId,
        theirs: ResumeCall,
    ) -> Result<(Arc<super::watch::Watched>, ResumeCall, Again), RunError> {
        let (task, session) = (plan.task, plan.session);
        // This node may not have noticed yet.
        let running = self.running.lock().get(&task).cloned();
        if let Some(running) = running {
            if !running.asking.load(Ordering::Relaxed) {
                running.stop(RunError::PeerLost(from.clone()));
            } else if plan.opens() {
                return Err(RunError::Busy);
            }
            self.gone(&task, &running).await?;
        }
        let held = self.held.lock().get(&task).filter(|held| held.session == session).cloned();
        let held = held.ok_or(RunError::AlreadyRun)?;
        if held.paused().contains(&self.org) {
            return Err(RunError::Paused);
        }
        let record = self.records.get(&task, &session)?.ok_or(RunError::AlreadyRun)?;
        let ours = self.resume_call(&record);
        let again = match Again::of(plan.role, ours, theirs, self.settings.resumptions_max) {
            Ok(again) => again,
            Err(error) => {
                self.give_up(task, &held, &error).await;
                return Err(error);
            }
        };
        self.release(&task, &session).ok_or(RunError::Busy)?;
        let watched = self.begin(plan).ok_or(RunError::Busy)?;
        Ok((watched, ours, again))
    }

    /// At the start, before anybody calls: runs of the last life that can go on are held.
    pub(super) fn hold_found(self: &Arc<Self>) {
        let mut found = self.found.lock();
        let mut wanted = BTreeSet::new();
        found.retain(|record| {
            if !matches!(record.state, RunState::Started | RunState::Interrupted { .. }) {
                return true;
            }
            let error = match &record.state {
                RunState::Interrupted { code, .. } if code == RunError::Paused.code() => RunError::Paused,
                _ => RunError::NodeRestarted,
            };
            let planned = gate::plan(self.ledger.as_ref(), &self.org, &record.task);
            match planned {
                Ok((_, plan))
                    if plan.session == record.session && plan.is_of_two() && self.may_be_held(record, &error) =>
                {
                    wanted.insert(record.session.to_string());
                    // What was written of a result was never committed to.
                    self.remove_unfinished_results(&record.task, record.attempt);
                    self.hold(&plan, record.clone(), &error);
                    false
                }
                _ => true,
            }
        });
        drop(found);
        Checkpoints::sweep(&self.checkpoint_root, |session| wanted.contains(session));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: u32, checkpoint: u32, tags_left: bool) -> ResumeCall {
        ResumeCall { number, checkpoint, tags_left }
    }

    #[test]
    fn a_run_goes_on_from_a_checkpoint_of_both_or_from_its_beginning_while_no_tag_has_left() {
        use ProtocolRole::{Receiver, Sender};
        let impossible = Err(RunError::ResumeImpossible);
        for (role, ours, theirs, expected) in [
            (Receiver, call(1, 2, false), call(1, 2, true), Ok(Again { number: 1, fresh: false })),
            (Sender, call(3, 2, true), call(1, 1, false), Ok(Again { number: 3, fresh: false })),
            (Receiver, call(1, 0, false), call(1, 0, false), Ok(Again { number: 1, fresh: true })),
            (Receiver, call(1, 0, false), call(1, 0, true), impossible.clone()),
            (Sender, call(1, 0, true), call(1, 0, false), impossible.clone()),
            // What a receiver says of tags counts for nothing.
            (Sender, call(1, 0, false), call(1, 0, true), Ok(Again { number: 1, fresh: true })),
            (Receiver, call(1, 1, false), call(1, 0, false), impossible.clone()),
            (Receiver, call(1, 2, false), call(9, 2, true), impossible),
        ] {
            assert_eq!(Again::of(role, ours, theirs, 8), expected, "{ours:?} {theirs:?}");
        }
    }
}
