//! The result report: what this node knows of a task's last run, in one document.

use backend_api::catalogue::Language;
use backend_api::task as api;
use ledger_contract::dispute::{self, DisputeCode};
use ledger_contract::read;
use ledger_types::task::Task;
use mpc_party::task::{LogEntry, RunRecord};

use crate::desk::Desk;
use crate::fault::Fault;
use crate::text;

/// Every comparison of the attestations, with its outcome; none while a party has not attested.
pub fn cross_checks(desk: &Desk, language: Language, task: &Task) -> Result<Vec<api::CrossCheck>, Fault> {
    let Some(run) = task.run().filter(|r| r.attestations.len() == task.spec.parties.len()) else {
        return Ok(Vec::new());
    };
    let view = desk.ledger.view();
    let mut committed = std::collections::BTreeMap::new();
    for party in &task.spec.parties {
        let versions = read::dataset(view.as_ref(), &party.dataset)?.map(|d| d.versions).unwrap_or_default();
        if let Some(v) = versions.into_iter().find(|v| v.version == party.version) {
            committed.insert(party.dataset.clone(), v.commitment);
        }
    }
    let found = dispute::compare(&task.spec, &run.attestations, &committed);
    let one = |code: &DisputeCode| api::CrossCheck {
        code: code.as_str().to_owned(),
        label: text::report::cross_check(*code).get(language).to_owned(),
        ok: !found.iter().any(|d| d.code == *code),
    };
    Ok(DisputeCode::ALL.iter().map(one).collect())
}

/// What this node measured of the run that the ledger has last. `may_see`: whether the caller may know how many matched.
pub fn own_run(task: &Task, runs: &[RunRecord], log: &[LogEntry], may_see: bool) -> Option<api::OwnRun> {
    let session = task.run()?.session;
    let record = runs.iter().find(|r| r.session == session)?;
    let figures = record.figures.as_ref();
    let of_run = |event: &str| log.iter().find(|e| e.session == Some(session) && e.event == event);
    let read = of_run("input_read");
    let mut phases = Vec::new();
    if let Some(read) = read {
        phases.push(api::PhaseTime {
            phase: "reading".to_owned(),
            took_ms: read.time_ms.saturating_sub(record.started_ms),
        });
    }
    if let Some(f) = figures {
        phases.extend(f.phases.iter().map(|p| api::PhaseTime { phase: p.phase.clone(), took_ms: p.took_ms }));
    }
    let count = |f: &dyn Fn(&mpc_party::task::CanaryFigures) -> u16| {
        figures.and_then(|f| f.canaries.as_ref()).map(|c| u32::from(f(c)))
    };
    Some(api::OwnRun {
        attempt: u32::from(record.attempt),
        irregular: read.and_then(|e| e.params.get("irregular")).and_then(|v| v.parse().ok()),
        matched_keys: figures.and_then(|f| f.matched_keys).filter(|_| may_see),
        phases,
        total_ms: record.finished_ms.map(|end| end.saturating_sub(record.started_ms)),
        sent_frames: figures.map(|f| f.sent_frames),
        received_frames: figures.map(|f| f.received_frames),
        memory_peak_bytes: figures.and_then(|f| f.memory_peak_bytes),
        joint_canaries_found: count(&|c| c.joint_found),
        private_canaries_absent: count(&|c| c.private_absent),
        peer_canaries_present: count(&|c| c.peer_private_present),
    })
}
