//! Following the ledger: what became ready is started, what was closed is stopped. The height up to which blocks
//! were acted upon, and the sessions that still wait to run, are kept on disk, so that a node that was down starts
//! where it left off.

use std::sync::Arc;

use futures::StreamExt as _;
use ledger_client::BlockRecord;
use ledger_mesh::{Inbox, Service, StreamService};
use ledger_types::id::{Height, OrgId, SessionId, TaskId};
use ledger_types::receipt::{Event, EventKind};
use serde::{Deserialize, Serialize};

use super::error::{RunError, is_code};
use super::progress::RunPhase;
use super::run::Runner;
use super::wire::TaskMessage;
use crate::disk::{self, DiskError};
use crate::error::PartyError;

/// Blocks after which the height is written even when nothing in them concerned us.
const WRITE_EVERY: Height = 256;
/// Longest list of sessions that wait; older ones are looked up no more.
const PENDING_MAX: usize = 1_024;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Followed {
    height: Height,
    pending: Vec<(TaskId, SessionId)>,
}

impl Runner {
    /// Starts to follow the ledger, to listen to peers and to answer them.
    pub(crate) fn start(self: &Arc<Self>) -> Result<(), PartyError> {
        let mut followed: Followed = disk::read_json(&self.follow_file)?.unwrap_or_default();
        let streams = self.mesh.listen_streams(StreamService::Task);
        let messages = self.mesh.service(Service::Task);
        let (Ok(mut streams), Ok(messages)) = (streams, messages) else { return Err(PartyError::ShuttingDown) };
        // Before a peer is answered that calls to go on.
        self.hold_found();
        let runner = Arc::clone(self);
        self.spawn(async move { runner.recover().await });

        let runner = Arc::clone(self);
        self.spawn(async move {
            for (task, session) in followed.pending.clone() {
                runner.spawn(Arc::clone(&runner).on_ready(task, session));
            }
            let mut blocks = runner.ledger.subscribe(followed.height + 1);
            while let Some(block) = blocks.next().await {
                if let Err(error) = runner.follow(&block, &mut followed) {
                    // Acting on the block matters more than remembering that we did.
                    tracing::error!(%error, "the height that was followed cannot be written");
                }
            }
        });

        let runner = Arc::clone(self);
        self.spawn(async move {
            while let Some(incoming) = streams.recv().await {
                runner.spawn(Arc::clone(&runner).serve(incoming));
            }
        });

        let runner = Arc::clone(self);
        self.spawn(async move { runner.hear(messages).await });
        Ok(())
    }

    fn follow(self: &Arc<Self>, block: &BlockRecord, followed: &mut Followed) -> Result<(), DiskError> {
        followed.height = block.header.height;
        let mut ours = Vec::new();
        for event in block.receipts.iter().flat_map(|r| &r.events) {
            if event.orgs.contains(&self.org) {
                ours.extend(self.act(event));
            }
        }
        if ours.is_empty() && !block.header.height.is_multiple_of(WRITE_EVERY) {
            return Ok(());
        }
        followed.pending.extend(&ours);
        followed.pending.retain(|(task, session)| ours.contains(&(*task, *session)) || self.is_waiting(task, session));
        let beyond = followed.pending.len().saturating_sub(PENDING_MAX);
        followed.pending.drain(..beyond);
        disk::write_json(&self.follow_file, followed)?;
        // On disk first: a crash in between starts them again.
        for (task, session) in ours {
            self.spawn(Arc::clone(self).on_ready(task, session));
        }
        Ok(())
    }

    // The session to start, if the event makes one ready.
    fn act(self: &Arc<Self>, event: &Event) -> Option<(TaskId, SessionId)> {
        let task = event.task?;
        match event.kind {
            EventKind::TaskReady => return Some((task, event.session?)),
            EventKind::TaskFailed => {
                self.discard_void_results(&task);
                let code = event.code.clone().filter(|c| is_code(c)).unwrap_or_else(|| "unreadable".into());
                self.release_closed(task, event.session, |org| RunError::PeerFailed { org, code: code.clone() });
                let watched = self.running.lock().get(&task).cloned()?;
                if event.session == Some(watched.session) {
                    let (org, code) = self.who_failed(&task, event)?;
                    watched.stop(RunError::PeerFailed { org, code });
                }
            }
            EventKind::TaskCancelled | EventKind::TaskRejected | EventKind::TaskDisputed => {
                self.discard_void_results(&task);
                self.release_closed(task, None, |_| RunError::TaskClosed);
                if let Some(watched) = self.running.lock().get(&task) {
                    watched.stop(RunError::TaskClosed);
                }
            }
            _ => {}
        }
        None
    }

    // A run that is cut off and that the ledger waits for no more.
    fn release_closed(self: &Arc<Self>, task: TaskId, session: Option<SessionId>, error: impl Fn(OrgId) -> RunError) {
        let held = self.held.lock().get(&task).cloned();
        if let Some(held) = held.filter(|held| session.is_none_or(|session| session == held.session)) {
            let (runner, error) = (Arc::clone(self), error(held.peer.clone()));
            self.spawn(async move { runner.give_up(task, &held, &error).await });
        }
    }

    // Whose failure ended the run, and why: the first that is not itself about somebody else's.
    fn who_failed(&self, task: &TaskId, event: &Event) -> Option<(OrgId, String)> {
        let code = |code: &str| if is_code(code) { code.to_owned() } else { "unreadable".into() };
        let stored = ledger_contract::read::task(self.ledger.view().as_ref(), task).ok().flatten()?;
        let run = stored.runs.iter().find(|r| Some(r.session) == event.session)?;
        let others = || run.failures.iter().filter(|f| f.org != self.org);
        let first = others().find(|f| f.code != "peer_failed").or_else(|| others().next())?;
        Some((first.org.clone(), code(&first.code)))
    }

    // Whether a session is still ready on the ledger and was not run here.
    fn is_waiting(&self, task: &TaskId, session: &SessionId) -> bool {
        let current = ledger_contract::read::task(self.ledger.view().as_ref(), task).ok().flatten();
        let ready = current.is_some_and(|t| {
            t.status == ledger_types::task::TaskStatus::Ready && t.run().is_some_and(|r| &r.session == session)
        });
        ready && !self.is_known(task, session)
    }

    // Peers' progress. A peer can change its own lane of a run that it takes part in, and nothing else.
    async fn hear(self: Arc<Self>, mut messages: Inbox) {
        while let Some((from, bytes)) = messages.recv().await {
            let (task, session, lane) = match TaskMessage::from_bytes(&bytes) {
                Some(TaskMessage::Lane { task, session, lane }) => (task, session, lane),
                Some(TaskMessage::Paused { task, session }) => {
                    self.paused_by_peer(&from, &task, &session);
                    continue;
                }
                None => {
                    tracing::debug!(%from, "an unreadable message between party rooms");
                    continue;
                }
            };
            let done = matches!(lane.phase, RunPhase::Attesting | RunPhase::Done);
            self.heard(&from, &task, &session, done);
            self.board.update(&task, &session, &from, |mine| {
                let code = lane.code.filter(|c| is_code(c));
                *mine = super::progress::Lane { org: from.clone(), code, ..lane };
            });
        }
    }

    fn heard(&self, from: &OrgId, task: &TaskId, session: &SessionId, done: bool) {
        if let Some(watched) = self.running.lock().get(task)
            && &watched.session == session
        {
            if done { watched.done(from) } else { watched.heard(from) }
        }
    }
}
