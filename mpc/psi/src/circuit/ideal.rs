//! What the protocol computes, said in the clear. For tests and for reading; not for use between parties.

use super::aggregates::{AggregateResult, Aggregates};
use crate::item::Item;
use crate::run::ideal::intersect;

/// Counts and sums over the sender's rows whose item the receiver holds too. `columns` as the sender gives them.
///
/// # Panics
/// When a function names a column that is not there.
pub fn aggregate(
    aggregates: &Aggregates,
    receiver: &[Item],
    sender: &[Item],
    columns: &[Vec<Option<i64>>],
) -> AggregateResult {
    let matched = intersect(receiver, sender);
    let count = matched.len() as u64;
    if count < aggregates.min_group {
        return AggregateResult::BelowMinimum;
    }
    let values = |column: usize| matched.iter().filter_map(move |(_, row)| columns[column][*row]);
    AggregateResult::Values {
        count: aggregates.count.then_some(count),
        sums: aggregates.functions.iter().map(|f| values(f.column).map(i128::from).sum()).collect(),
        non_nulls: aggregates
            .functions
            .iter()
            .map(|f| aggregates.count.then(|| values(f.column).count() as u64))
            .collect(),
    }
}
