//! What is asked, of which columns, and what comes out.

use mpc_core::multiplex::Ring;
use sm3::{Digest, Sm3};
use zeroize::Zeroize;

/// Functions of a run at most.
pub const FUNCTIONS_MAX: usize = 16;
/// Largest minimum of matches: far below 2³¹, so that the comparison with a count has a sign.
pub const MIN_GROUP_MAX: u64 = 1 << 30;

/// Why a question or a column is refused. Names no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AggregateError {
    /// Nothing is asked.
    #[error("neither the number of matches nor a sum is asked for")]
    Nothing,
    /// Too many functions.
    #[error("{functions} columns are to be summed; {FUNCTIONS_MAX} at most")]
    TooMany {
        /// How many.
        functions: usize,
    },
    /// The minimum of matches is too large.
    #[error("a minimum of {min_group} matches; up to {MIN_GROUP_MAX} is possible")]
    MinGroup {
        /// What it is.
        min_group: u64,
    },
    /// A function names a column that was not given.
    #[error("column {column} is to be summed, {columns} were given")]
    NoColumn {
        /// Which.
        column: usize,
        /// Columns given.
        columns: usize,
    },
    /// A column has another length than the list of items.
    #[error("column {column} has {values} values for {items} items")]
    Length {
        /// Which.
        column: usize,
        /// Its values, or its counts of them.
        values: usize,
        /// Items.
        items: usize,
    },
    /// A column has nulls although it was said to have none.
    #[error("column {column} has nulls, but was agreed to have none")]
    Nulls {
        /// Which.
        column: usize,
    },
    /// Some subset of the values could sum to more than 63 bits.
    #[error("the absolute values of column {column} sum to 2^63 or more: a sum could overflow")]
    Overflow {
        /// Which.
        column: usize,
    },
}

impl AggregateError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Overflow { .. } => "sum_overflow",
            Self::Nulls { .. } => "unexpected_nulls",
            _ => "bad_setting",
        }
    }
}

/// One sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Function {
    /// Which of the sender's columns.
    pub column: usize,
    /// Whether it may hold nulls, or sums of several rows: then its values that are not null are counted beside them, unless
    /// the count is kept back.
    pub nullable: bool,
}

/// What the receiver asks; both sides must hold the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregates {
    /// Sums over the matched rows, in the order of the result.
    pub functions: Vec<Function>,
    /// Whether the number of matches (and of values that are not null) is told to the receiver. Averages need it.
    pub count: bool,
    /// With fewer matches nothing is released; 0 for no minimum.
    pub min_group: u64,
}

impl Aggregates {
    /// The number of matches alone.
    pub fn cardinality(min_group: u64) -> Self {
        Self { functions: Vec::new(), count: true, min_group }
    }

    /// # Errors
    /// What makes no sense.
    pub fn check(&self) -> Result<(), AggregateError> {
        if self.functions.is_empty() && !self.count {
            return Err(AggregateError::Nothing);
        }
        if self.functions.len() > FUNCTIONS_MAX {
            return Err(AggregateError::TooMany { functions: self.functions.len() });
        }
        if self.min_group > MIN_GROUP_MAX {
            return Err(AggregateError::MinGroup { min_group: self.min_group });
        }
        Ok(())
    }

    /// The numbers of a row of the circuit: one for the count, then for each function its value and, where nulls are
    /// counted, whether it is there.
    pub(super) fn columns(&self) -> Vec<Ring> {
        let mut columns = vec![Ring::Bits32];
        for function in &self.functions {
            columns.push(Ring::Bits64);
            if self.counts_nulls(function) {
                columns.push(Ring::Bits32);
            }
        }
        columns
    }

    pub(super) fn counts_nulls(&self, function: &Function) -> bool {
        self.count && function.nullable
    }

    /// Which columns of a row are told to the receiver.
    pub(super) fn released(&self) -> Vec<bool> {
        let mut released = vec![true; self.columns().len()];
        released[0] = self.count;
        released
    }

    /// Fields of the header: `min_group u64 ‖ digest 32`.
    pub(super) fn header_fields(&self) -> Vec<u8> {
        let mut digest = Sm3::new()
            .chain_update(b"shuzheng/psi/circuit/aggregates/1")
            .chain_update([u8::from(self.count)])
            .chain_update((self.functions.len() as u64).to_be_bytes());
        for function in &self.functions {
            digest.update((function.column as u64).to_be_bytes());
            digest.update([u8::from(function.nullable)]);
        }
        let mut out = self.min_group.to_be_bytes().to_vec();
        out.extend_from_slice(&digest.finalize());
        out
    }

    /// The result from the sums of the rows' numbers, of which those that were kept back are `None`.
    pub(super) fn result(&self, totals: &[Option<u64>]) -> AggregateResult {
        let count = totals[0];
        let (mut sums, mut non_nulls) = (vec![], vec![]);
        let mut at = 1;
        for function in &self.functions {
            // Released by definition; its absolute value is below 2⁶³.
            sums.push(i128::from(totals[at].unwrap_or_default() as i64));
            at += 1;
            if self.counts_nulls(function) {
                non_nulls.push(totals[at]);
                at += 1;
            } else {
                non_nulls.push(if function.nullable { None } else { count });
            }
        }
        AggregateResult::Values { count, sums, non_nulls }
    }
}

/// What the receiver learns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AggregateResult {
    /// Fewer than the agreed minimum of keys match. Nothing else is known.
    BelowMinimum,
    /// Enough do.
    Values {
        /// How many keys match; `None` when it is kept back.
        count: Option<u64>,
        /// Sums, in the order of the functions.
        sums: Vec<i128>,
        /// Values that are not null among the matched rows, function by function; `None` when kept back.
        non_nulls: Vec<Option<u64>>,
    },
}

impl AggregateResult {
    /// Whether something was released.
    pub fn is_released(&self) -> bool {
        matches!(self, Self::Values { .. })
    }
}

/// A column of the sender, by position of its items. Cleared when dropped.
pub struct Column {
    values: Vec<i64>,
    /// How many values that are not null are behind each number; absent when it is one each.
    counts: Option<Vec<u32>>,
}

impl Column {
    /// A column without nulls.
    pub fn new(values: Vec<i64>) -> Self {
        Self { values, counts: None }
    }

    /// A column of which some values may be null.
    pub fn with_nulls(values: Vec<Option<i64>>) -> Self {
        let counts = values.iter().map(|value| u32::from(value.is_some())).collect();
        Self { values: values.into_iter().map(Option::unwrap_or_default).collect(), counts: Some(counts) }
    }

    /// A column of sums of several rows each, and how many values that are not null each is of.
    pub fn with_counts(values: Vec<i64>, counts: Vec<u32>) -> Self {
        Self { values, counts: Some(counts) }
    }

    pub(super) fn value(&self, item: usize) -> u64 {
        self.values[item] as u64
    }

    pub(super) fn count(&self, item: usize) -> u64 {
        self.counts.as_ref().map_or(1, |counts| u64::from(counts[item]))
    }
}

impl Drop for Column {
    fn drop(&mut self) {
        self.values.zeroize();
    }
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Column")
    }
}

/// The sender's columns fit the question, and no subset of rows overflows.
pub(super) fn check_columns(aggregates: &Aggregates, columns: &[Column], items: usize) -> Result<(), AggregateError> {
    for function in &aggregates.functions {
        let column = function.column;
        let Some(data) = columns.get(column) else {
            return Err(AggregateError::NoColumn { column, columns: columns.len() });
        };
        for values in [data.values.len(), data.counts.as_ref().map_or(items, Vec::len)] {
            if values != items {
                return Err(AggregateError::Length { column, values, items });
            }
        }
        if !function.nullable && data.counts.as_ref().is_some_and(|counts| counts.iter().any(|count| *count != 1)) {
            return Err(AggregateError::Nulls { column });
        }
        // At most 2³¹ values below 2⁶⁴ each.
        let absolute: u128 = data.values.iter().map(|value| u128::from(value.unsigned_abs())).sum();
        if absolute >= 1 << 63 {
            return Err(AggregateError::Overflow { column });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(column: usize, nullable: bool) -> Aggregates {
        Aggregates { functions: vec![Function { column, nullable }], count: true, min_group: 1 }
    }

    #[test]
    fn questions_without_sense_are_refused() {
        let mut nothing = Aggregates::cardinality(1);
        assert_eq!(nothing.check(), Ok(()));
        nothing.count = false;
        assert_eq!(nothing.check(), Err(AggregateError::Nothing));
        for min_group in [MIN_GROUP_MAX + 1, u64::MAX] {
            assert_eq!(Aggregates::cardinality(min_group).check(), Err(AggregateError::MinGroup { min_group }));
        }
        let mut many = sum_of(0, false);
        many.functions = vec![many.functions[0]; 17];
        assert_eq!(many.check(), Err(AggregateError::TooMany { functions: 17 }));
    }

    #[test]
    fn a_column_of_which_some_subset_overflows_is_refused() {
        let refused = |values: Vec<i64>| check_columns(&sum_of(0, false), &[Column::new(values.clone())], values.len());
        assert_eq!(refused(vec![i64::MAX, 0]), Ok(()));
        assert_eq!(refused(vec![i64::MIN + 1]), Ok(()));
        assert_eq!(refused(vec![i64::MIN]), Err(AggregateError::Overflow { column: 0 }));
        // The whole sums to zero, half of it does not.
        assert_eq!(
            refused(vec![1 << 62, 1 << 62, -(1 << 62), -(1 << 62)]),
            Err(AggregateError::Overflow { column: 0 })
        );
        assert_eq!(refused(vec![i64::MAX, 1]), Err(AggregateError::Overflow { column: 0 }));
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let column = || vec![Column::new(vec![1, 2, 3])];
        assert_eq!(
            check_columns(&sum_of(1, false), &column(), 3),
            Err(AggregateError::NoColumn { column: 1, columns: 1 })
        );
        assert_eq!(
            check_columns(&sum_of(0, false), &column(), 4),
            Err(AggregateError::Length { column: 0, values: 3, items: 4 })
        );
        let nulls = [Column::with_nulls(vec![Some(1), None])];
        assert_eq!(check_columns(&sum_of(0, false), &nulls, 2), Err(AggregateError::Nulls { column: 0 }));
        assert_eq!(check_columns(&sum_of(0, true), &nulls, 2), Ok(()));
    }

    #[test]
    fn another_question_has_another_header() {
        let asked = [sum_of(0, false), sum_of(1, false), sum_of(0, true), Aggregates::cardinality(1)];
        let headers: std::collections::BTreeSet<_> = asked.iter().map(Aggregates::header_fields).collect();
        assert_eq!(headers.len(), 4);
        assert!(headers.iter().all(|header| header.len() == super::super::sizes::HEADER_BYTES));
    }
}
