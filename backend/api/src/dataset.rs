//! Datasets: the catalogue of the consortium (数据目录) and this organisation's own datasets.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::organisation::OrganisationRef;
use crate::page::page;
use crate::policy::{ColumnRule, Sensitivity};
use crate::signing::signed;
use crate::task::TaskKind;

/// Logical type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Character string.
    Text,
    /// Whole number.
    Integer,
    /// Fixed or floating number.
    Number,
    /// True or false.
    Boolean,
    /// Calendar date.
    Date,
    /// Point in time.
    Timestamp,
    /// Octets.
    Binary,
}

/// Whether a dataset may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetState {
    /// May be applied for and used under grants.
    Active,
    /// May not be used for the time being.
    Frozen,
}

/// A column as the catalogue shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name in the source.
    pub name: String,
    /// Logical type.
    pub data_type: ColumnType,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// Grade.
    pub sensitivity: Sensitivity,
    /// What may be done with it; nothing when empty.
    #[serde(default)]
    pub rules: Vec<ColumnRule>,
}

/// One committed version of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetVersion {
    /// 1, 2, …
    pub version: u32,
    /// Merkle root over salted rows.
    pub commitment: String,
    /// How the commitment was made, e.g. `salted-rows/1`.
    pub scheme: String,
    /// Rows.
    pub rows: u64,
    /// Digest of column names and types.
    pub schema_digest: String,
    /// When (block time).
    pub published_at: Timestamp,
    /// At which height.
    pub height: u64,
    /// This node still holds the file behind it (null for other organisations' datasets).
    #[schema(required)]
    pub held_here: Option<bool>,
}

/// A dataset in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetSummary {
    /// `org.name`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Theme (主题).
    pub theme: String,
    /// Owner.
    pub organisation: OrganisationRef,
    /// Owned by this node's organisation.
    pub mine: bool,
    /// Grade of the whole (分级).
    pub classification: Sensitivity,
    /// Whether it may be used.
    pub state: DatasetState,
    /// Number of columns.
    pub columns: u32,
    /// Rows of the latest version.
    pub rows: u64,
    /// The latest version.
    pub version: u32,
    /// Kinds of task that the column policy leaves room for.
    pub kinds: Vec<TaskKind>,
    /// First publication (block time).
    pub published_at: Timestamp,
    /// Latest change (block time).
    pub updated_at: Timestamp,
}

page!(/// A page of datasets.
    DatasetPage of DatasetSummary);

/// Order of a list of datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetSort {
    /// Latest change first.
    #[default]
    UpdatedAt,
    /// By title.
    Title,
    /// Most rows first.
    Rows,
}

/// Search and filters of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DatasetQuery {
    /// Words in id, title, description, theme or a column's name or description.
    pub q: Option<String>,
    /// Only of this organisation.
    pub org: Option<String>,
    /// Only of this grade.
    pub classification: Option<Sensitivity>,
    /// Only of this theme.
    pub theme: Option<String>,
    /// Only with room for this kind of task.
    pub kind: Option<TaskKind>,
    /// Only in this state.
    pub state: Option<DatasetState>,
    /// `true`: only this organisation's own; `false`: only others'.
    pub mine: Option<bool>,
    /// Order.
    pub sort: Option<DatasetSort>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// How often each value of each facet occurs among the datasets a query finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetFacets {
    /// By organisation id.
    pub organisations: Vec<Facet>,
    /// By grade.
    pub classifications: Vec<Facet>,
    /// By theme.
    pub themes: Vec<Facet>,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Facet {
    /// Value to filter by.
    pub value: String,
    /// Datasets that have it.
    pub count: u64,
}

/// The dataset page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dataset {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: DatasetSummary,
    /// Columns with their policy.
    pub column_list: Vec<Column>,
    /// Raised with every change of the policy; also the ETag.
    pub policy_version: u32,
    /// How much partners may use it; empty when nothing is limited.
    pub limits: Vec<UsageLimits>,
    /// What each partner has used: of all partners for the owner, of this organisation alone for others.
    pub partner_usage: Vec<PartnerUsage>,
    /// Versions, newest first.
    pub versions: Vec<DatasetVersion>,
    /// Rows invented from the column types, never from the data: how the table looks.
    pub sample_rows: Vec<Vec<String>>,
    /// Who uses it.
    pub usage: DatasetUsage,
    /// The source it is read from (own datasets only).
    #[schema(required)]
    pub source: Option<String>,
    /// Nulls, duplicates and irregular keys of the latest version, as profiled on this node (own datasets only).
    #[schema(required)]
    pub quality: Option<Vec<crate::source::SourceColumn>>,
    /// Account that published it, `org/account`.
    pub published_by: String,
}

/// Use of a dataset, from the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetUsage {
    /// Applications for it.
    pub applications: u64,
    /// Applications waiting for the owner.
    pub applications_pending: u64,
    /// Grants that can be used now.
    pub grants_active: u64,
    /// Tasks that name it.
    pub tasks: u64,
    /// Tasks that completed.
    pub tasks_completed: u64,
    /// Latest completed use (block time).
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
}

/// Publishes a dataset with its first version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetCreate {
    /// Must start with this organisation's id and a dot, e.g. `rsj.social-insurance`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// Theme, e.g. `社会保障`.
    #[serde(default)]
    pub theme: String,
    /// Grade of the whole.
    pub classification: Sensitivity,
    /// Columns of the preparation in the same order, with grade and policy.
    pub columns: Vec<Column>,
    /// Id of the preparation that read and committed to the rows.
    pub preparation: String,
}
signed!(/// Publishes a dataset, signed by a data owner.
    DatasetCreateSigned of DatasetCreate);

/// Adds a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetVersionCreate {
    /// The dataset.
    pub dataset: String,
    /// Id of the preparation that read and committed to the rows.
    pub preparation: String,
}
signed!(/// Adds a version, signed by a data owner.
    DatasetVersionCreateSigned of DatasetVersionCreate);

/// Replaces the policy of the columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnPolicySet {
    /// The dataset.
    pub dataset: String,
    /// The `policy_version` these changes were made on; 409 when it is no longer the latest.
    pub policy_version: u32,
    /// All columns, in the same order.
    pub columns: Vec<Column>,
}
signed!(/// Replaces the policy of the columns, signed by a data owner.
    ColumnPolicySetSigned of ColumnPolicySet);

/// Usage limits (使用限额) of one partner on one dataset, over a rolling period. Null limits nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageLimits {
    /// The organisation bound; null: every one that has no limits of its own.
    #[serde(default)]
    pub partner: Option<String>,
    /// Length of the rolling period, 1 to 366 days of 24 hours.
    pub period_days: u16,
    /// Most runs in a period; a retry is a run.
    #[serde(default)]
    pub runs_max: Option<u32>,
    /// Most keys tested in a period, over all runs. With an algorithm that a dishonest receiver can overfill, what it
    /// could test counts.
    #[serde(default)]
    pub keys_max: Option<u64>,
    /// Most keys tested by one run.
    #[serde(default)]
    pub run_keys_max: Option<u64>,
    /// Fewest keys that the partner must bring to a run.
    #[serde(default)]
    pub run_keys_min: Option<u64>,
    /// Smallest minimum of matches that a task may have.
    #[serde(default)]
    pub min_matches: Option<u64>,
}

/// What a partner has used of a dataset, from the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartnerUsage {
    /// The partner.
    pub organisation: OrganisationRef,
    /// The limits that bind it now; null when none do.
    #[schema(required)]
    pub limits: Option<UsageLimits>,
    /// Length of the period counted: that of the limits, 30 days without.
    pub period_days: u16,
    /// Runs in the period that ends now.
    pub runs: u32,
    /// Keys tested in the period that ends now.
    pub keys: u64,
    /// Runs of the last 366 days.
    pub runs_year: u32,
    /// The latest run (block time).
    #[schema(required)]
    pub last_at: Option<Timestamp>,
}

/// Replaces the usage limits of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageLimitsSet {
    /// The dataset.
    pub dataset: String,
    /// The `policy_version` these changes were made on; 409 when it is no longer the latest.
    pub policy_version: u32,
    /// All limits, each partner once; none lifts every limit.
    pub limits: Vec<UsageLimits>,
}
signed!(/// Replaces the usage limits of a dataset, signed by a data owner.
    UsageLimitsSetSigned of UsageLimitsSet);

/// Freezes or enables a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetStateChange {
    /// The dataset.
    pub dataset: String,
    /// The new state.
    pub state: DatasetState,
}
signed!(/// Freezes or enables a dataset, signed by a data owner.
    DatasetStateChangeSigned of DatasetStateChange);

/// A dataset and where its latest change stands on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetCommitted {
    /// The dataset after the change.
    pub dataset: Dataset,
    /// The transaction.
    pub receipt: crate::signing::LedgerReceipt,
}
