//! A party's node states what it did in a run. The last statement decides: completed, or disputed.

use std::collections::{BTreeMap, BTreeSet};

use ledger_types::action::TaskAttest;
use ledger_types::id::DatasetId;
use ledger_types::object::{DatasetCommitment, Role};
use ledger_types::receipt::{Event, EventKind};
use ledger_types::task::{Attestation, Task, TaskSpec, TaskStatus};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, task_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, dispute, limits, text};

/// The task with the attestation; what the owners committed to, when this is the last one.
pub(super) struct Plan {
    task: Task,
    last: Option<BTreeMap<DatasetId, DatasetCommitment>>,
}

impl Rule for TaskAttest {
    type Plan = Plan;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        let a = &self.attestation;
        text::line("software", &a.software, limits::SOFTWARE_CHARS_MAX)?;
        text::line("algorithm", &a.algorithm.id, limits::NAME_CHARS_MAX)?;
        text::line("algorithm_version", &a.algorithm.version, limits::NAME_CHARS_MAX)?;
        if a.finished_ms < a.started_ms {
            return Err(Rejection::new(RuleCode::AttestationTimes)
                .with("started_ms", a.started_ms)
                .with("finished_ms", a.finished_ms));
        }
        Ok(())
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Plan, RuleError> {
        call.require_role(&[Role::Node])?;
        let mut task = existing::task_of_party(state, &self.task, call)?;
        existing::require_status(&task, &[TaskStatus::Ready])?;
        check_against(&task.spec, &self.attestation, call)?;
        let session = self.session;
        let Some(run) = task.runs.last_mut().filter(|r| r.session == session) else {
            return Err(Rejection::new(RuleCode::SessionWrong).with("session", session).into());
        };
        if run.attestations.iter().any(|a| &a.org == call.org()) {
            return Err(Rejection::new(RuleCode::AlreadyAttested).with("session", session).into());
        }
        run.attestations.push(self.attestation.clone());
        let complete = run.attestations.len() == task.spec.members().count();
        let last = if complete { Some(committed(&task.spec, state)?) } else { None };
        Ok(Plan { task, last })
    }

    fn apply(&self, plan: Plan, call: &Call<'_>) -> Effect {
        let Plan { mut task, last } = plan;
        let mut effect = Effect::default();
        effect.emit(task_event(EventKind::TaskAttested, &task));
        if let Some(committed) = last {
            let attestations = task.run().map_or(&[][..], |r| &r.attestations);
            let differences = dispute::compare(&task.spec, attestations, &committed);
            let codes: BTreeSet<_> = differences.iter().map(|d| d.code).collect();
            task.disputes = codes.iter().map(ToString::to_string).collect();
            task.finished_at_ms = Some(call.now_ms());
            if let Some(first) = task.disputes.first().cloned() {
                task.status = TaskStatus::Disputed;
                effect.emit(Event { code: Some(first), ..task_event(EventKind::TaskDisputed, &task) });
            } else {
                task.status = TaskStatus::Completed;
                effect.emit(task_event(EventKind::TaskCompleted, &task));
            }
        }
        effect.put_task(&task);
        effect
    }
}

// What makes a statement one about another task than this.
fn check_against(spec: &TaskSpec, a: &Attestation, call: &Call<'_>) -> Result<(), Rejection> {
    if &a.org != call.org() || !spec.has_member(&a.org) {
        return Err(Rejection::new(RuleCode::AttestationForeign).with("org", &a.org));
    }
    if a.role != spec.role(&a.org) {
        return Err(Rejection::new(RuleCode::AttestationRole).with("org", &a.org));
    }
    let expected = spec.party(&a.org).map(|p| (&p.dataset, p.version));
    let stated = a.input.as_ref().map(|i| (&i.dataset, i.version));
    if stated != expected {
        let name = |x: Option<(&DatasetId, u32)>| x.map_or_else(String::new, |x| x.0.to_string());
        let version = |x: Option<(&DatasetId, u32)>| x.map_or(0, |x| x.1);
        return Err(Rejection::new(RuleCode::AttestationInput)
            .with("dataset", name(stated))
            .with("version", version(stated))
            .with("expected_dataset", name(expected))
            .with("expected_version", version(expected)));
    }
    let peers: BTreeSet<_> = spec.members().filter(|o| *o != &a.org).collect();
    let named: BTreeSet<_> = a.channels.iter().map(|c| &c.peer).collect();
    if peers != named || a.channels.len() != named.len() {
        return Err(Rejection::new(RuleCode::AttestationChannels).with("org", &a.org));
    }
    Ok(())
}

fn committed(spec: &TaskSpec, state: &dyn StateRead) -> Result<BTreeMap<DatasetId, DatasetCommitment>, RuleError> {
    let mut out = BTreeMap::new();
    for party in &spec.parties {
        let dataset = existing::dataset(state, &party.dataset)?;
        if let Some(v) = dataset.versions.into_iter().find(|v| v.version == party.version) {
            out.insert(party.dataset.clone(), v.commitment);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;
    use ledger_types::task::TaskStatus;

    use crate::world::{World, attestation, task_attest};

    #[test]
    fn a_task_is_completed_when_the_last_attestation_agrees() {
        let (mut w, id, session) = World::ready();
        let receipt = w.must("rsj/node", task_attest(id, session, attestation("rsj")));
        assert_eq!(receipt.events.iter().map(|e| e.kind).collect::<Vec<_>>(), [EventKind::TaskAttested]);
        assert_eq!((w.task(id).status, w.task(id).finished_at_ms), (TaskStatus::Ready, None));
        let at_ms = w.block.time_ms;
        let receipt = w.must("bank/node", task_attest(id, session, attestation("bank")));
        let kinds: Vec<_> = receipt.events.iter().map(|e| e.kind).collect();
        assert_eq!(kinds, [EventKind::TaskAttested, EventKind::TaskCompleted]);
        assert_eq!(receipt.events[1].session, Some(session));
        let task = w.task(id);
        assert_eq!((task.status, task.finished_at_ms), (TaskStatus::Completed, Some(at_ms)));
        assert!(task.disputes.is_empty());
    }

    #[test]
    fn a_contradiction_is_recorded_by_name() {
        let (mut w, id, session) = World::ready();
        let mut lie = attestation("rsj");
        lie.input.as_mut().unwrap().rows += 1;
        lie.channels[0].sent_bytes += 1;
        w.must("rsj/node", task_attest(id, session, lie));
        let receipt = w.must("bank/node", task_attest(id, session, attestation("bank")));
        assert_eq!(receipt.events[1].kind, EventKind::TaskDisputed);
        assert_eq!(receipt.events[1].code.as_deref(), Some("bytes_differ"));
        let task = w.task(id);
        assert_eq!(task.status, TaskStatus::Disputed);
        assert_eq!(task.disputes, ["bytes_differ", "row_count_differs"]);
    }
}
