//! Data sources (数据源): where this organisation's own rows are. Never leaves this node.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::page::page;

/// Kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Comma-separated text, UTF-8 (with or without mark), first line is the header.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Where the file is: a path on the node's host, or an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceLocation {
    /// Kind of file.
    pub kind: SourceKind,
    /// Absolute path within one of the node's permitted data directories. Either this or `upload`.
    #[serde(default)]
    pub path: Option<String>,
    /// Id of an upload.
    #[serde(default)]
    pub upload: Option<String>,
}

/// A column as found in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceColumn {
    /// Name in the header.
    pub name: String,
    /// Type in the file, in Arrow's words, e.g. `Utf8`, `Int64`.
    pub source_type: String,
    /// Logical type to publish it with; null when a column of this type cannot be shared.
    #[schema(required)]
    pub data_type: Option<crate::dataset::ColumnType>,
    /// Empty or null cells; null when not counted.
    #[schema(required)]
    pub nulls: Option<u64>,
    /// Distinct values, estimated to about 2 %; null when not counted.
    #[schema(required)]
    pub distinct: Option<u64>,
    /// Rows beyond the first of their key under the suggested rule; null when the column does not look like a key.
    #[schema(required)]
    pub duplicates: Option<u64>,
    /// Rows whose value does not have the form the suggested rule expects; null when the column does not look like a key.
    #[schema(required)]
    pub irregular: Option<u64>,
    /// Key rule that fits the column's values, e.g. `cn-resident-id/1`; null when none does.
    #[schema(required)]
    pub key_rule: Option<String>,
}

/// What is in a file, found before it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceProbe {
    /// Columns in file order.
    pub columns: Vec<SourceColumn>,
    /// Rows; null when not counted.
    #[schema(required)]
    pub rows: Option<u64>,
    /// Size of the file.
    pub bytes: u64,
    /// What a person should know, e.g. rows that could not be read.
    pub warnings: Vec<String>,
    /// Rows invented from the column types, never from the file.
    pub sample_rows: Vec<Vec<String>>,
}

/// Whether a source may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// May be read by tasks.
    Active,
    /// May not be read; tasks on its datasets are refused by this node.
    Frozen,
}

/// A registered source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// Short id.
    pub id: String,
    /// A name people recognise.
    pub name: String,
    /// Kind of file.
    pub kind: SourceKind,
    /// Path on the node's host.
    pub path: String,
    /// Whether it may be read.
    pub state: SourceState,
    /// The file is there and readable now.
    pub available: bool,
    /// Columns as found when it was registered.
    pub columns: Vec<SourceColumn>,
    /// Rows when it was registered.
    #[schema(required)]
    pub rows: Option<u64>,
    /// Size of the file when it was registered.
    pub bytes: u64,
    /// Datasets published from it.
    pub datasets: Vec<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

page!(/// A page of sources.
    SourcePage of Source);

/// Filters of the list of sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SourceQuery {
    /// Part of the name or path.
    pub q: Option<String>,
    /// Only of this kind.
    pub kind: Option<SourceKind>,
    /// Only in this state.
    pub state: Option<SourceState>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// Registers a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceCreate {
    /// Short id, 1 to 64 of a-z, 0-9, '-', '_', '.'.
    pub id: String,
    /// A name people recognise.
    pub name: String,
    /// Where the file is.
    pub location: SourceLocation,
}

/// Freezes or enables a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceStateChange {
    /// The new state.
    pub state: SourceState,
}

/// A file sent to the node's data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// Id to register a source with.
    pub id: String,
    /// Name of the file as sent.
    pub filename: String,
    /// Size.
    pub bytes: u64,
}

/// Name of the uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// Its extension says the kind: `.csv` or `.parquet`.
    pub filename: String,
}

/// Reads the whole source once, profiles it and commits to its rows, so that it can be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreparationCreate {
    /// The dataset it is for; the salt of the commitment is kept under this id.
    pub dataset: String,
    /// Columns to publish, in order; others stay unknown to the consortium. Empty: all.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// Counts what columns of a source are like as a key, so that a person knows before proposing a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyProfileCreate {
    /// Key columns, in order; 1 to 8.
    pub columns: Vec<String>,
    /// Rule of each column, by id of `/v1/key_rules`; as many as columns.
    pub key_rules: Vec<String>,
}

/// What columns of a source are like as a key under chosen rules. Only counts, exact, of the file as it is now:
/// rows = nulls + distinct + duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyProfile {
    /// Rows read.
    pub rows: u64,
    /// Rows without a key: a key column is empty or null. They never match.
    pub nulls: u64,
    /// Rows whose key does not have the form the rules expect, even cleaned. They take part.
    pub irregular: u64,
    /// Distinct keys.
    pub distinct: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
}

/// A source that was read and committed to, ready to be published as a dataset or a version of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preparation {
    /// Id to publish with.
    pub id: String,
    /// The source.
    pub source: String,
    /// The dataset it is for.
    pub dataset: String,
    /// Merkle root over salted rows; this goes on the ledger, the rows do not.
    pub commitment: String,
    /// Rows committed to.
    pub rows: u64,
    /// Columns with their profile.
    pub columns: Vec<SourceColumn>,
    /// When it was made.
    pub created_at: Timestamp,
}
