//! Answering a peer that opens a run. Nothing that the peer says is believed but who it is: whether the run may
//! take place is read from this node's own replica. A refusal is told to the peer, logged, and recorded on the
//! ledger, because that somebody tried is evidence.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ledger_mesh::{IncomingStream, MeshStream};
use ledger_types::action::{Action, TaskRefuse};
use ledger_types::id::{Height, OrgId, TaskId};

use super::error::RunError;
use super::gate::{self, Plan};
use super::hold::Again;
use super::link;
use super::log::LogLevel;
use super::run::Runner;
use super::watch::Watched;
use super::wire::{Answer, ResumeCall, RunHeader, write_answer};
use crate::clock;

/// How long an answer may take to be written.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);
/// How long a peer's call waits for our own simultaneous call to end.
const YIELD_PATIENCE: Duration = Duration::from_secs(3);

/// A run that takes place; of one that goes on, where this side stands and how it goes on.
type Admitted<'a> = (Plan, Arc<Watched>, Option<Counted<'a>>, Option<(ResumeCall, Again)>);

impl Runner {
    /// Serves one stream that a peer opened.
    pub(super) async fn serve(self: Arc<Self>, incoming: IncomingStream) {
        let IncomingStream { from, header, stream } = incoming;
        if link::is_link_test(&header) {
            return self.serve_link_test(&from, stream).await;
        }
        let Some(header) = RunHeader::from_bytes(&header) else {
            tracing::warn!(%from, "a peer opened a stream with an unreadable header");
            return answer(stream, Answer::Refused { code: "header_malformed".into() }).await;
        };
        let (plan, watched, begun, again) = match self.admit(&from, &header).await {
            Ok(admitted) => admitted,
            Err(error) => return self.refuse(&from, &header, &error, stream).await,
        };
        let mut stream = stream;
        let yes = again.map_or(Answer::Accepted, |(ours, _)| Answer::Resumes(ours));
        let written = tokio::time::timeout(ANSWER_PATIENCE, write_answer(&mut stream, &yes)).await;
        let written = matches!(written, Ok(Ok(())));
        if written {
            watched.open(&from, stream);
        }
        match (begun, again) {
            (Some(_counted), Some((_, again))) if written => self.conduct(plan, watched, true, Some(again)).await,
            (Some(_counted), again) if !written => {
                let error = RunError::PeerLost(from);
                let record = self.records.get(&plan.task, &plan.session).ok().flatten();
                match record.filter(|record| again.is_some() && self.may_be_held(record, &error)) {
                    Some(record) => self.hold(&plan, record, &error),
                    None => self.end_failed(&plan, &error, true).await,
                }
            }
            (Some(_counted), _) => self.join_run(plan, watched).await,
            (None, _) if written => {}
            (None, _) => watched.stop(RunError::PeerLost(from)),
        }
    }

    // What the peer calls for; counted when the call begins the run here, and not when the run goes on already.
    async fn admit(&self, from: &OrgId, header: &RunHeader) -> Result<Admitted<'_>, RunError> {
        if &header.org != from {
            return Err(RunError::PeerNotAParty(header.org.clone()));
        }
        self.catch_up(header.height).await?;
        let (task, plan) = gate::plan(self.ledger.as_ref(), &self.org, &header.task)?;
        if plan.peers.iter().all(|p| &p.org != from) {
            return Err(RunError::PeerNotAParty(from.clone()));
        }
        if let Err(error) = gate::permit(self.ledger.as_ref(), &task, Some(&header.session), clock::now_ms()) {
            // What was permitted when the run began is not any more.
            let held = self.held.lock().get(&header.task).filter(|held| held.session == header.session).cloned();
            if let Some(held) = held.filter(|_| header.resume.is_some()) {
                self.give_up(header.task, &held, &error).await;
            }
            return Err(error);
        }
        // Of two, either may call.
        let out_of_order = plan.calls(from) && !plan.is_of_two();
        if header.role != plan.spec.role(from) || header.attempt != plan.attempt || out_of_order {
            return Err(RunError::Protocol { code: "header_differs".into() });
        }
        if let Some(theirs) = header.resume {
            plan.peer()?;
            let counted = Counted::take(&self.accepted, self.settings.accepts_max).ok_or(RunError::Busy)?;
            let (watched, ours, again) = self.admit_again(&plan, from, theirs).await?;
            watched.reserve(from);
            return Ok((plan, watched, Some(counted), Some((ours, again))));
        }
        if !plan.is_of_two()
            && let Some(watched) = self.joined(&plan, from).await?
        {
            return if watched.reserve(from) { Ok((plan, watched, None, None)) } else { Err(RunError::AlreadyRun) };
        }
        self.give_way(&plan).await?;
        if self.is_known(&plan.task, &plan.session) {
            return Err(RunError::AlreadyRun);
        }
        let counted = Counted::take(&self.accepted, self.settings.accepts_max).ok_or(RunError::Busy)?;
        let watched = self.begin(&plan).ok_or(RunError::AlreadyRun)?;
        watched.reserve(from);
        Ok((plan, watched, Some(counted), None))
    }

    // The run of several that a peer's call belongs to, when it goes on here; only the first member's call begins it, and
    // another's can be quicker.
    async fn joined(&self, plan: &Plan, from: &OrgId) -> Result<Option<Arc<Watched>>, RunError> {
        let begins = plan.spec.members().next() == Some(from);
        let until = Instant::now() + YIELD_PATIENCE;
        loop {
            let running = self.running.lock().get(&plan.task).filter(|w| w.session == plan.session).cloned();
            let running = running.filter(|w| !w.drill.load(Ordering::Relaxed));
            if running.is_some() || begins {
                return Ok(running);
            }
            if self.is_known(&plan.task, &plan.session) {
                return Err(RunError::AlreadyRun);
            }
            if Instant::now() >= until {
                // It asks again.
                return Err(RunError::Busy);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    // Both sides may call at the same moment; the first party of the specification is the one that is heard. What is
    // left of another session of the task ends first.
    async fn give_way(&self, plan: &Plan) -> Result<(), RunError> {
        let Some(running) = self.running.lock().get(&plan.task).cloned() else { return Ok(()) };
        let other = running.session != plan.session;
        if running.asking.load(Ordering::Relaxed) && !plan.opens() || other && running.drill.load(Ordering::Relaxed) {
            running.stop(RunError::AlreadyRun);
        } else if !other {
            return Ok(());
        }
        self.gone(&plan.task, &running).await
    }

    /// Waits until a run that was stopped has ended.
    pub(super) async fn gone(&self, task: &TaskId, running: &Arc<Watched>) -> Result<(), RunError> {
        let until = Instant::now() + YIELD_PATIENCE;
        while self.running.lock().get(task).is_some_and(|w| Arc::ptr_eq(w, running)) {
            if Instant::now() >= until {
                // The peer asks again.
                return Err(RunError::Busy);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    // The peer may have seen the block that made the task ready a moment before we do.
    async fn catch_up(&self, height: Height) -> Result<(), RunError> {
        let until = Instant::now() + self.settings.catch_up_max;
        while self.ledger.status().height < height {
            if Instant::now() >= until {
                return Err(RunError::ReplicaBehind);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn refuse(&self, from: &OrgId, header: &RunHeader, error: &RunError, stream: MeshStream) {
        let code = error.rule_code().to_owned();
        // Asked of the replica, whatever the error: some are found before the task is looked up.
        let stored = ledger_contract::read::task(self.ledger.view().as_ref(), &header.task);
        let known = !matches!(error, RunError::TaskUnknown) && matches!(stored, Ok(Some(_)));
        if known {
            let params = [("peer", from.into()), ("code", super::log::peer_code(&code))];
            self.logs.add(&header.task, Some(&header.session), LogLevel::Warn, "refused_peer", params);
        } else {
            // No log file for every number that a peer makes up.
            tracing::warn!(%from, task = %header.task, code, "refused a run of an unknown task");
        }
        answer(stream, Answer::Refused { code: code.clone() }).await;
        // Being slow or busy is no breach of a rule.
        let benign = matches!(
            error,
            RunError::ReplicaBehind
                | RunError::Busy
                | RunError::AlreadyRun
                | RunError::Paused
                | RunError::ResumeImpossible
        );
        let worth = known && !benign && !matches!(error, RunError::NotAParty);
        if worth && self.refused.lock().admits(Instant::now(), &header.task, from, &code) {
            self.record_refusal(header.task, from, code).await;
        }
    }

    async fn record_refusal(&self, task: TaskId, asked_by: &OrgId, code: String) {
        let action = Action::TaskRefuse(TaskRefuse { task, asked_by: asked_by.clone(), code });
        match self.signer.submit_as_node(&action, 5).await.and_then(|s| s.applied()) {
            Ok(done) => self.logs.add(&task, None, LogLevel::Info, "refusal_recorded", [("tx", (&done.tx).into())]),
            Err(error) => tracing::error!(%task, code = error.code(), "a refusal could not be recorded"),
        }
    }
}

async fn answer(mut stream: MeshStream, answer: Answer) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let saying = async {
        write_answer(&mut stream, &answer).await?;
        stream.shutdown().await?;
        // Until the peer has read it and closed, so that the answer is not lost with the stream.
        let mut rest = [0; 64];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    let _ = tokio::time::timeout(ANSWER_PATIENCE, saying).await;
}

struct Counted<'a>(&'a std::sync::atomic::AtomicUsize);

impl<'a> Counted<'a> {
    /// A place among so many; none when all are taken.
    fn take(count: &'a std::sync::atomic::AtomicUsize, most: usize) -> Option<Self> {
        let more = |n: usize| (n < most).then_some(n + 1);
        count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self(count))
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
