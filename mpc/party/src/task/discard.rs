//! A result belongs to a completed run. When the ledger says that a run failed, is disputed or was closed, what the
//! receiver wrote of it is removed: nobody attested the same run, so nobody answers for these rows.

use ledger_types::id::{SessionId, TaskId};
use ledger_types::task::{Task, TaskStatus};

use super::log::LogLevel;
use super::record::RunState;
use super::run::Runner;
use crate::disk;

/// Whether a run can no longer complete: the task ended otherwise, or another run took its place. A run that this
/// replica does not know is not void: the replica may be behind.
pub(super) fn is_void(task: &Task, session: &SessionId) -> bool {
    let closed = match task.status {
        TaskStatus::Failed | TaskStatus::Disputed | TaskStatus::Rejected | TaskStatus::Cancelled => true,
        TaskStatus::Proposed | TaskStatus::Ready | TaskStatus::Completed => false,
    };
    let known = task.runs.iter().any(|r| &r.session == session);
    let latest = task.run().is_some_and(|r| &r.session == session);
    known && (closed || !latest)
}

impl Runner {
    /// Removes the results of all runs of a task that, by this node's replica, did not complete.
    pub(super) fn discard_void_results(&self, id: &TaskId) {
        let Ok(Some(task)) = ledger_contract::read::task(self.ledger.view().as_ref(), id) else { return };
        let discarded = self.records.update(id, |record| {
            // A run that goes on removes its own.
            let ended = record.state != RunState::Started;
            let Some(result) = record.result.take_if(|_| ended && is_void(&task, &record.session)) else {
                return false;
            };
            match disk::remove(&result.path) {
                Ok(()) => {
                    self.logs.add(id, Some(&record.session), LogLevel::Info, "result_discarded", []);
                    true
                }
                Err(error) => {
                    // The record still names it, so that the next start tries again.
                    tracing::error!(task = %id, %error, "the result of a run that did not complete");
                    record.result = Some(result);
                    false
                }
            }
        });
        if let Err(error) = discarded {
            tracing::error!(task = %id, %error, "a run's record cannot be written");
        }
    }
}
