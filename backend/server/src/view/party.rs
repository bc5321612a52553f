//! What the party room tells of runs.

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::task as api;
use ledger_types::task::Task;
use mpc_party::task::{
    ConsistencyReport, Interruption, Lane, LogEntry, LogLevel, RunPhase, RunRecord, RunState, Stall, StalledSide,
    Standstill, TaskProgress,
};

use crate::desk::{Desk, now_ms};
use crate::text;
use crate::view::task::{state, task_kind_format};

/// Phases in their order; a lane that failed shows no stage beyond.
const PHASES: [RunPhase; 11] = [
    RunPhase::Waiting,
    RunPhase::Checking,
    RunPhase::Reading,
    RunPhase::Prepared,
    RunPhase::Agreeing,
    RunPhase::Exchanging,
    RunPhase::Matching,
    RunPhase::Confirming,
    RunPhase::Writing,
    RunPhase::Attesting,
    RunPhase::Done,
];

/// Progress now: from the board when a run was seen since the start, else from the ledger.
pub fn progress(desk: &Desk, language: Language, task: &Task, seen: Option<&TaskProgress>) -> api::TaskProgress {
    let latest = task.run();
    // A run that the board knows of, but that the ledger has followed by another, is history.
    let seen = seen.filter(|p| latest.is_none_or(|r| r.session == p.session));
    let own = seen.and_then(|p| p.lanes.iter().find(|l| l.org == desk.org)).map(|l| l.phase);
    let run = match own {
        Some(RunPhase::Done) => api::RunState::Finished,
        Some(RunPhase::Failed) => api::RunState::Failed,
        Some(RunPhase::Interrupted) => api::RunState::Interrupted,
        Some(_) => api::RunState::Running,
        None => match latest {
            Some(r) if r.attestations.iter().any(|a| a.org == desk.org) => api::RunState::Finished,
            Some(r) if !r.failures.is_empty() => api::RunState::Failed,
            _ => api::RunState::Waiting,
        },
    };
    let parties: Vec<api::PartyProgress> = match seen {
        Some(p) => p.lanes.iter().map(|l| lane(desk, language, l)).collect(),
        None => task.spec.members().map(|org| from_ledger(desk, language, task, org.as_str())).collect(),
    };
    let sequence = seen
        .map(|p| p.lanes.iter().map(|l| l.updated_ms).chain(p.finished_ms).max().unwrap_or(p.started_ms))
        .unwrap_or_else(now_ms);
    api::TaskProgress {
        task: task.id.to_string(),
        state: state(task.status),
        attempt: latest.map_or(0, |r| u32::from(r.attempt)),
        session: latest.map(|r| r.session.to_string()),
        run,
        parties,
        resumptions: seen.map_or(0, |p| p.resumptions),
        interruption: seen.and_then(|p| p.interruption.as_ref()).map(|i| interruption(desk, language, i)),
        stall: seen.and_then(|p| p.stall.as_ref()).map(|s| stall(desk, language, s)),
        can_pause: run == api::RunState::Running && seen.is_some_and(|p| p.lanes.iter().all(|l| l.can_go_on)),
        sequence,
    }
}

fn interruption(desk: &Desk, language: Language, i: &Interruption) -> api::RunInterruption {
    api::RunInterruption {
        code: i.code.clone(),
        title: text::title(language, &i.code),
        paused_by: i.paused_by.iter().map(|org| desk.org_ref(org.as_str(), language)).collect(),
        until: Timestamp(i.until_ms),
        can_resume: i.paused_by.iter().all(|org| *org == desk.org),
    }
}

fn stall(desk: &Desk, language: Language, s: &Stall) -> api::RunStall {
    let side = |side: &StalledSide| api::StalledSide {
        organisation: desk.org_ref(side.org.as_str(), language),
        stage: super::encoded_name(&side.phase),
        does: match side.does {
            Standstill::Computes => api::Standstill::Computes,
            Standstill::Waits => api::Standstill::Waits,
            Standstill::Silent => api::Standstill::Silent,
        },
    };
    api::RunStall { since: Timestamp(s.since_ms), sides: s.sides.iter().map(side).collect() }
}

fn lane(desk: &Desk, language: Language, l: &Lane) -> api::PartyProgress {
    let index = PHASES.iter().position(|p| *p == l.phase).map_or(0, |i| i + 1);
    let reading = matches!(l.phase, RunPhase::Reading | RunPhase::Writing);
    api::PartyProgress {
        organisation: desk.org_ref(l.org.as_str(), language),
        stage: super::encoded_name(&l.phase),
        stage_index: u32::try_from(index).unwrap_or(0),
        stages: PHASES.len() as u32,
        done: l.done,
        total: (l.total > 0).then_some(l.total),
        rows: if reading { l.done } else { 0 },
        sent_bytes: l.sent_bytes,
        received_bytes: l.received_bytes,
        memory_bytes: None,
        heartbeat_at: Some(Timestamp(l.updated_ms)),
        eta_ms: l.eta_ms,
        error: l.code.clone(),
    }
}

// What the ledger alone says: attested, failed, or not yet.
fn from_ledger(desk: &Desk, language: Language, task: &Task, org: &str) -> api::PartyProgress {
    let attested = task.run().and_then(|r| r.attestations.iter().find(|a| a.org.as_str() == org));
    let failure = task.run().and_then(|r| r.failures.iter().find(|f| f.org.as_str() == org));
    let phase = match (attested, failure) {
        (_, Some(_)) => RunPhase::Failed,
        (Some(_), None) => RunPhase::Done,
        (None, None) => RunPhase::Waiting,
    };
    let index = PHASES.iter().position(|p| *p == phase).map_or(0, |i| i + 1);
    let sum = |f: fn(&ledger_types::task::ChannelView) -> u64| attested.map_or(0, |a| a.channels.iter().map(f).sum());
    api::PartyProgress {
        organisation: desk.org_ref(org, language),
        stage: super::encoded_name(&phase),
        stage_index: u32::try_from(index).unwrap_or(0),
        stages: PHASES.len() as u32,
        done: 0,
        total: None,
        rows: attested.and_then(|a| a.input.as_ref()).map_or(0, |i| i.rows),
        sent_bytes: sum(|c| c.sent_bytes),
        received_bytes: sum(|c| c.received_bytes),
        memory_bytes: None,
        heartbeat_at: attested.map(|a| Timestamp(a.finished_ms)).or(failure.map(|f| Timestamp(f.at_ms))),
        eta_ms: None,
        error: failure.map(|f| f.code.clone()),
    }
}

/// The log; runs give sessions their number.
pub fn log(language: Language, task: &Task, entries: &[LogEntry]) -> api::TaskLog {
    let attempt = |e: &LogEntry| {
        let run = e.session.and_then(|s| task.runs.iter().find(|r| r.session == s));
        run.map_or(0, |r| u32::from(r.attempt))
    };
    let line = |e: &LogEntry| api::TaskLogLine {
        at: Timestamp(e.time_ms),
        level: match e.level {
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
        }
        .to_owned(),
        attempt: attempt(e),
        stage: e.event.clone(),
        message: text::log::message(language, &e.event, &e.params),
    };
    api::TaskLog { items: entries.iter().map(line).collect() }
}

/// The result of the latest computed run.
pub fn result(runs: &[RunRecord]) -> Option<(api::TaskResult, std::path::PathBuf)> {
    let computed = |r: &&RunRecord| matches!(r.state, RunState::Computed | RunState::Attested);
    let run = runs.iter().rev().filter(computed).find(|r| r.result.is_some())?;
    let file = run.result.as_ref()?;
    let format = task_kind_format(file.format);
    let extension = match format {
        api::ResultFormat::Csv => "csv",
        api::ResultFormat::Parquet => "parquet",
    };
    let short: String = run.task.to_string().chars().take(12).collect();
    let result = api::TaskResult {
        attempt: u32::from(run.attempt),
        format,
        rows: file.rows,
        bytes: file.bytes,
        columns: file.columns.clone(),
        commitment: file.commitment.to_string(),
        created_at: Timestamp(run.finished_ms.unwrap_or(run.started_ms)),
        filename: format!("result-{short}-{}.{extension}", run.attempt),
    };
    Some((result, file.path.clone()))
}

/// A consistency check.
pub fn consistency(language: Language, report: &ConsistencyReport) -> api::ConsistencyReport {
    let item = |i: &mpc_party::task::CheckItem| {
        let label = text::task::check(language, &i.check);
        let label = match &i.org {
            Some(org) => format!("{label} · {org}"),
            None => label,
        };
        api::ConsistencyItem {
            name: i.check.clone(),
            label,
            outcome: if i.ok { api::ConsistencyOutcome::Equal } else { api::ConsistencyOutcome::Differs },
            expected: i.expected.clone(),
            actual: Some(i.found.clone()),
            detail: (!i.ok).then(|| format!("{} ≠ {}", i.expected, i.found)),
        }
    };
    api::ConsistencyReport {
        task: report.task.to_string(),
        consistent: report.consistent,
        items: report.items.iter().map(item).collect(),
        not_checked: text::task::not_checked(language),
        checked_at: Timestamp(report.checked_ms),
    }
}
