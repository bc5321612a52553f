//! The task's object, told again from the transactions alone.

use std::collections::BTreeMap;

use super::agreement::differences;
use super::story::{Step, session};
use crate::action::Action;
use crate::bundle::OpenBundle;
use crate::id::{DatasetId, OrgId, TaskId};
use crate::object::{DatasetCommitment, NODE_ACCOUNT, Revocation};
use crate::receipt::EventKind;
use crate::task::{Approval, Attestation, Refusal, Run, RunFailure, Task, TaskSpec, TaskStatus};

/// Refusals that the object keeps: the latest.
const REFUSALS_KEPT: usize = 16;

/// The task as the steps lead to it.
pub(super) struct Retold {
    pub(super) task: Task,
    /// What each party's owner published as the version that the task names.
    pub(super) committed: BTreeMap<DatasetId, DatasetCommitment>,
    /// The standing that the last event gives it.
    pub(super) recorded: Option<TaskStatus>,
    /// An organisation for which somebody else than its node attested.
    pub(super) misattributed: Option<OrgId>,
}

impl Retold {
    /// Attestations of the last run.
    pub(super) fn last_run(&self) -> &[Attestation] {
        self.task.run().map_or(&[], |r| &r.attestations)
    }
}

pub(super) fn retell(open: &OpenBundle, id: TaskId, spec: &TaskSpec, steps: &[Step<'_>]) -> Retold {
    let mut told = Retold {
        task: Task {
            id,
            spec: spec.clone(),
            // Overwritten by the proposal, which the caller has found.
            proposed_by: steps[0].item.tx.sender.clone(),
            proposed_at_ms: 0,
            status: TaskStatus::Proposed,
            approvals: Vec::new(),
            closed: None,
            runs: Vec::new(),
            refusals: Vec::new(),
            disputes: Vec::new(),
            finished_at_ms: None,
        },
        committed: BTreeMap::new(),
        recorded: None,
        misattributed: None,
    };
    for step in steps {
        told.publish(step);
        told.act(open, step);
        told.record(step);
    }
    told
}

impl Retold {
    fn publish(&mut self, step: &Step<'_>) {
        let (dataset, version, commitment) = match step.action() {
            Action::DatasetPublish(a) => (&a.dataset, 1, &a.commitment),
            Action::DatasetVersionAdd(a) => (&a.dataset, a.version, &a.commitment),
            _ => return,
        };
        let named = self.task.spec.parties.iter().any(|p| &p.dataset == dataset && p.version == version);
        if named {
            self.committed.insert(dataset.clone(), commitment.clone());
        }
    }

    fn act(&mut self, open: &OpenBundle, step: &Step<'_>) {
        let (by, now_ms, id) = (&step.item.tx.sender, step.header.time_ms, self.task.id);
        match step.action() {
            Action::TaskPropose(p) if p.spec == self.task.spec => {
                self.task.proposed_by = by.clone();
                self.task.proposed_at_ms = now_ms;
            }
            Action::TaskApprove(a) if a.task == id => {
                self.task.approvals.push(Approval { by: by.clone(), at_ms: now_ms, height: step.header.height });
                let approved = |org: &OrgId| self.task.approvals.iter().any(|a| &a.by.org == org);
                if self.task.runs.is_empty() && self.task.spec.members().all(approved) {
                    self.start(open, step);
                }
            }
            Action::TaskRetry(a) if a.task == id => self.start(open, step),
            Action::TaskReject(a) if a.task == id => self.close(step, TaskStatus::Rejected, &a.reason),
            Action::TaskCancel(a) if a.task == id => self.close(step, TaskStatus::Cancelled, &a.reason),
            Action::TaskAttest(a) if a.task == id => {
                if a.attestation.org != by.org || by.account.as_str() != NODE_ACCOUNT {
                    self.misattributed = Some(a.attestation.org.clone());
                }
                if let Some(run) = self.task.runs.last_mut().filter(|r| r.session == a.session) {
                    run.attestations.push(a.attestation.clone());
                    self.conclude(now_ms);
                }
            }
            Action::TaskFail(a) if a.task == id => {
                let failure =
                    RunFailure { org: by.org.clone(), code: a.code.clone(), detail: a.detail.clone(), at_ms: now_ms };
                if let Some(run) = self.task.runs.last_mut().filter(|r| r.session == a.session) {
                    run.failures.push(failure);
                }
                if self.task.status == TaskStatus::Ready {
                    self.task.status = TaskStatus::Failed;
                    let last = self.task.runs.len() >= usize::from(self.task.spec.attempts_max);
                    self.task.finished_at_ms = last.then_some(now_ms);
                }
            }
            Action::TaskRefuse(a) if a.task == id => {
                let (asked_by, code) = (a.asked_by.clone(), a.code.clone());
                self.task.refusals.push(Refusal { by: by.org.clone(), asked_by, code, at_ms: now_ms });
                let beyond = self.task.refusals.len().saturating_sub(REFUSALS_KEPT);
                self.task.refusals.drain(..beyond);
            }
            _ => {}
        }
    }

    fn start(&mut self, open: &OpenBundle, step: &Step<'_>) {
        let attempt = u8::try_from(self.task.runs.len() + 1).unwrap_or(u8::MAX);
        self.task.runs.push(Run {
            session: session(open, self.task.id, step.header, attempt),
            attempt,
            ready_at_ms: step.header.time_ms,
            height: step.header.height,
            attestations: Vec::new(),
            failures: Vec::new(),
        });
        self.task.status = TaskStatus::Ready;
        self.task.finished_at_ms = None;
    }

    fn close(&mut self, step: &Step<'_>, status: TaskStatus, reason: &str) {
        let (by, at_ms) = (step.item.tx.sender.clone(), step.header.time_ms);
        self.task.closed = Some(Revocation { by, at_ms, reason: reason.to_owned() });
        self.task.status = status;
        self.task.finished_at_ms = Some(at_ms);
    }

    fn conclude(&mut self, now_ms: u64) {
        if self.last_run().len() < self.task.spec.members().count() {
            return;
        }
        let codes = differences(&self.task.spec, self.last_run(), &self.committed);
        self.task.status = if codes.is_empty() { TaskStatus::Completed } else { TaskStatus::Disputed };
        self.task.disputes = codes.into_iter().map(str::to_owned).collect();
        self.task.finished_at_ms = Some(now_ms);
    }

    fn record(&mut self, step: &Step<'_>) {
        for event in step.events(self.task.id) {
            self.recorded = match event.kind {
                EventKind::TaskProposed => Some(TaskStatus::Proposed),
                EventKind::TaskReady => Some(TaskStatus::Ready),
                EventKind::TaskCompleted => Some(TaskStatus::Completed),
                EventKind::TaskDisputed => Some(TaskStatus::Disputed),
                EventKind::TaskFailed => Some(TaskStatus::Failed),
                EventKind::TaskRejected => Some(TaskStatus::Rejected),
                EventKind::TaskCancelled => Some(TaskStatus::Cancelled),
                _ => self.recorded,
            };
        }
    }
}
