//! Parameters of a private set intersection (隐私求交).

use serde::{Deserialize, Serialize};

/// What to do with rows whose keys are equal within one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateRule {
    /// Refuse to run when there are any.
    Reject,
    /// Of the rows of a key the first counts. A result with all own rows, or with those that match nothing, has the later
    /// own ones all the same.
    First,
    /// Match every row with every row.
    Join,
}

/// File format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultFormat {
    /// UTF-8 CSV with a header line.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Parameters of a private set intersection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PsiSpec {
    /// Named, versioned canonical rule per key column, in the order of the parties' `keys`, e.g. `id-cn/1`.
    pub key_rules: Vec<String>,
    /// Duplicates.
    pub duplicates: DuplicateRule,
    /// Format of the result's file.
    pub format: ResultFormat,
    /// Fewest distinct keys that must match for the result to be released; 0 for none. For rows the node of each side that
    /// has a result enforces it: it writes no file and fails the run when fewer match. For a cardinality and for aggregates the
    /// protocol does: nobody learns more than that there were fewer.
    pub min_matches: u64,
    /// What the receiver is given.
    pub output: PsiOutput,
}

/// What a private set intersection gives to its receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PsiOutput {
    /// Rows of a join.
    Rows(RowsOutput),
    /// The number of keys that both sides hold, and not which.
    Cardinality,
    /// Sums and averages over matched rows, and not which rows matched.
    Aggregates(AggregatesOutput),
}

impl PsiOutput {
    /// Whether rows of the other side are given out.
    pub fn gives_rows(&self) -> bool {
        matches!(self, Self::Rows(_))
    }

    /// Whether the other side is given a result too.
    pub fn to_both(&self) -> bool {
        matches!(self, Self::Rows(rows) if rows.both)
    }
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsOutput {
    /// Which rows are in the result.
    pub join: RowJoin,
    /// Whether the other side gets a file too, of its own rows and the columns that the receiver releases: the receiver
    /// proves to it, key by key, what matched. It cannot claim what it does not hold; it can keep matches to itself.
    pub both: bool,
}

/// Which of its own rows somebody's result has. The other side's rows that match nothing it never has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowJoin {
    /// Those that match.
    Inner,
    /// All; released columns are empty where nothing matches.
    Left,
    /// Those that do not match.
    Unmatched,
}

/// Which aggregates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AggregatesOutput {
    /// In the order of the result's columns; each once.
    pub functions: Vec<Aggregate>,
}

/// One aggregate over the matched rows of the side that does not receive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// What is computed.
    pub function: AggregateFunction,
    /// Of which column; it stands among the `payload` of that party.
    pub column: String,
}

/// What is computed of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunction {
    /// Sum of its values; rows without a value count as nothing.
    Sum,
    /// Sum divided by the number of values.
    Average,
}
