//! Registered sources (数据源): which files of this organisation may be read. Never leaves this node.

mod registry;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use ledger_types::id::{DatasetId, IdError, TimeMs};
use serde::{Deserialize, Deserializer, Serialize};

pub use registry::Sources;

use crate::connector::{ColumnProfile, SourceKind};

/// Short name of a source: 1 to 64 of a-z, 0-9, '-', '_', '.'.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SourceId(String);

impl SourceId {
    /// Checks and wraps a name.
    pub fn new(name: impl Into<String>) -> Result<Self, IdError> {
        // The same alphabet as the ledger's slugs; it keeps the name usable as a file name.
        match DatasetId::new(name) {
            Ok(slug) => Ok(Self(slug.as_str().to_owned())),
            Err(e) => Err(IdError { kind: "SourceId", value: e.value }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SourceId {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        Self::new(s)
    }
}

impl<'de> Deserialize<'de> for SourceId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLocation {
    /// Kind of file.
    pub kind: SourceKind,
    /// Path within one of the node's data directories.
    pub path: PathBuf,
}

/// Whether a source may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// May be read.
    Active,
    /// May not: this node refuses tasks on its datasets.
    Frozen,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Columns in file order.
    pub columns: Vec<ColumnProfile>,
    /// Rows.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// What a person should know: stable codes with the column concerned.
    pub warnings: Vec<ProbeWarning>,
    /// Rows of the same shape, invented from the types; nothing of the file is in them.
    pub mock_rows: Vec<Vec<String>>,
}

/// Something a person should know about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeWarning {
    /// Stable code: `no_rows`, `unsupported_column`, `empty_column`.
    pub code: String,
    /// Column concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// A registered source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Short id.
    pub id: SourceId,
    /// A name people recognise.
    pub name: String,
    /// Where the file is.
    pub location: SourceLocation,
    /// Whether it may be read.
    pub state: SourceState,
    /// What was found when it was registered.
    pub probe: Probe,
    /// When it was registered (this node's clock).
    pub created_ms: TimeMs,
}

impl Source {
    /// Whether the file is there now.
    pub fn is_available(&self) -> bool {
        self.location.path.is_file()
    }
}
