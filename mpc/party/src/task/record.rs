//! What a node keeps of each of its runs: enough to answer for it later, and to clean up after a crash.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ledger_crypto::Digest;
use ledger_types::id::{OrgId, SessionId, TaskId, TimeMs, TxId};
use ledger_types::task::{Attestation, ProtocolRole, ResultFormat};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::figures::RunFigures;
use crate::disk::{self, DiskError};

/// The result file of a run; who is given no result has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRecord {
    /// Where it lies.
    pub path: PathBuf,
    /// Its format.
    pub format: ResultFormat,
    /// Rows, the header not counted.
    pub rows: u64,
    /// Keys that every side holds; nothing when sums were given and this number was kept back.
    pub matched_keys: Option<u64>,
    /// Columns in order.
    pub columns: Vec<String>,
    /// Size.
    pub bytes: u64,
    /// Digest of the file.
    pub digest: Digest,
    /// Salt of the commitment; 32 random bytes that stay here.
    pub salt: Digest,
    /// The commitment that was attested.
    pub commitment: Digest,
}

/// Where a run stands on this node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Going on. Found after a restart, it means that the node stopped in the middle.
    Started,
    /// Cut off; it may go on until a time.
    Interrupted {
        /// Stable code of what cut it off.
        code: String,
        /// Parameters of its message.
        params: std::collections::BTreeMap<String, String>,
        /// Organisations at which somebody paused it; nobody goes on with it while there is one.
        paused_by: BTreeSet<OrgId>,
        /// When it is given up (this node's clock).
        until_ms: TimeMs,
    },
    /// Computed; the attestation is, or is about to be, on the ledger.
    Computed,
    /// The attestation is on the ledger.
    Attested,
    /// Failed; the report is, or is about to be, on the ledger.
    Failed {
        /// Stable code.
        code: String,
        /// Parameters of its message.
        params: std::collections::BTreeMap<String, String>,
        /// Whether the ledger has the report.
        reported: bool,
    },
}

/// One run as this node remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// Which task.
    pub task: TaskId,
    /// Which run.
    pub session: SessionId,
    /// 1, 2, …
    pub attempt: u8,
    /// Our role.
    pub role: ProtocolRole,
    /// The other members, in the order of the specification.
    pub peers: Vec<OrgId>,
    /// Where it stands.
    pub state: RunState,
    /// When it started (this node's clock).
    pub started_ms: TimeMs,
    /// When it ended.
    pub finished_ms: Option<TimeMs>,
    /// What we attest.
    pub attestation: Option<Attestation>,
    /// The transaction that carried it.
    pub attested_by: Option<TxId>,
    /// Our result file.
    pub result: Option<ResultRecord>,
    /// What was measured, for the report; absent until the run is computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<RunFigures>,
    /// Salt and seed of our randomness, hex: with the input, they let an auditor replay our side bit for bit.
    /// Secret; it never leaves this node without an agreement.
    pub seed: Option<SecretHex>,
    /// How often it was resumed after it was cut off.
    #[serde(default)]
    pub resumptions: u32,
    /// Salt and seed of every further leg, and of beginnings that were given up, in order. Secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leg_seeds: Vec<SecretHex>,
}

impl RunRecord {
    /// Whether nothing about this run is left to do.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self.state, RunState::Attested | RunState::Failed { reported: true, .. })
    }
}

/// Secret bytes as hex, which do not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
#[serde(transparent)]
pub struct SecretHex(String);

impl SecretHex {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(hex::encode(bytes))
    }

    /// The bytes, when there are so many.
    pub(super) fn bytes<const N: usize>(&self) -> Option<zeroize::Zeroizing<[u8; N]>> {
        let mut out = zeroize::Zeroizing::new([0; N]);
        hex::decode_to_slice(&self.0, out.as_mut_slice()).ok()?;
        Some(out)
    }
}

impl std::fmt::Debug for SecretHex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHex")
    }
}

/// The records of all runs of a node: `tasks/<task>/run-<attempt>.json`.
#[derive(Debug)]
pub(super) struct RunRecords {
    dir: PathBuf,
    // One writer at a time: a change reads before it writes.
    writing: Mutex<()>,
}

impl RunRecords {
    pub fn open(dir: &Path) -> Result<Self, DiskError> {
        disk::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), writing: Mutex::new(()) })
    }

    pub fn write(&self, record: &RunRecord) -> Result<(), DiskError> {
        let _one = self.writing.lock();
        self.put(record)
    }

    /// Changes the runs of a task; those for which `change` says so are written.
    pub fn update(&self, task: &TaskId, mut change: impl FnMut(&mut RunRecord) -> bool) -> Result<(), DiskError> {
        let _one = self.writing.lock();
        for mut record in self.of(task)? {
            if change(&mut record) {
                self.put(&record)?;
            }
        }
        Ok(())
    }

    fn put(&self, record: &RunRecord) -> Result<(), DiskError> {
        let dir = self.dir.join(record.task.to_string());
        disk::private_dir(&dir)?;
        disk::write_json(&dir.join(format!("run-{:03}.json", record.attempt)), record)
    }

    /// The record of a run, by its session.
    pub fn get(&self, task: &TaskId, session: &SessionId) -> Result<Option<RunRecord>, DiskError> {
        Ok(self.of(task)?.into_iter().find(|r| &r.session == session))
    }

    /// The runs of a task, oldest first.
    pub fn of(&self, task: &TaskId) -> Result<Vec<RunRecord>, DiskError> {
        let dir = self.dir.join(task.to_string());
        let mut records = Vec::new();
        for name in disk::json_names(&dir)? {
            if name.starts_with("run-") {
                records.extend(disk::read_json(&dir.join(format!("{name}.json")))?);
            }
        }
        Ok(records)
    }

    /// Tasks with at least one run.
    pub fn tasks(&self) -> Result<Vec<TaskId>, DiskError> {
        let entries = std::fs::read_dir(&self.dir).map_err(disk::io_error(&self.dir))?;
        let mut tasks = Vec::new();
        for entry in entries {
            let name = entry.map_err(disk::io_error(&self.dir))?.file_name();
            tasks.extend(name.to_str().and_then(|n| n.parse::<TaskId>().ok()));
        }
        tasks.sort_unstable();
        Ok(tasks)
    }
}
