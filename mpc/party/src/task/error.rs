//! Why a run did not start or did not finish. The code goes to the ledger, the log and the peer; the detail
//! never holds a value of the data.

use std::collections::BTreeMap;

use ledger_client::LedgerError;
use ledger_contract::StateError;
use ledger_types::id::OrgId;
use ledger_types::task::TaskStatus;

use crate::connector::ConnectorError;
use crate::disk::DiskError;

/// Why a run did not start or did not finish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The task is not on this node's replica.
    #[error("the task is not on the ledger as this node sees it")]
    TaskUnknown,
    /// The task may not run now.
    #[error("the task is {}, not ready", status_name(*.0))]
    NotReady(TaskStatus),
    /// Another session is, or was, the current one.
    #[error("the session is not the one the ledger gave")]
    WrongSession,
    /// This organisation takes no part.
    #[error("this organisation takes no part in the task")]
    NotAParty,
    /// The asking organisation takes no part, or claims to be another.
    #[error("{0} takes no part in the task")]
    PeerNotAParty(OrgId),
    /// This node's replica has not reached the height that the peer speaks of.
    #[error("this node's replica has not reached the height at which the task became ready")]
    ReplicaBehind,
    /// A rule of the ledger forbids it now.
    #[error("policy forbids it now: {code}")]
    Policy {
        /// Code of the first line of the verdict that does not allow.
        code: String,
        /// Its parameters.
        params: BTreeMap<String, String>,
    },
    /// This software does not have the algorithm.
    #[error("this node does not have algorithm {id} version {version}")]
    AlgorithmUnsupported {
        /// Name.
        id: String,
        /// Version.
        version: String,
    },
    /// The algorithm that the task names cannot give what the task asks for.
    #[error("the algorithm {id} version {version} cannot give this task's output or not to so many parties")]
    AlgorithmUnfit {
        /// Name.
        id: String,
        /// Version.
        version: String,
    },
    /// This software describes the algorithm otherwise than the consortium agreed.
    #[error("this node's description of algorithm {id} version {version} is not the one on the ledger")]
    AlgorithmDescriptorDiffers {
        /// Name.
        id: String,
        /// Version.
        version: String,
    },
    /// Fewer keys matched than the task asks for; nothing was released.
    #[error("fewer keys matched than the minimum of {min_matches}; no result was written")]
    MatchesBelowMinimum {
        /// The task's minimum.
        min_matches: u64,
    },
    /// The specification cannot be run as it stands.
    #[error("the specification cannot be run: {0}")]
    SpecUnusable(&'static str),
    /// The published version was not prepared on this node, so that its rows cannot be found.
    #[error("this node does not hold the rows of {dataset} version {version}")]
    RowsMissing {
        /// Dataset.
        dataset: String,
        /// Version.
        version: u32,
    },
    /// The source was stopped by its owner.
    #[error("source {0} is frozen")]
    SourceFrozen(String),
    /// The file cannot be read.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The file is not the one that was published.
    #[error("the data differ from the published version: {what}")]
    DatasetChanged {
        /// What differs, without values.
        what: String,
    },
    /// The task refuses duplicate keys, and there are some.
    #[error("{rows} rows repeat a key, which the task does not allow; the first is row {first}")]
    DuplicateKeys {
        /// How many.
        rows: u64,
        /// First of them, from 1.
        first: u64,
    },
    /// More rows than the protocol takes.
    #[error("there are more than {most} rows")]
    TooManyRows {
        /// How many may be.
        most: u64,
    },
    /// The peer said no.
    #[error("{org} refused: {code}")]
    PeerRefused {
        /// Who.
        org: OrgId,
        /// Its code.
        code: String,
    },
    /// The peer failed while we ran.
    #[error("{org} reported a failure: {code}")]
    PeerFailed {
        /// Who.
        org: OrgId,
        /// Its code.
        code: String,
    },
    /// No connection to the peer in time.
    #[error("{0} cannot be reached")]
    PeerUnreachable(OrgId),
    /// The connection to the peer ended.
    #[error("the connection to {0} was lost")]
    PeerLost(OrgId),
    /// The peer is connected but does nothing.
    #[error("{0} is connected but made no progress for too long")]
    PeerStalled(OrgId),
    /// The peer does not follow the protocol.
    #[error("the peer did not follow the protocol: {code}")]
    Protocol {
        /// Stable code of the engine.
        code: String,
    },
    /// This node already runs as many tasks as it may.
    #[error("this node is busy with other tasks")]
    Busy,
    /// This session was already run here.
    #[error("this session was already run on this node")]
    AlreadyRun,
    /// A run of several begins at another node.
    #[error("the run begins at the node of {0}")]
    BegunElsewhere(OrgId),
    /// Stopped by a person at this node.
    #[error("stopped at this node")]
    Cancelled,
    /// Paused by a person at this node.
    #[error("paused at this node")]
    Paused,
    /// Paused by a person at the peer.
    #[error("paused at {0}")]
    PausedByPeer(OrgId),
    /// Nobody went on with it in time.
    #[error("the run was cut off and did not go on in time")]
    ResumeExpired,
    /// The run was cut off and cannot go on: another attempt can be made.
    #[error("the run was cut off where it cannot go on")]
    ResumeImpossible,
    /// Neither side made progress.
    #[error("neither side has made progress for {seconds} s")]
    Stalled {
        /// For how long.
        seconds: u64,
    },
    /// The ledger closed the task while it ran.
    #[error("the task was closed on the ledger")]
    TaskClosed,
    /// The node stopped while the task ran.
    #[error("the node was stopped while the task ran; nothing was released")]
    NodeRestarted,
    /// A failure of an earlier life of this node, reported late.
    #[error("reported after a restart: {code}")]
    Earlier {
        /// Its code.
        code: String,
    },
    /// What the peer sent for a matched row is not what was agreed.
    #[error("a column of the peer does not have its published type")]
    PayloadMalformed,
    /// The node's own files.
    #[error("the node's disk failed")]
    Disk(#[from] DiskError),
    /// The ledger cannot be read or written.
    #[error("the ledger cannot be used: {0}")]
    Ledger(String),
    /// The operating system gave no randomness, or a thread died.
    #[error("internal: {0}")]
    Internal(&'static str),
}

fn status_name(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Proposed => "proposed",
        TaskStatus::Ready => "ready",
        TaskStatus::Completed => "completed",
        TaskStatus::Disputed => "disputed",
        TaskStatus::Failed => "failed",
        TaskStatus::Rejected => "rejected",
        TaskStatus::Cancelled => "cancelled",
    }
}

impl From<StateError> for RunError {
    fn from(e: StateError) -> Self {
        Self::Ledger(e.to_string())
    }
}

impl From<LedgerError> for RunError {
    fn from(e: LedgerError) -> Self {
        Self::Ledger(e.to_string())
    }
}

impl RunError {
    /// Stable code, at most 64 of a-z, 0-9 and `_`.
    pub fn code(&self) -> &str {
        match self {
            Self::Earlier { code } => code,
            Self::TaskUnknown => "task_unknown",
            Self::NotReady(_) => "task_not_ready",
            Self::WrongSession => "session_mismatch",
            Self::NotAParty => "not_a_party",
            Self::PeerNotAParty(_) => "peer_not_a_party",
            Self::ReplicaBehind => "replica_behind",
            Self::Policy { .. } => "policy_refused",
            Self::AlgorithmUnsupported { .. } => "algorithm_unsupported",
            Self::AlgorithmUnfit { .. } => "algorithm_unfit",
            Self::AlgorithmDescriptorDiffers { .. } => "algorithm_descriptor_differs",
            Self::MatchesBelowMinimum { .. } => "matches_below_minimum",
            Self::SpecUnusable(_) => "spec_unusable",
            Self::RowsMissing { .. } => "rows_missing",
            Self::SourceFrozen(_) => "source_frozen",
            Self::Connector(e) => e.code(),
            Self::DatasetChanged { .. } => "dataset_changed",
            Self::DuplicateKeys { .. } => "duplicate_keys",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::PeerRefused { .. } => "peer_refused",
            Self::PeerFailed { .. } => "peer_failed",
            Self::PeerUnreachable(_) => "peer_unreachable",
            Self::PeerLost(_) => "peer_lost",
            Self::PeerStalled(_) => "peer_stalled",
            Self::Protocol { .. } => "protocol_violated",
            Self::Busy => "node_busy",
            Self::AlreadyRun => "session_already_run",
            Self::BegunElsewhere(_) => "begun_elsewhere",
            Self::Cancelled => "cancelled_at_node",
            Self::Paused => "run_paused",
            Self::PausedByPeer(_) => "run_paused_by_peer",
            Self::ResumeExpired => "resume_expired",
            Self::ResumeImpossible => "resume_impossible",
            Self::Stalled { .. } => "run_stalled",
            Self::TaskClosed => "task_closed",
            Self::NodeRestarted => "node_restarted",
            Self::PayloadMalformed => "payload_malformed",
            Self::Disk(_) => "storage_failed",
            Self::Ledger(_) => "ledger_failed",
            Self::Internal(_) => "internal",
        }
    }

    /// Whether it cuts a run off, rather than ends it: the peer or the link is gone for now, or a person wants to go on
    /// later.
    pub(super) fn cuts_off(&self) -> bool {
        match self {
            Self::PeerUnreachable(_)
            | Self::PeerLost(_)
            | Self::PeerStalled(_)
            | Self::NodeRestarted
            | Self::Paused
            | Self::PausedByPeer(_) => true,
            // What a peer says for whom the same holds.
            Self::PeerFailed { code, .. } => matches!(
                code.as_str(),
                "paused" | "run_paused" | "peer_lost" | "peer_stalled" | "channel_closed" | "channel_truncated"
            ),
            _ => false,
        }
    }

    /// The cause as the other members may read it on the ledger: codes and counts, no path, no name of a file, no
    /// value.
    pub fn public_detail(&self) -> String {
        match self {
            Self::Connector(_) | Self::Disk(_) | Self::Ledger(_) | Self::SourceFrozen(_) => String::new(),
            Self::Policy { code, params } => {
                let params: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
                bounded(format!("{code}: {}", params.join(", ")))
            }
            other => bounded(other.to_string()),
        }
    }

    /// Code of the rule that forbade the run, for the record of a refusal: the line of the verdict where there
    /// is one, else [`Self::code`].
    pub fn rule_code(&self) -> &str {
        match self {
            Self::Policy { code, .. } => code,
            other => other.code(),
        }
    }

    /// Parameters for the message of the code.
    pub fn params(&self) -> BTreeMap<String, String> {
        let one = |name: &str, value: String| BTreeMap::from([(name.to_owned(), value)]);
        match self {
            Self::NotReady(status) => one("status", status_name(*status).into()),
            Self::Policy { code, params } => {
                let mut params = params.clone();
                params.insert("rule".into(), code.clone());
                params
            }
            Self::DatasetChanged { what } => one("what", what.clone()),
            Self::DuplicateKeys { rows, first } => {
                let mut params = one("rows", rows.to_string());
                params.insert("first".into(), first.to_string());
                params
            }
            Self::PeerRefused { org, code } | Self::PeerFailed { org, code } => {
                let mut params = one("org", org.to_string());
                params.insert("peer_code".into(), code.clone());
                params
            }
            Self::PeerNotAParty(org)
            | Self::PeerUnreachable(org)
            | Self::PeerLost(org)
            | Self::PeerStalled(org)
            | Self::BegunElsewhere(org)
            | Self::PausedByPeer(org) => one("org", org.to_string()),
            Self::Stalled { seconds } => one("seconds", seconds.to_string()),
            Self::RowsMissing { dataset, version } => {
                let mut params = one("dataset", dataset.clone());
                params.insert("version".into(), version.to_string());
                params
            }
            Self::SourceFrozen(source) => one("source", source.clone()),
            Self::AlgorithmUnsupported { id, version }
            | Self::AlgorithmUnfit { id, version }
            | Self::AlgorithmDescriptorDiffers { id, version } => {
                let mut params = one("algorithm", id.clone());
                params.insert("algorithm_version".into(), version.clone());
                params
            }
            Self::MatchesBelowMinimum { min_matches } => one("min_matches", min_matches.to_string()),
            Self::Protocol { code } => one("protocol_code", code.clone()),
            _ => BTreeMap::new(),
        }
    }

    /// What a person at this node can do about it; a code for the console to word.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Policy { .. } => "remedy_ask_for_grant",
            Self::DatasetChanged { .. } => "remedy_publish_new_version",
            Self::RowsMissing { .. } => "remedy_prepare_on_this_node",
            Self::Connector(_) => "remedy_mend_source",
            Self::SourceFrozen(_) => "remedy_enable_source",
            Self::DuplicateKeys { .. } => "remedy_choose_duplicate_rule",
            Self::PeerUnreachable(_)
            | Self::PeerLost(_)
            | Self::PeerStalled(_)
            | Self::Busy
            | Self::NodeRestarted
            | Self::Cancelled
            | Self::Paused
            | Self::PausedByPeer(_)
            | Self::ResumeExpired
            | Self::ResumeImpossible
            | Self::PeerFailed { .. } => "remedy_retry",
            Self::PeerRefused { .. } => "remedy_ask_peer",
            Self::MatchesBelowMinimum { .. } => "remedy_change_task",
            Self::AlgorithmUnsupported { .. } | Self::AlgorithmDescriptorDiffers { .. } => "remedy_same_software",
            Self::Disk(_) => "remedy_check_disk",
            _ => "remedy_see_log",
        }
    }
}

// The ledger takes up to 1,000 characters and none that control a screen.
fn bounded(text: String) -> String {
    text.chars().filter(|c| !c.is_control()).take(600).collect()
}

/// Every code of [`RunError`], for the catalogue.
pub const RUN_CODES: &[&str] = &[
    "task_unknown",
    "task_not_ready",
    "session_mismatch",
    "not_a_party",
    "peer_not_a_party",
    "replica_behind",
    "policy_refused",
    "algorithm_unfit",
    "algorithm_unsupported",
    "algorithm_descriptor_differs",
    "matches_below_minimum",
    "spec_unusable",
    "rows_missing",
    "source_frozen",
    "source_not_readable",
    "source_encoding",
    "source_no_header",
    "source_header",
    "source_too_many_columns",
    "source_fields",
    "source_no_column",
    "source_unsupported_column",
    "source_damaged",
    "cancelled",
    "dataset_changed",
    "duplicate_keys",
    "too_many_rows",
    "peer_refused",
    "peer_failed",
    "peer_unreachable",
    "peer_lost",
    "peer_stalled",
    "protocol_violated",
    "node_busy",
    "session_already_run",
    "begun_elsewhere",
    "cancelled_at_node",
    "run_paused",
    "run_paused_by_peer",
    "resume_expired",
    "resume_impossible",
    "run_stalled",
    "task_closed",
    "node_restarted",
    "payload_malformed",
    "storage_failed",
    "ledger_failed",
    "internal",
];

/// Whether a text is a stable code: what a peer sends as one is believed only then.
pub fn is_code(s: &str) -> bool {
    let first = s.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    first && s.len() <= 64 && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::connector::EncodingGuess;

    // One of each variant.
    fn all() -> Vec<RunError> {
        use RunError as E;
        let org = || OrgId::new("bank").unwrap();
        let path = std::path::PathBuf::from("/secret/place.csv");
        let connector = [
            ConnectorError::NotReadable { path: path.clone(), reason: "x".into() },
            ConnectorError::Encoding { line: 1, byte: 1, guess: EncodingGuess::Unknown },
            ConnectorError::NoHeader,
            ConnectorError::Header { position: 1 },
            ConnectorError::TooManyColumns { found: 1, most: 0 },
            ConnectorError::Fields { record: 1, expected: 1 },
            ConnectorError::NoColumn { column: "c".into() },
            ConnectorError::UnsupportedColumn { column: "c".into(), data_type: "t".into() },
            ConnectorError::Damaged("csv"),
            ConnectorError::Cancelled,
        ];
        let mut all = vec![
            E::TaskUnknown,
            E::NotReady(TaskStatus::Proposed),
            E::WrongSession,
            E::NotAParty,
            E::PeerNotAParty(org()),
            E::ReplicaBehind,
            E::Policy { code: "grant_revoked".into(), params: BTreeMap::new() },
            E::AlgorithmUnsupported { id: "a".into(), version: "1".into() },
            E::AlgorithmUnfit { id: "a".into(), version: "1".into() },
            E::AlgorithmDescriptorDiffers { id: "a".into(), version: "1".into() },
            E::MatchesBelowMinimum { min_matches: 1 },
            E::SpecUnusable("x"),
            E::RowsMissing { dataset: "d".into(), version: 1 },
            E::SourceFrozen("s".into()),
            E::DatasetChanged { what: "rows 1 to 2".into() },
            E::DuplicateKeys { rows: 1, first: 2 },
            E::TooManyRows { most: 1 },
            E::PeerRefused { org: org(), code: "c".into() },
            E::PeerFailed { org: org(), code: "c".into() },
            E::PeerUnreachable(org()),
            E::PeerLost(org()),
            E::PeerStalled(org()),
            E::Protocol { code: "c".into() },
            E::Busy,
            E::AlreadyRun,
            E::Cancelled,
            E::BegunElsewhere(org()),
            E::Paused,
            E::PausedByPeer(org()),
            E::ResumeExpired,
            E::ResumeImpossible,
            E::Stalled { seconds: 20 },
            E::TaskClosed,
            E::NodeRestarted,
            E::PayloadMalformed,
            E::Disk(DiskError::Io { path, kind: std::io::ErrorKind::NotFound }),
            E::Ledger("x".into()),
            E::Internal("x"),
        ];
        all.extend(connector.map(E::Connector));
        all
    }

    #[test]
    fn every_code_is_in_the_catalogue_and_the_catalogue_has_no_other() {
        let codes: BTreeSet<String> = all().iter().map(|e| e.code().to_owned()).collect();
        assert_eq!(codes, RUN_CODES.iter().map(|c| (*c).to_owned()).collect());
        assert_eq!(codes.len(), RUN_CODES.len());
        assert!(codes.iter().all(|c| is_code(c)));
    }

    #[test]
    fn what_the_ledger_is_told_names_no_file_and_no_source() {
        for error in all() {
            let detail = error.public_detail();
            assert!(!detail.contains("secret") && !detail.contains(".csv"), "{detail}");
            assert!(detail.chars().count() <= 600);
        }
    }

    #[test]
    fn only_a_code_is_a_code() {
        assert!(is_code("peer_lost"));
        for bad in ["", "Peer", "1a", "张三", "a b", "a-b", &"a".repeat(65)] {
            assert!(!is_code(bad), "{bad}");
        }
    }
}
