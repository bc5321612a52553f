//! What the party room answers when it cannot do what was asked.

use std::collections::BTreeMap;

use ledger_client::LedgerError;
use ledger_contract::StateError;
use ledger_types::id::{DatasetId, TaskId, TxId};

use crate::connector::ConnectorError;
use crate::custody::CustodyError;
use crate::dataset::PreparationId;
use crate::disk::DiskError;
use crate::source::SourceId;

/// An error of the room's face. No variant carries a cell's value or a passphrase.
#[derive(Debug, thiserror::Error)]
pub enum PartyError {
    /// Keys.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// Files with data.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The room's own files.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The ledger did not take a transaction.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger's state cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// The ledger ordered the transaction, but a rule refused it.
    #[error("refused by rule {code}")]
    Refused {
        /// The transaction.
        tx: Option<TxId>,
        /// Stable code of the rule.
        code: String,
        /// Parameters of its message.
        params: BTreeMap<String, String>,
    },
    /// No such source.
    #[error("there is no source {0}")]
    NoSource(SourceId),
    /// The id is taken.
    #[error("there is already a source {0}")]
    SourceExists(SourceId),
    /// A source that published datasets is not removed while they are in use.
    #[error("source {source_id} was published as {datasets}; freeze it instead")]
    SourceInUse {
        /// Which.
        source_id: SourceId,
        /// Datasets published from it, joined by commas.
        datasets: String,
    },
    /// A source that was stopped.
    #[error("source {0} is frozen")]
    SourceFrozen(SourceId),
    /// The path lies outside the node's data directories.
    #[error("the path is not within the node's data directories")]
    PathNotPermitted,
    /// No such preparation.
    #[error("there is no preparation {0}")]
    NoPreparation(PreparationId),
    /// Nothing to publish.
    #[error("no column was chosen")]
    NoColumns,
    /// Not one rule for each key column.
    #[error("{columns} key columns need as many rules, not {rules}")]
    KeyRulesCount {
        /// Columns given.
        columns: usize,
        /// Rules given.
        rules: usize,
    },
    /// An unknown key rule.
    #[error("there is no key rule {0:?}")]
    NoKeyRule(String),
    /// No such task on the ledger.
    #[error("there is no task {0}")]
    NoTask(TaskId),
    /// No such dataset on the ledger.
    #[error("there is no dataset {0}")]
    NoDataset(DatasetId),
    /// No such row.
    #[error("there is no row {0}")]
    NoRow(u64),
    /// We are not a party of the task.
    #[error("this organisation takes no part in task {0}")]
    NotAParty(TaskId),
    /// The task is not running here.
    #[error("task {0} is not running on this node")]
    NotRunning(TaskId),
    /// The run is not cut off.
    #[error("task {0} was not cut off on this node, or cannot go on")]
    NotInterrupted(TaskId),
    /// The run could not go on later.
    #[error("the run of task {0} could not go on later")]
    CannotPause(TaskId),
    /// Somebody else paused it.
    #[error("task {task} is paused at {org}")]
    PausedElsewhere {
        /// Which task.
        task: TaskId,
        /// Where.
        org: ledger_types::id::OrgId,
    },
    /// The task is running here.
    #[error("task {0} is already running on this node")]
    AlreadyRunning(TaskId),
    /// This node has no result of the task.
    #[error("this node has no result of task {0}")]
    NoResult(TaskId),
    /// The run was refused or failed before it started.
    #[error(transparent)]
    Run(#[from] crate::task::RunError),
    /// The link to a peer was not tested.
    #[error(transparent)]
    Link(#[from] crate::task::LinkTestError),
    /// The room is shutting down, or a thread of it died.
    #[error("the party room is shutting down")]
    ShuttingDown,
    /// The operating system gave no randomness.
    #[error("the operating system's random generator failed")]
    Random,
}

impl PartyError {
    /// Stable code.
    pub fn code(&self) -> &str {
        use ledger_crypto::keyfile::KeyFileError;
        match self {
            Self::Custody(e) => match e {
                CustodyError::NoKey(_) => "signing_key_missing",
                CustodyError::KeyExists(_) => "signing_key_exists",
                CustodyError::Reserved(_) => "account_reserved",
                CustodyError::PassphraseTooShort { .. } => "passphrase_too_short",
                CustodyError::KeyFile(KeyFileError::WrongPassphrase) => "passphrase_wrong",
                CustodyError::KeyFile(_) => "key_file_unusable",
                CustodyError::OtherSuite { .. } => "key_wrong_suite",
                CustodyError::Key(_) => "key_unusable",
                CustodyError::Disk(_) => "storage_failed",
            },
            Self::Connector(e) => e.code(),
            Self::Disk(_) => "storage_failed",
            Self::Ledger(LedgerError::Refused { code, .. }) | Self::Refused { code, .. } => code,
            Self::Ledger(LedgerError::Busy) => "ledger_busy",
            Self::Ledger(LedgerError::TimedOut(_)) => "ledger_timed_out",
            Self::Ledger(_) | Self::State(_) => "ledger_failed",
            Self::NoSource(_) => "source_unknown",
            Self::SourceExists(_) => "source_exists",
            Self::SourceInUse { .. } => "source_in_use",
            Self::SourceFrozen(_) => "source_frozen",
            Self::PathNotPermitted => "path_not_permitted",
            Self::NoPreparation(_) => "preparation_unknown",
            Self::NoColumns => "columns_empty",
            Self::KeyRulesCount { .. } => "key_columns_count",
            Self::NoKeyRule(_) => "key_rule_unknown",
            Self::NoTask(_) => "task_unknown",
            Self::NoDataset(_) => "dataset_unknown",
            Self::NoRow(_) => "row_unknown",
            Self::NotAParty(_) => "not_a_party",
            Self::NotRunning(_) => "not_running",
            Self::AlreadyRunning(_) => "already_running",
            Self::NotInterrupted(_) => "not_interrupted",
            Self::CannotPause(_) => "pause_impossible",
            Self::PausedElsewhere { .. } => "paused_elsewhere",
            Self::NoResult(_) => "result_missing",
            Self::Run(e) => e.code(),
            Self::Link(e) => e.code(),
            Self::ShuttingDown => "shutting_down",
            Self::Random => "random_failed",
        }
    }

    /// Parameters for the message of the code.
    pub fn params(&self) -> BTreeMap<String, String> {
        match self {
            Self::Ledger(LedgerError::Refused { params, .. }) | Self::Refused { params, .. } => params.clone(),
            Self::Run(e) => e.params(),
            Self::PausedElsewhere { org, .. } => BTreeMap::from([("org".to_owned(), org.to_string())]),
            _ => BTreeMap::new(),
        }
    }
}
