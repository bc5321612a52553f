//! One run, from the open streams to the attestation on the ledger.

use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use futures::future::BoxFuture;
use ledger_client::Ledger;
use ledger_mesh::{Mesh, MeshStream, Service};
use ledger_types::action::{Action, TaskAttest, TaskFail};
use ledger_types::id::{OrgId, SessionId, TaskId};
use ledger_types::task::{Attestation, ChannelView, InputUsed, ProtocolRole, TaskStatus};
use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, Meter};
use mpc_psi::run::{CheckpointStore as _, Control, Params, Phase, PsiError, Resumption, Returns, RunConfig};
use mpc_psi::{resume_receiver, resume_sender, run_receiver_returning, run_sender};
use parking_lot::Mutex;
use tokio::io::{ReadHalf, WriteHalf};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::certified;
use super::error::RunError;
use super::gate::Plan;
use super::hold::{Again, Held};
use super::input::SideInput;
use super::link::Links;
use super::log::{LogEntry, LogLevel, TaskLogs};
use super::progress::{ProgressBoard, RunPhase};
use super::record::{ResultRecord, RunRecord, RunRecords, RunState, SecretHex};
use super::result::Found;
use super::settings::RunSettings;
use super::stated::Stated;
use super::throttle::RefusalThrottle;
use super::watch::Watched;
use super::wire::{Answer, TaskMessage, farewell, read_answer, write_answer};
use crate::clock;
use crate::custody::Signer;
use crate::dataset::Preparations;
use crate::disk;
use crate::engine::Engine;
use crate::error::PartyError;
use crate::source::Sources;

/// How often a statement of the node is submitted before it is left to the next start.
const SUBMIT_ATTEMPTS: u32 = 8;

/// All that runs need.
pub(crate) struct Runner {
    pub(super) org: OrgId,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) mesh: Mesh,
    pub(super) signer: Arc<Signer>,
    pub(super) sources: Arc<Sources>,
    pub(super) preparations: Arc<Preparations>,
    pub(super) settings: RunSettings,
    pub(super) records: RunRecords,
    pub(super) logs: TaskLogs,
    pub(super) board: Arc<ProgressBoard>,
    pub(super) results: PathBuf,
    pub(super) temporary: PathBuf,
    pub(super) checkpoint_root: PathBuf,
    pub(super) follow_file: PathBuf,
    /// Runs that the last life of this node left unfinished or with a result.
    pub(super) found: Mutex<Vec<RunRecord>>,
    pub(super) running: Mutex<HashMap<TaskId, Arc<Watched>>>,
    /// Runs that are cut off and may go on.
    pub(super) held: Mutex<HashMap<TaskId, Arc<Held>>>,
    pub(super) refused: Mutex<RefusalThrottle>,
    pub(super) starts: Arc<Semaphore>,
    pub(super) accepted: Arc<AtomicUsize>,
    pub(super) links: Links,
    pub(super) shutdown: CancellationToken,
    pub(super) tracker: TaskTracker,
}

impl Runner {
    /// Opens the directories of a node and finds what its last life left behind. Nothing runs before
    /// [`Runner::start`].
    #[expect(clippy::too_many_arguments, reason = "called once, by the room that owns all of these")]
    pub(crate) fn open(
        dir: &Path,
        org: OrgId,
        ledger: Arc<dyn Ledger>,
        mesh: Mesh,
        signer: Arc<Signer>,
        sources: Arc<Sources>,
        preparations: Arc<Preparations>,
        board: Arc<ProgressBoard>,
        settings: RunSettings,
    ) -> Result<Arc<Self>, PartyError> {
        let (tasks, results, temporary) = (dir.join("tasks"), dir.join("results"), dir.join("tmp"));
        // Whatever a run of an earlier life had under its hands.
        match std::fs::remove_dir_all(&temporary) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(disk::io_error(&temporary)(e).into()),
            _ => {}
        }
        let checkpoint_root = dir.join("checkpoints");
        disk::private_dir(&checkpoint_root)?;
        disk::private_dir(&results)?;
        disk::private_dir(&temporary)?;
        let records = RunRecords::open(&tasks)?;
        let mut found = Vec::new();
        for task in records.tasks()? {
            found.extend(records.of(&task)?.into_iter().filter(|r| !r.is_settled() || r.result.is_some()));
        }
        let links = Links::open(dir.join("links.json"), settings.link_test_every)?;
        Ok(Arc::new(Self {
            links,
            org,
            ledger,
            mesh,
            signer,
            sources,
            preparations,
            records,
            logs: TaskLogs::open(&tasks),
            board,
            results,
            temporary,
            checkpoint_root,
            follow_file: dir.join("follow.json"),
            found: Mutex::new(found),
            running: Mutex::default(),
            held: Mutex::default(),
            refused: Mutex::default(),
            starts: Arc::new(Semaphore::new(settings.starts_max.max(1))),
            accepted: Arc::default(),
            shutdown: CancellationToken::new(),
            tracker: TaskTracker::new(),
            settings,
        }))
    }

    /// Ends everything that goes on.
    pub(crate) async fn stop(&self) {
        for watched in self.running.lock().values() {
            // A reading thread cannot be dropped; it ends at its next batch.
            watched.reading.cancel();
        }
        self.shutdown.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// The log of a task.
    pub(crate) fn log(&self, task: &TaskId) -> Result<Vec<LogEntry>, PartyError> {
        Ok(self.logs.read(task)?)
    }

    /// The records of a task's runs.
    pub(crate) fn runs(&self, task: &TaskId) -> Result<Vec<RunRecord>, PartyError> {
        Ok(self.records.of(task)?)
    }

    /// Stops a run, or gives one up that is cut off.
    pub(crate) fn cancel(self: &Arc<Self>, task: &TaskId) -> Result<(), PartyError> {
        if let Some(watched) = self.running.lock().get(task) {
            watched.stop(RunError::Cancelled);
            return Ok(());
        }
        let held = self.held.lock().get(task).cloned().ok_or(PartyError::NotRunning(*task))?;
        let (runner, task) = (Arc::clone(self), *task);
        self.spawn(async move { runner.give_up(task, &held, &RunError::Cancelled).await });
        Ok(())
    }

    /// The latest result of a task.
    pub(crate) fn result(&self, task: &TaskId) -> Result<ResultRecord, PartyError> {
        let latest = self.records.of(task)?.into_iter().rev().find_map(|r| r.result);
        latest.ok_or(PartyError::NoResult(*task))
    }

    /// Runs a future until it ends or the room is shut down.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let shutdown = self.shutdown.clone();
        self.tracker.spawn(async move {
            tokio::select! {
                () = work => {}
                () = shutdown.cancelled() => {}
            }
        });
    }

    /// Takes a run on; `None` when the task is already running here.
    pub(super) fn begin(&self, plan: &Plan) -> Option<Arc<Watched>> {
        let watched = self.take_on(plan)?;
        self.show(plan);
        Some(watched)
    }

    /// The same, with nothing shown yet.
    pub(super) fn take_on(&self, plan: &Plan) -> Option<Arc<Watched>> {
        let watched = Arc::new(Watched::new(plan.session));
        let mut running = self.running.lock();
        if running.contains_key(&plan.task) {
            return None;
        }
        running.insert(plan.task, Arc::clone(&watched));
        Some(watched)
    }

    /// Shows a run with lanes at their beginning.
    pub(super) fn show(&self, plan: &Plan) {
        self.board.begin(plan.task, plan.session, plan.attempt, plan.spec.members().cloned());
    }

    /// A run whose streams are open and accepted, to its end. `report` tells whether its failure concerns the ledger;
    /// `again` that it was cut off before.
    ///
    /// Behind a pointer, so that runs are compiled into this crate and not again into every one that polls a caller.
    pub(super) fn conduct(
        self: &Arc<Self>,
        plan: Plan,
        watched: Arc<Watched>,
        report: bool,
        again: Option<Again>,
    ) -> BoxFuture<'_, ()> {
        Box::pin(self.conduct_to_the_end(plan, watched, report, again))
    }

    async fn conduct_to_the_end(
        self: &Arc<Self>,
        plan: Plan,
        watched: Arc<Watched>,
        report: bool,
        again: Option<Again>,
    ) {
        plan.peers.iter().for_each(|p| watched.heard(&p.org));
        let mut record = match self.record_of(&plan, again) {
            Ok(record) => record,
            Err(error) => return self.end_failed(&plan, &error, report).await,
        };
        let outcome = match self.records.write(&record) {
            Ok(()) => {
                self.log_start(&plan, again);
                self.lane(&plan, |l| l.can_go_on = plan.is_of_two());
                self.board.change(&plan.task, &plan.session, |p| p.resumptions = record.resumptions);
                let computing = self.compute(&plan, &watched, &mut record, again);
                tokio::select! {
                    done = self.while_alive(&plan, &watched, computing) => done,
                    () = self.watch_stall(&plan, &watched) => Err(RunError::Internal("stall detector ended")),
                }
            }
            Err(error) => Err(error.into()),
        };
        let _ = std::fs::remove_dir_all(self.temporary_dir(&plan));
        match outcome {
            Ok(()) => {
                self.checkpoints(&plan.session).remove();
                self.attest(&plan, record).await;
            }
            Err(error) => {
                if let Some(result) = record.result.take() {
                    let _ = disk::remove(&result.path);
                }
                if report && plan.is_of_two() && self.may_be_held(&record, &error) {
                    return self.hold(&plan, record, &error);
                }
                self.end_failed(&plan, &error, report).await;
            }
        }
    }

    // A new record, or that of the run that goes on.
    fn record_of(&self, plan: &Plan, again: Option<Again>) -> Result<RunRecord, RunError> {
        if let Some(again) = again {
            let stored = self.records.get(&plan.task, &plan.session)?;
            let mut record = stored.ok_or(RunError::Internal("a run that goes on without record"))?;
            (record.state, record.resumptions) = (RunState::Started, again.number);
            return Ok(record);
        }
        // Of an earlier run of this session there is nothing to go on from.
        self.checkpoints(&plan.session).remove();
        Ok(RunRecord {
            task: plan.task,
            session: plan.session,
            attempt: plan.attempt,
            role: plan.role,
            peers: plan.peers.iter().map(|p| p.org.clone()).collect(),
            state: RunState::Started,
            started_ms: clock::now_ms(),
            finished_ms: None,
            attestation: None,
            attested_by: None,
            result: None,
            figures: None,
            seed: None,
            resumptions: 0,
            leg_seeds: Vec::new(),
        })
    }

    fn log_start(&self, plan: &Plan, again: Option<Again>) {
        let peer = ("peer", plan.peer_names());
        let (task, session) = (&plan.task, Some(&plan.session));
        match again {
            None => {
                let params = [peer, ("attempt", u64::from(plan.attempt).into())];
                self.logs.add(task, session, LogLevel::Info, "run_started", params);
            }
            Some(again) => {
                let checkpoint = u64::from(self.checkpoints(&plan.session).count());
                let params = [peer, ("number", u64::from(again.number).into()), ("checkpoint", checkpoint.into())];
                self.logs.add(task, session, LogLevel::Info, "run_resumed", params);
            }
        }
    }

    pub(super) fn temporary_dir(&self, plan: &Plan) -> PathBuf {
        self.temporary.join(plan.session.to_string())
    }

    // Everything up to the point where this side has its result and can state what it did.
    async fn compute(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        record: &mut RunRecord,
        again: Option<Again>,
    ) -> Result<(), RunError> {
        let mut streams = watched.take_streams();
        let ordered = plan.peers.iter().filter_map(|p| streams.remove(&p.org));
        let (mut readers, mut writers): (Vec<_>, Vec<_>) = ordered.map(tokio::io::split).unzip();
        if readers.len() != plan.peers.len() {
            return Err(RunError::Internal("a stream is missing"));
        }
        let prepared = self.prepare_together(plan, watched, &mut readers, &mut writers).await;
        let streams = readers.into_iter().zip(writers).map(|(reader, writer)| reader.unsplit(writer));
        let input = match prepared {
            Ok(input) => input,
            Err(error) => {
                let streams = plan.peers.iter().map(|p| p.org.clone()).zip(streams);
                farewell(streams.collect(), &error).await;
                return Err(error);
            }
        };
        let (seed, again) = self.seeds(record, again)?;
        self.records.write(record)?;

        let stall = self.settings.stall_max;
        let config = ChannelConfig { read_stall: stall, write_stall: stall, ..ChannelConfig::default() };
        let channels = streams.map(|stream| Channel::new(stream, config)).collect();
        let (used, side) = input.map_or((None, None), |i| (Some(i.used), Some(i.side)));
        let (stated, result) = self.protocol(plan, watched, channels, side, seed, again).await?;
        record.result = result;
        let total = |of: fn(&ChannelView) -> u64| stated.channels.iter().map(of).sum::<u64>();
        let params = [
            ("sent_bytes", total(|c| c.sent_bytes).into()),
            ("received_bytes", total(|c| c.received_bytes).into()),
            ("own_items", stated.items.into()),
            ("peer_items", total(|c| c.peer_items).into()),
        ];
        record.figures = Some(stated.figures.clone());
        record.attestation = Some(self.attestation(plan, record, used, stated)?);
        record.finished_ms = Some(clock::now_ms());
        record.state = RunState::Computed;
        self.records.write(record)?;
        self.logs.add(&plan.task, Some(&plan.session), LogLevel::Info, "protocol_finished", params);
        Ok(())
    }

    // The seed of the run, and that of the leg when it goes on from a checkpoint.
    fn seeds(
        &self,
        record: &mut RunRecord,
        again: Option<Again>,
    ) -> Result<(CommittedSeed, Option<Resumption>), RunError> {
        let fresh = CommittedSeed::generate().map_err(|_| RunError::Internal("no randomness"))?;
        let hex = SecretHex::new(fresh.to_bytes().as_slice());
        match again.filter(|again| !again.fresh) {
            Some(again) => {
                let lost = RunError::Internal("a run that goes on without seed");
                let seed = record.seed.as_ref().and_then(|seed| seed.bytes::<64>()).ok_or(lost)?;
                record.leg_seeds.push(hex);
                let resumption = Resumption { number: again.number, seed: fresh };
                Ok((CommittedSeed::from_bytes(&seed), Some(resumption)))
            }
            None => {
                // Nothing of a beginning that was given up goes on.
                record.leg_seeds.extend(record.seed.replace(hex));
                Ok((fresh, None))
            }
        }
    }

    // Reads our input while the peers read theirs; done when all are ready. A third has nothing to read.
    async fn prepare_together(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        readers: &mut [ReadHalf<MeshStream>],
        writers: &mut [WriteHalf<MeshStream>],
    ) -> Result<Option<Prepared>, RunError> {
        let is_peer = |org: &OrgId| plan.peers.iter().any(|p| &p.org == org);
        let theirs = plan.peers.iter().zip(readers).map(|(peer, reader)| async move {
            let peer = &peer.org;
            match read_answer(reader, peer).await? {
                Answer::Prepared => Ok(()),
                Answer::Failed { code, by } => {
                    let org = by.filter(is_peer).unwrap_or_else(|| peer.clone());
                    Err(RunError::PeerFailed { org, code })
                }
                _ => Err(RunError::Protocol { code: "answer_unexpected".into() }),
            }
        });
        let ours = async {
            let prepared = match &plan.mine {
                Some(own) => Some(self.read_input(plan, own, watched).await?),
                None => None,
            };
            let mut lost = None;
            for (peer, writer) in plan.peers.iter().zip(writers) {
                if write_answer(writer, &Answer::Prepared).await.is_err() {
                    lost.get_or_insert(&peer.org);
                }
            }
            if lost.is_none() {
                self.lane(plan, |l| l.phase = RunPhase::Prepared);
            }
            Ok((prepared, lost))
        };
        let together = async {
            let ((prepared, lost), _) = tokio::try_join!(ours, futures::future::try_join_all(theirs))?;
            // A peer that cannot be written to may have said why: its answer is read first.
            lost.map_or(Ok(prepared), |org| Err(RunError::PeerLost(org.clone())))
        };
        let done = tokio::select! {
            done = together => done,
            () = watched.stop.cancelled() => Err(watched.cause()),
        };
        if done.is_err() {
            watched.reading.cancel();
        }
        done
    }

    // On the heap: the futures of all engines together are too large for the stack of a worker.
    fn protocol<'a>(
        &'a self,
        plan: &'a Plan,
        watched: &'a Arc<Watched>,
        channels: Vec<Channel>,
        side: Option<SideInput>,
        seed: CommittedSeed,
        again: Option<Resumption>,
    ) -> BoxFuture<'a, Result<(Stated, Option<ResultRecord>), RunError>> {
        Box::pin(self.run_engine(plan, watched, channels, side, seed, again))
    }

    async fn run_engine(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        mut channels: Vec<Channel>,
        side: Option<SideInput>,
        seed: CommittedSeed,
        again: Option<Resumption>,
    ) -> Result<(Stated, Option<ResultRecord>), RunError> {
        let payload = plan.releases();
        let returns = plan.returns();
        let params = Params { payload, returns, ..Params::default() };
        // The task id binds specification, datasets, versions and key rules.
        let mut config = RunConfig::new(mpc_psi::run::SessionId(plan.session.0.0), plan.task.0.0, params);
        config.threads = self.settings.threads;
        let bounds = self.bounds(plan)?;
        certified::check_own(&bounds.own, side.as_ref().map_or(0, |s| s.items().len() as u64))?;
        bounds.bind(&mut config);
        config.payload_bytes_max = self.settings.payload_bytes_max;
        // Before the other side is told anything of what matched.
        config.returned_matches_min = plan.psi.min_matches;
        config.bucket_items = self.settings.bucket_items;
        config.checkpoint_buckets = self.settings.checkpoint_buckets;
        config.resumptions_max = self.settings.resumptions_max;
        self.keep_epoch(plan, &mut config);

        let store = Arc::new(self.checkpoints(&plan.session));
        let kept = Arc::clone(&store);
        let meters: Vec<_> = channels.iter().map(Channel::meter).collect();
        let (seen, of_two) = (meters.clone(), plan.is_of_two());
        let (board, task, session, org) = (Arc::clone(&self.board), plan.task, plan.session, self.org.clone());
        if returns.to_both() || !plan.engine.protocol().is_some_and(|protocol| protocol.notes_tags()) {
            // It cannot be told when it would be too late to start over: from the beginning.
            let kept = Arc::clone(&store);
            let noted = tokio::task::spawn_blocking(move || kept.tags_leave()).await;
            let failed = |_| RunError::Internal("the store of checkpoints failed");
            noted.map_err(|_| RunError::Internal("a thread died"))?.map_err(failed)?;
        }
        let mut control = Control::new().keeping(store).on_progress(move |p| {
            let phase = match p.phase {
                Phase::Agree => RunPhase::Agreeing,
                Phase::Exchange => RunPhase::Exchanging,
                Phase::Match => RunPhase::Matching,
                Phase::Confirm => RunPhase::Confirming,
            };
            let eta = board.eta_ms(&task, p.done, p.total);
            let traffic = traffic(&meters);
            let can_go_on = of_two && p.phase < Phase::Confirm && kept.can_go_on();
            board.update(&task, &session, &org, |l| {
                (l.phase, l.done, l.total, l.eta_ms) = (phase, p.done, p.total, eta);
                (l.sent_bytes, l.received_bytes) = traffic;
                l.can_go_on = can_go_on;
            });
        });
        control.cancel = watched.stop.child_token();
        control.pause = watched.pause.child_token();
        *watched.engine.lock() = Some((control.clone(), seen));
        let Some(protocol) = plan.engine.protocol() else {
            return match plan.engine {
                Engine::PsiCircuit => {
                    let (Some(channel), Some(side)) = (channels.pop(), side) else {
                        return Err(RunError::Internal("a side is missing"));
                    };
                    self.aggregate(plan, watched, channel, config, side, seed, &control).await
                }
                _ => self.protocol_of_several(plan, watched, channels, config, side, seed, &control).await,
            };
        };
        let peer = &plan.peer()?.org;
        let (Some(channel), Some(side)) = (channels.pop(), side) else {
            return Err(RunError::Internal("a side is missing"));
        };
        let failed = |error: PsiError| psi_error(&error, peer, watched);
        let items = side.items();
        let (matches, report) = match plan.role {
            ProtocolRole::Receiver => {
                let source = (returns == Returns::Columns).then(|| side.payload());
                let outcome = match again {
                    None => run_receiver_returning(protocol, channel, config, items, source, seed, &control).await,
                    Some(again) => resume_receiver(protocol, channel, config, items, seed, again, &control).await,
                };
                let outcome = outcome.map_err(failed)?;
                (Some(outcome.matches), outcome.report)
            }
            ProtocolRole::Sender => {
                let source = payload.then(|| side.payload());
                let outcome = match again {
                    None => run_sender(protocol, channel, config, items, source, seed, &control).await,
                    Some(again) => resume_sender(protocol, channel, config, items, source, seed, again, &control).await,
                };
                let outcome = outcome.map_err(failed)?;
                (outcome.matches, outcome.report)
            }
        };
        side.check()?;
        let stated = Stated::of_two(peer, &report);
        let Some(matches) = matches else { return Ok((stated, None)) };
        watched.alone();
        plan.check_matches(matches.len())?;
        let result = self.write_result(plan, watched, side, Found::OfTwo(matches)).await?;
        Ok((stated, Some(result)))
    }

    fn bounds(&self, plan: &Plan) -> Result<certified::Certified, RunError> {
        certified::Certified::of(self.ledger.view().as_ref(), &plan.spec, &self.org)
    }

    fn attestation(
        &self,
        plan: &Plan,
        record: &RunRecord,
        used: Option<InputUsed>,
        stated: Stated,
    ) -> Result<Attestation, RunError> {
        // One party's number is bounded by the bounds of all while the protocol runs; here each by its own.
        self.bounds(plan)?.check(&stated.channels)?;
        Ok(Attestation {
            org: self.org.clone(),
            role: plan.role,
            algorithm: plan.spec.algorithm.clone(),
            parameters: stated.parameters,
            input: used.map(|used| InputUsed { items: stated.items, ..used }),
            channels: stated.channels,
            // The engine fails the run when a canary is wrong; getting here means that all were right.
            canaries_ok: stated.canaries_seen.then_some(true),
            seed_commitment: stated.seed,
            result: record.result.as_ref().map(|r| r.commitment),
            software: format!("shuzheng {}", env!("CARGO_PKG_VERSION")),
            started_ms: record.started_ms,
            finished_ms: clock::now_ms().max(record.started_ms),
        })
    }

    /// Puts the attestation of a computed run onto the ledger.
    pub(super) async fn attest(&self, plan: &Plan, record: RunRecord) {
        self.lane(plan, |l| l.phase = RunPhase::Attesting);
        self.tell_peers(plan);
        let done = self.submit_attestation(record).await;
        self.lane(plan, |l| match &done {
            Ok(()) => l.phase = RunPhase::Done,
            Err(e) => (l.phase, l.code) = (RunPhase::Failed, Some(e.code().to_owned())),
        });
        self.tell_peers(plan);
        self.end(&plan.task, &plan.session);
    }

    /// Submits the attestation of a record; used again after a restart.
    pub(super) async fn submit_attestation(&self, record: RunRecord) -> Result<(), RunError> {
        let task = record.task;
        // Whatever became of the statement: the result of a run that did not complete is not kept.
        let stated = self.state_attestation(record).await;
        self.discard_void_results(&task);
        stated
    }

    async fn state_attestation(&self, mut record: RunRecord) -> Result<(), RunError> {
        let (task, session) = (record.task, record.session);
        let Some(attestation) = record.attestation.clone() else {
            return Err(RunError::Internal("a computed run without attestation"));
        };
        let action = Action::TaskAttest(TaskAttest { task, session, attestation });
        let submitted = self.signer.submit_as_node(&action, SUBMIT_ATTEMPTS).await.and_then(|s| s.applied());
        match submitted {
            Ok(submitted) => {
                record.state = RunState::Attested;
                record.attested_by = Some(submitted.tx);
                self.records.write(&record)?;
                self.logs.add(&task, Some(&session), LogLevel::Info, "attested", [("tx", (&submitted.tx).into())]);
                Ok(())
            }
            // An earlier submission got through after all; the task may even be completed by now.
            Err(_) if self.has_attested(&task, &session) => {
                record.state = RunState::Attested;
                Ok(self.records.write(&record)?)
            }
            Err(error) => {
                if is_settled(error.code()) {
                    let (code, params) = (RunError::TaskClosed.code().to_owned(), Default::default());
                    record.state = RunState::Failed { code, params, reported: true };
                    self.records.write(&record)?;
                }
                let error = RunError::Ledger(error.code().to_owned());
                self.logs.failure(&task, Some(&session), "attestation_not_accepted", &error);
                Err(error)
            }
        }
    }

    fn has_attested(&self, task: &TaskId, session: &SessionId) -> bool {
        let stored = ledger_contract::read::task(self.ledger.view().as_ref(), task).ok().flatten();
        let mut runs = stored.iter().flat_map(|t| &t.runs).filter(|r| &r.session == session);
        runs.any(|r| r.attestations.iter().any(|a| a.org == self.org))
    }

    /// A run is over without result: record, log, ledger, peer.
    pub(super) async fn end_failed(&self, plan: &Plan, error: &RunError, report: bool) {
        self.logs.failure(&plan.task, Some(&plan.session), "run_failed", error);
        self.lane(plan, |l| (l.phase, l.code) = (RunPhase::Failed, Some(error.code().to_owned())));
        self.tell_peers(plan);
        // A drill on a session that is over must not touch its record.
        let record = self.records.get(&plan.task, &plan.session).ok().flatten();
        let open = |r: &RunRecord| matches!(r.state, RunState::Started | RunState::Interrupted { .. });
        if let Some(mut record) = record.filter(open) {
            self.checkpoints(&plan.session).remove();
            let state = RunState::Failed { code: error.code().into(), params: error.params(), reported: !report };
            (record.state, record.finished_ms) = (state, Some(clock::now_ms()));
            if let Err(error) = self.records.write(&record) {
                tracing::error!(%error, "a run's record cannot be written");
            }
        }
        self.end(&plan.task, &plan.session);
        if report {
            self.report_failure(plan.task, plan.session, error).await;
        }
    }

    /// The same for a run that the ledger has closed or forgotten.
    pub(super) fn end_failed_elsewhere(&self, task: TaskId, session: SessionId, error: &RunError) {
        self.logs.failure(&task, Some(&session), "run_failed", error);
        self.checkpoints(&session).remove();
        let written = self.records.update(&task, |record| {
            let open = record.session == session && matches!(record.state, RunState::Interrupted { .. });
            if open {
                let state = RunState::Failed { code: error.code().into(), params: error.params(), reported: true };
                (record.state, record.finished_ms) = (state, Some(clock::now_ms()));
            }
            open
        });
        if let Err(error) = written {
            tracing::error!(%error, "a run's record cannot be written");
        }
        let code = error.code().to_owned();
        self.board.update(&task, &session, &self.org, |l| (l.phase, l.code) = (RunPhase::Failed, Some(code)));
        self.end(&task, &session);
    }

    fn end(&self, task: &TaskId, session: &SessionId) {
        self.board.change(task, session, |p| (p.interruption, p.stall) = (None, None));
        self.running.lock().remove(task);
        self.board.finish(task, session);
    }

    /// Reports a failure to the ledger, unless the task stands elsewhere by now.
    pub(super) async fn report_failure(&self, task: TaskId, session: SessionId, error: &RunError) {
        let current = ledger_contract::read::task(self.ledger.view().as_ref(), &task).ok().flatten();
        let open = current.is_some_and(|t| {
            let run = t.run().filter(|r| r.session == session);
            matches!(t.status, TaskStatus::Ready | TaskStatus::Failed)
                && run.is_some_and(|r| r.failures.iter().all(|f| f.org != self.org))
        });
        if open {
            let (code, detail) = (error.code().to_owned(), error.public_detail());
            let action = Action::TaskFail(TaskFail { task, session, code, detail });
            let submitted = self.signer.submit_as_node(&action, SUBMIT_ATTEMPTS).await.and_then(|s| s.applied());
            if let Err(error) = submitted
                && !is_settled(error.code())
            {
                tracing::warn!(%task, code = error.code(), "the report of a failed run was not accepted");
                return;
            }
        }
        if let Ok(Some(mut record)) = self.records.get(&task, &session)
            && let RunState::Failed { reported, .. } = &mut record.state
        {
            *reported = true;
            if let Err(error) = self.records.write(&record) {
                tracing::error!(%error, "a run's record cannot be written");
            }
        }
    }

    /// Changes our own lane.
    pub(super) fn lane(&self, plan: &Plan, change: impl FnOnce(&mut super::progress::Lane)) {
        self.board.update(&plan.task, &plan.session, &self.org, change);
    }

    pub(super) fn tell_peers(&self, plan: &Plan) {
        let Some(progress) = self.board.get(&plan.task).filter(|p| p.session == plan.session) else { return };
        let Some(lane) = progress.lanes.into_iter().find(|l| l.org == self.org) else { return };
        let message = TaskMessage::Lane { task: plan.task, session: plan.session, lane }.to_bytes();
        for peer in &plan.peers {
            // A full queue or a lost connection: the next heartbeat says more.
            let _ = self.mesh.try_send(&peer.org, Service::Task, message.clone());
        }
    }

    pub(super) async fn heartbeat(&self, plan: &Plan, watched: &Watched) {
        let mut ticks = tokio::time::interval(self.settings.heartbeat);
        loop {
            ticks.tick().await;
            self.refresh_lane(plan, watched);
            self.tell_peers(plan);
        }
    }
}

// The ledger has the statement already, or the run is over there: saying it again would change nothing.
fn is_settled(code: &str) -> bool {
    matches!(code, "already_reported" | "session_wrong" | "task_status_wrong")
}

/// Bytes sent and received over all channels.
pub(super) fn traffic(meters: &[Arc<Meter>]) -> (u64, u64) {
    let all = meters.iter().map(|meter| meter.traffic());
    all.fold((0, 0), |(sent, received), t| (sent + t.sent_bytes, received + t.received_bytes))
}

/// Our input, read.
pub(super) struct Prepared {
    pub side: SideInput,
    pub used: InputUsed,
}

/// The engine's errors in the words of a run.
pub(super) fn psi_error(error: &PsiError, peer: &OrgId, watched: &Watched) -> RunError {
    match error {
        PsiError::Cancelled | PsiError::Paused => watched.cause(),
        PsiError::MatchesBelowMinimum { min } => RunError::MatchesBelowMinimum { min_matches: *min },
        PsiError::PeerAborted { code, .. } => {
            let code = if super::error::is_code(code) { code.clone() } else { "unreadable".into() };
            RunError::PeerFailed { org: peer.clone(), code }
        }
        PsiError::Channel { source, .. } => match source.code() {
            "channel_closed" | "channel_truncated" | "peer_lost" => RunError::PeerLost(peer.clone()),
            "peer_stalled" => RunError::PeerStalled(peer.clone()),
            code => RunError::Protocol { code: code.into() },
        },
        other => RunError::Protocol { code: other.code().into() },
    }
}
