//! Opening a run: reaching the peers, asking them to take part. The node of the first party of the specification calls
//! all others; each of these, once it was called, calls those that stand behind it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ledger_mesh::{MeshError, MeshStream, StreamService};
use ledger_types::id::{OrgId, SessionId, TaskId};
use serde::Serialize;

use super::error::RunError;
use super::gate::{self, Plan};
use super::log::{self, LogLevel};
use super::run::Runner;
use super::watch::Watched;
use super::wire::{Answer, ResumeCall, RunHeader, farewell, read_answer};
use crate::clock;
use crate::error::PartyError;

/// What became of a request to run a task now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStarted {
    /// The peers take part; the run goes on.
    Started {
        /// Which run.
        session: SessionId,
    },
    /// A peer's node said no.
    Refused {
        /// Who.
        by: OrgId,
        /// Its code.
        code: String,
    },
}

/// How long a refused opener waits before it asks a busy peer again.
const BUSY_PAUSE: Duration = Duration::from_secs(2);

impl Runner {
    /// Starts a run that the ledger made ready; called for every `TaskReady` of a task that we take part in.
    pub(super) async fn on_ready(self: Arc<Self>, id: TaskId, session: SessionId) {
        while let Some(plan) = self.plan_of_ready(id, session).await {
            // The start would be lost while something of another session goes on here.
            if self.other_ended(&id, &session).await {
                continue;
            }
            match Arc::clone(&self).open_run(plan, None).await {
                Ok(RunStarted::Refused { code, .. }) => tracing::info!(task = %id, code, "the peer refused the run"),
                // Another one began in between.
                Err(RunError::AlreadyRun) => continue,
                Ok(RunStarted::Started { .. }) | Err(_) => {}
            }
            return;
        }
    }

    // The plan, if it is for us to open the run and nobody has yet.
    async fn plan_of_ready(&self, id: TaskId, session: SessionId) -> Option<Plan> {
        let (task, plan) = match gate::plan(self.ledger.as_ref(), &self.org, &id) {
            Ok(found) => found,
            Err(RunError::NotAParty) => return None,
            Err(error) => {
                self.refuse_own(id, session, &error).await;
                return None;
            }
        };
        // History that is read again, or a run that a later event overtook.
        if plan.session != session || self.is_known(&id, &session) {
            return None;
        }
        if let Err(error) = gate::permit(self.ledger.as_ref(), &task, Some(&session), clock::now_ms()) {
            if !matches!(error, RunError::NotReady(_) | RunError::WrongSession) {
                self.refuse_own(id, session, &error).await;
            }
            return None;
        }
        if plan.opens() {
            return Some(plan);
        }
        // The first party of the specification opens; we answer when it calls.
        let first = log::orgs(plan.spec.members().take(1));
        self.logs.add(&id, Some(&session), LogLevel::Info, "waiting_for_peer", [("peer", first)]);
        self.board.begin(id, session, plan.attempt, plan.spec.members().cloned());
        None
    }

    // Waits until no run of another session of the task goes on here; whether there was one. A drill is stopped; a
    // run that the ledger has closed ends by itself.
    async fn other_ended(&self, id: &TaskId, session: &SessionId) -> bool {
        let other = || self.running.lock().get(id).filter(|w| &w.session != session).cloned();
        let mut waited = false;
        while let Some(other) = other() {
            waited = true;
            if other.drill.load(Ordering::Relaxed) {
                other.stop(RunError::AlreadyRun);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        waited
    }

    /// Starts a run because a person asks for it. `force` skips the check of *this* node only, to show that the
    /// other side refuses by its own.
    pub(crate) async fn run_now(self: Arc<Self>, id: TaskId, force: bool) -> Result<RunStarted, PartyError> {
        let (task, plan) = gate::plan(self.ledger.as_ref(), &self.org, &id)?;
        if self.running.lock().contains_key(&id) {
            return Err(PartyError::AlreadyRunning(id));
        }
        let permitted = gate::permit(self.ledger.as_ref(), &task, None, clock::now_ms());
        let denied = if force { permitted.err() } else { permitted.map(|()| None)? };
        if force {
            self.logs.add(&id, Some(&plan.session), LogLevel::Warn, "run_forced", [("peer", plan.peer_names())]);
        } else if !plan.opens() && !plan.is_of_two() {
            let first = plan.spec.members().next().cloned();
            return Err(RunError::BegunElsewhere(first.ok_or(RunError::SpecUnusable("no member"))?).into());
        } else if self.is_known(&id, &plan.session) {
            return Err(RunError::AlreadyRun.into());
        }
        Ok(self.open_run(plan, denied).await?)
    }

    /// Whether this run was started here before.
    pub(super) fn is_known(&self, task: &TaskId, session: &SessionId) -> bool {
        let running = self.running.lock().get(task).is_some_and(|w| &w.session == session);
        running || self.records.get(task, session).is_ok_and(|r| r.is_some())
    }

    // Opens the streams and, if every peer takes part, leaves the run going on. What this node's own check denies is a
    // drill: it asks and never runs, whatever the peers say.
    async fn open_run(self: Arc<Self>, plan: Plan, denied: Option<RunError>) -> Result<RunStarted, RunError> {
        let report = denied.is_none();
        let Some(watched) = self.begin(&plan) else { return Err(RunError::AlreadyRun) };
        watched.asking.store(true, Ordering::Relaxed);
        watched.drill.store(!report, Ordering::Relaxed);
        let slot = tokio::select! {
            slot = Arc::clone(&self.starts).acquire_owned() => slot.map_err(|_| RunError::NodeRestarted),
            () = watched.stop.cancelled() => Err(watched.cause()),
        };
        let opened = match slot {
            Ok(slot) => self.call_all(&plan, &watched).await.map(|()| slot),
            Err(error) => Err(error),
        };
        let opened = match denied {
            Some(denied) => opened.and(Err(denied)),
            None => opened,
        };
        match opened {
            Ok(slot) => {
                let session = plan.session;
                watched.asking.store(false, Ordering::Relaxed);
                let runner = Arc::clone(&self);
                self.spawn(async move {
                    runner.conduct(plan, watched, report, None).await;
                    drop(slot);
                });
                Ok(RunStarted::Started { session })
            }
            Err(error) => {
                let refused = match &error {
                    RunError::PeerRefused { org, code } => {
                        Some(RunStarted::Refused { by: org.clone(), code: code.clone() })
                    }
                    _ => None,
                };
                watched.asking.store(false, Ordering::Relaxed);
                // The peer called us at the same moment, or the session is over: its other run speaks for us.
                let known = RunError::AlreadyRun.code();
                let twice = error == RunError::AlreadyRun
                    || matches!(&error, RunError::PeerRefused { code, .. } if code == known);
                let streams = watched.take_streams();
                // Of a drill nothing is said, whoever took part in it.
                if report {
                    farewell(streams, &error).await;
                }
                self.end_failed(&plan, &error, report && !twice).await;
                refused.ok_or(error)
            }
        }
    }

    /// Calls every peer that this node has to call and that has no stream yet, one after the other in the order of
    /// their names: whoever waits for a busy node holds only places of nodes before it, so that no two runs wait for each
    /// other.
    pub(super) async fn call_all(&self, plan: &Plan, watched: &Watched) -> Result<(), RunError> {
        let drill = watched.drill.load(Ordering::Relaxed);
        let first = watched.asking.load(Ordering::Relaxed);
        let mut peers: Vec<&OrgId> = plan.peers.iter().map(|p| &p.org).collect();
        peers.sort();
        let calling = async {
            for peer in peers {
                // One of two may begin although it stands second.
                let ours = plan.calls(peer) || drill || (plan.is_of_two() && first);
                if ours && watched.reserve(peer) {
                    let (stream, _) = self.ask(plan, peer, watched, None).await?;
                    watched.open(peer, stream);
                }
            }
            Ok(())
        };
        self.while_alive(plan, watched, calling).await
    }

    /// Does something while telling the peers that this node lives and making sure that they do.
    pub(super) async fn while_alive<T>(
        &self,
        plan: &Plan,
        watched: &Watched,
        work: impl Future<Output = Result<T, RunError>>,
    ) -> Result<T, RunError> {
        tokio::select! {
            done = work => done,
            silent = watched.silence(self.settings.silence_max) => Err(silent),
            () = self.heartbeat(plan, watched) => Err(RunError::Internal("heartbeat ended")),
        }
    }

    /// Asks a peer to take part, or with `resume` to go on; gives the stream and where the peer stands.
    pub(super) async fn ask(
        &self,
        plan: &Plan,
        peer: &OrgId,
        watched: &Watched,
        resume: Option<ResumeCall>,
    ) -> Result<(MeshStream, Option<ResumeCall>), RunError> {
        let header = RunHeader {
            v: 1,
            task: plan.task,
            session: plan.session,
            attempt: plan.attempt,
            org: self.org.clone(),
            role: plan.role,
            height: self.ledger.status().height,
            resume,
        };
        // A peer that stops or was just started: the link may be dying, nobody may listen yet, or it has blocks to read.
        let mut unready_since: Option<Instant> = None;
        let mut may_wait = || unready_since.get_or_insert_with(Instant::now).elapsed() < self.settings.reach_max;
        let asking = async {
            loop {
                let mut stream = self.reach(peer, &header).await?;
                match read_answer(&mut stream, peer).await {
                    Ok(Answer::Accepted) if resume.is_none() => return Ok((stream, None)),
                    Ok(Answer::Resumes(theirs)) if resume.is_some() => return Ok((stream, Some(theirs))),
                    Ok(Answer::Refused { code }) if code == RunError::Busy.code() => {}
                    Ok(Answer::Refused { code }) if code == RunError::ReplicaBehind.code() && may_wait() => {}
                    Err(RunError::PeerLost(_)) if may_wait() => {}
                    Ok(Answer::Refused { code }) => return Err(RunError::PeerRefused { org: peer.clone(), code }),
                    Ok(_) => return Err(RunError::Protocol { code: "answer_unexpected".into() }),
                    Err(error) => return Err(error),
                }
                tokio::time::sleep(BUSY_PAUSE).await;
            }
        };
        tokio::select! {
            asked = asking => asked,
            () = watched.stop.cancelled() => Err(watched.cause()),
        }
    }

    /// Takes a run on that peers called for, until every stream is open; then to its end.
    pub(super) async fn join_run(self: &Arc<Self>, plan: Plan, watched: Arc<Watched>) {
        let streams = plan.peers.len();
        let gathering = async {
            self.call_all(&plan, &watched).await?;
            let waiting = async {
                tokio::select! {
                    () = watched.all_open(streams) => Ok(()),
                    () = watched.stop.cancelled() => Err(watched.cause()),
                }
            };
            self.while_alive(&plan, &watched, waiting).await
        };
        match gathering.await {
            Ok(()) => self.conduct(plan, watched, true, None).await,
            Err(error) => {
                farewell(watched.take_streams(), &error).await;
                self.end_failed(&plan, &error, true).await;
            }
        }
    }

    async fn reach(&self, peer: &OrgId, header: &RunHeader) -> Result<MeshStream, RunError> {
        let until = Instant::now() + self.settings.reach_max;
        loop {
            match self.mesh.open_stream(peer, StreamService::Task, header.to_bytes()) {
                Ok(stream) => return Ok(stream),
                Err(MeshError::NotConnected(_) | MeshError::TooManyStreams(_)) if Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(error) => {
                    tracing::warn!(%peer, %error, "the peer cannot be reached");
                    return Err(RunError::PeerUnreachable(peer.clone()));
                }
            }
        }
    }

    // A run that our own check forbids: reported as failed, so that nobody waits for us.
    async fn refuse_own(&self, id: TaskId, session: SessionId, error: &RunError) {
        self.logs.failure(&id, Some(&session), "run_refused_here", error);
        self.report_failure(id, session, error).await;
    }
}
