//! After a crash or a stop: runs that were cut off are held when they can go on (`hold`), else reported as failed, so that
//! the proposer can try again;
//! statements that did not get onto the ledger are made again; temporary files are removed.

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger_types::id::TaskId;
use ledger_types::task::ResultFormat;

use super::error::RunError;
use super::log::LogLevel;
use super::record::{RunRecord, RunState};
use super::run::Runner;
use crate::clock;
use crate::disk;

impl Runner {
    /// Cleans up what the last life of this node left behind. Before this, no run of this life is on disk: it is
    /// called with the list of records as they were found.
    pub(super) async fn recover(self: &Arc<Self>) {
        let found = std::mem::take(&mut *self.found.lock());
        let with_result: BTreeSet<TaskId> = found.iter().filter(|r| r.result.is_some()).map(|r| r.task).collect();
        for task in &with_result {
            self.discard_void_results(task);
        }
        for record in found.into_iter().filter(|r| !r.is_settled()) {
            match &record.state {
                RunState::Started | RunState::Interrupted { .. } => self.cut_off(record).await,
                RunState::Computed => {
                    let (task, session) = (record.task, record.session);
                    self.logs.add(&task, Some(&session), LogLevel::Info, "attestation_resumed", []);
                    if let Err(error) = self.submit_attestation(record).await {
                        tracing::warn!(%task, code = error.code(), "an attestation from before the restart");
                    }
                }
                RunState::Failed { code, reported: false, .. } => {
                    let error = RunError::Earlier { code: code.clone() };
                    self.report_failure(record.task, record.session, &error).await;
                }
                RunState::Attested | RunState::Failed { .. } => {}
            }
        }
    }

    async fn cut_off(&self, mut record: RunRecord) {
        let error = match &record.state {
            // It waited to go on, and the time is over or the ledger does not wait for it any more.
            RunState::Interrupted { .. } => RunError::ResumeExpired,
            _ => RunError::NodeRestarted,
        };
        self.logs.failure(&record.task, Some(&record.session), "run_failed", &error);
        record.result = None;
        self.remove_unfinished_results(&record.task, record.attempt);
        record.state = RunState::Failed { code: error.code().into(), params: error.params(), reported: false };
        record.finished_ms = Some(clock::now_ms());
        if let Err(error) = self.records.write(&record) {
            tracing::error!(%error, "a run's record cannot be written");
        }
        self.report_failure(record.task, record.session, &error).await;
    }

    /// What a run wrote of its result and never committed to.
    pub(super) fn remove_unfinished_results(&self, task: &TaskId, attempt: u8) {
        for format in [ResultFormat::Csv, ResultFormat::Parquet] {
            let _ = disk::remove(&self.result_path(task, attempt, format));
        }
    }
}
