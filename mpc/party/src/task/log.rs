//! The log of one task: JSON lines, one file per task. What can be logged is fixed by type: stable codes, counts,
//! identifiers and digests of evidence; a value of the data has no way in.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ledger_crypto::Digest;
use ledger_types::id::{DatasetId, OrgId, SessionId, TaskId, TimeMs, TxId};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::error::{RunError, is_code};
use crate::clock;
use crate::disk::{self, DiskError};

/// Longest log given out at once.
const ENTRIES_MAX: usize = 2_000;
/// A log longer than this takes no more entries, whatever a peer does.
const LOG_BYTES_MAX: u64 = 4 << 20;

/// Severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// As it should be.
    Info,
    /// Somebody should know.
    Warn,
    /// The run ended because of it.
    Error,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// This node's clock.
    pub time_ms: TimeMs,
    /// Which run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Severity.
    pub level: LogLevel,
    /// Stable code of what happened, e.g. `input_read`.
    pub event: String,
    /// Counts, identifiers, codes.
    pub params: BTreeMap<String, String>,
}

/// What may stand in a log.
pub(super) enum LogValue {
    Count(u64),
    Id(String),
    Code(&'static str),
}

impl From<u64> for LogValue {
    fn from(n: u64) -> Self {
        Self::Count(n)
    }
}

impl From<&'static str> for LogValue {
    fn from(code: &'static str) -> Self {
        Self::Code(code)
    }
}

macro_rules! loggable {
    ($($id:ty),+) => {
        $(impl From<&$id> for LogValue {
            fn from(id: &$id) -> Self {
                Self::Id(id.to_string())
            }
        })+
    };
}
loggable!(OrgId, DatasetId, TaskId, SessionId, TxId, Digest);

/// The logs of all tasks of a node.
#[derive(Debug)]
pub(super) struct TaskLogs {
    dir: PathBuf,
    // One writer at a time keeps lines whole.
    writing: Mutex<()>,
}

impl TaskLogs {
    /// Under the directory of tasks.
    pub fn open(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), writing: Mutex::new(()) }
    }

    /// Appends a line, here and to the process log.
    pub fn add<const N: usize>(
        &self,
        task: &TaskId,
        session: Option<&SessionId>,
        level: LogLevel,
        event: &'static str,
        params: [(&'static str, LogValue); N],
    ) {
        let params = params.into_iter().map(|(name, value)| {
            let text = match value {
                LogValue::Count(n) => n.to_string(),
                LogValue::Id(id) => id,
                LogValue::Code(code) => code.to_owned(),
            };
            (name.to_owned(), text)
        });
        self.write(task, session, level, event, params.collect());
    }

    /// Appends the line of a failure with the parameters of its code.
    pub fn failure(&self, task: &TaskId, session: Option<&SessionId>, event: &'static str, error: &RunError) {
        let mut params = error.params();
        params.insert("code".into(), error.code().into());
        params.insert("remedy".into(), error.remedy().into());
        self.write(task, session, LogLevel::Error, event, params);
    }

    fn write(
        &self,
        task: &TaskId,
        session: Option<&SessionId>,
        level: LogLevel,
        event: &'static str,
        params: BTreeMap<String, String>,
    ) {
        match level {
            LogLevel::Info => tracing::info!(%task, event, ?params, "task"),
            LogLevel::Warn => tracing::warn!(%task, event, ?params, "task"),
            LogLevel::Error => tracing::error!(%task, event, ?params, "task"),
        }
        let entry =
            LogEntry { time_ms: clock::now_ms(), session: session.copied(), level, event: event.into(), params };
        if let Err(error) = self.append(task, &entry) {
            tracing::error!(%task, %error, "the task log cannot be written");
        }
    }

    fn append(&self, task: &TaskId, entry: &LogEntry) -> Result<(), DiskError> {
        let path = self.path(task);
        let _one = self.writing.lock();
        if let Some(dir) = path.parent() {
            disk::private_dir(dir)?;
        }
        let mut file = disk::private_append(&path)?;
        let full = file.metadata().is_ok_and(|m| m.len() > LOG_BYTES_MAX);
        if full {
            return Ok(());
        }
        let mut line = serde_json::to_vec(entry).map_err(std::io::Error::other).map_err(disk::io_error(&path))?;
        line.push(b'\n');
        file.write_all(&line).map_err(disk::io_error(&path))
    }

    /// The latest lines, oldest first; none for a task that this node never ran.
    pub fn read(&self, task: &TaskId) -> Result<Vec<LogEntry>, DiskError> {
        let path = self.path(task);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(disk::io_error(&path)(e)),
        };
        // A line cut by a crash is left out.
        let entries: Vec<LogEntry> = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        let skip = entries.len().saturating_sub(ENTRIES_MAX);
        Ok(entries.into_iter().skip(skip).collect())
    }

    fn path(&self, task: &TaskId) -> PathBuf {
        self.dir.join(task.to_string()).join("log.jsonl")
    }
}

/// Several organisations.
pub(super) fn orgs<'a>(orgs: impl Iterator<Item = &'a OrgId>) -> LogValue {
    LogValue::Id(orgs.map(OrgId::as_str).collect::<Vec<_>>().join(","))
}

/// A code that a peer sent, as it may be logged.
pub(super) fn peer_code(code: &str) -> LogValue {
    LogValue::Id(if is_code(code) { code.to_owned() } else { "unreadable".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_in_order_and_a_line_cut_by_a_crash_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let logs = TaskLogs::open(dir.path());
        let task = TaskId(Digest([3; 32]));
        assert_eq!(logs.read(&task).unwrap(), []);
        logs.add(&task, None, LogLevel::Info, "run_started", [("attempt", 1.into())]);
        logs.failure(&task, None, "run_failed", &RunError::PeerLost(OrgId::new("bank").unwrap()));
        let path = dir.path().join(task.to_string()).join("log.jsonl");
        disk::private_append(&path).unwrap().write_all(b"{\"time_ms\": 1").unwrap();
        let lines = logs.read(&task).unwrap();
        assert_eq!(lines.iter().map(|l| l.event.as_str()).collect::<Vec<_>>(), ["run_started", "run_failed"]);
        assert_eq!(lines[1].params["code"], "peer_lost");
        assert_eq!(lines[1].params["org"], "bank");
    }
}
