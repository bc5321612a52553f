//! Column policy and its verdict.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;

/// In which form a column may be used. Without a rule a column may not be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Disclosure {
    /// May be shown as it is.
    Plaintext,
    /// As a join key: the receiver learns which of its own keys matched.
    PlaintextAfterJoin,
    /// May be shown for the rows that matched a join.
    PlaintextAsJoinPayload,
    /// May be shown after GROUP BY.
    PlaintextAfterGroupBy,
    /// Only the outcome of a comparison may be shown.
    PlaintextAfterCompare,
    /// Only aggregates may be shown.
    PlaintextAfterAggregate,
    /// May be computed on, never shown.
    EncryptedOnly,
}

/// One permission on one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// The permitted form.
    pub allow: Disclosure,
    /// The organisation it is for; null: every member (that holds a grant).
    #[serde(default)]
    pub grantee: Option<String>,
    /// The purpose it is for; null: any.
    #[serde(default)]
    pub purpose: Option<String>,
    /// No use after this time; null: without end.
    #[serde(default)]
    pub not_after: Option<Timestamp>,
}

/// How sensitive a dataset or column is (数据分级, after GB/T 43697).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// 公开
    Public,
    /// 内部
    Internal,
    /// 敏感
    Sensitive,
    /// 核心
    Core,
}

/// A column and the form it is asked for or granted in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnUse {
    /// Column name.
    pub column: String,
    /// The form.
    pub disclosure: Disclosure,
}

/// Whether the rules allow a task, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyVerdict {
    /// Every line allows.
    pub allowed: bool,
    /// Height of the ledger state it was evaluated on.
    pub height: u64,
    /// What each line says.
    pub lines: Vec<VerdictLine>,
}

/// One line of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerdictLine {
    /// This line allows.
    pub allowed: bool,
    /// Stable code, see `GET /v1/error_codes`; `allowed` when nothing is wrong.
    pub code: String,
    /// Whose data the line is about.
    #[schema(required)]
    pub organisation: Option<String>,
    /// The dataset concerned.
    #[schema(required)]
    pub dataset: Option<String>,
    /// The column concerned.
    #[schema(required)]
    pub column: Option<String>,
    /// The form the task wants to use it in.
    #[schema(required)]
    pub wanted: Option<Disclosure>,
    /// Which rule, grant or version decided, in words, in the language asked for.
    pub explanation: String,
    /// The smallest change that would make this line allow; null when it allows.
    #[schema(required)]
    pub remedy: Option<String>,
}
