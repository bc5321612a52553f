//! The equations that peeling leaves: Gaussian elimination on their sparse parts, then on the dense parts of those
//! whose sparse parts cancel.

use super::dense::Dense;
use super::value::Value;

/// Equations at most. Beyond that the bin is an unlucky one of its own kind (a linear part of it cannot be peeled) and
/// another seed is cheaper than cubic work.
pub(super) const EQUATIONS_MAX: usize = 1024;

/// An equation: sparse columns, coefficients of dense columns, value.
pub(super) struct Equation<R, V> {
    pub(super) columns: [u32; 3],
    pub(super) dense: R,
    pub(super) value: V,
}

/// `table[pivot] = value + dense part + Σ table[others]`.
pub(super) struct Solved<R, V> {
    pub(super) pivot: u32,
    others: Vec<u32>,
    dense: R,
    value: V,
}

impl<R, V: Value> Solved<R, V> {
    /// The value of the pivot, when dense columns and all other columns are known.
    pub(super) fn value<D: Dense<V, Row = R>>(&self, table: &[V], dense: &[V]) -> V {
        let sparse = self.others.iter().fold(self.value, |sum, c| sum.add(table[*c as usize]));
        sparse.add(D::evaluate(&self.dense, dense))
    }
}

struct Row<R, V> {
    bits: Vec<u64>,
    dense: R,
    value: V,
}

/// Splits the equations into those solved for a sparse column of their own and those of which only the dense part is
/// left. The pivot of a solved one occurs in no other.
#[expect(clippy::type_complexity, reason = "two lists, named in the sentence above")]
pub(super) fn eliminate<V: Value, D: Dense<V>>(
    equations: Vec<Equation<D::Row, V>>,
) -> (Vec<Solved<D::Row, V>>, Vec<(D::Row, V)>) {
    let mut used: Vec<u32> = equations.iter().flat_map(|e| e.columns).collect();
    used.sort_unstable();
    used.dedup();
    let mut rows: Vec<Row<D::Row, V>> = equations
        .into_iter()
        .map(|e| {
            let mut bits = vec![0u64; used.len().div_ceil(64)];
            for column in e.columns {
                // Present: `used` was made from these.
                let at = used.partition_point(|c| *c < column);
                bits[at / 64] ^= 1 << (at % 64);
            }
            Row { bits, dense: e.dense, value: e.value }
        })
        .collect();

    let first_bit = |bits: &[u64]| {
        bits.iter().enumerate().find(|(_, w)| **w != 0).map(|(i, w)| i * 64 + w.trailing_zeros() as usize)
    };
    for i in 0..rows.len() {
        let Some(pivot) = first_bit(&rows[i].bits) else { continue };
        let (before, rest) = rows.split_at_mut(i);
        let Some((row, after)) = rest.split_first_mut() else { continue };
        for other in before.iter_mut().chain(after) {
            if other.bits[pivot / 64] >> (pivot % 64) & 1 == 1 {
                other.bits.iter_mut().zip(&row.bits).for_each(|(a, b)| *a ^= b);
                D::add(&mut other.dense, &row.dense);
                other.value = other.value.add(row.value);
            }
        }
    }

    let (mut solved, mut dense_only) = (Vec::new(), Vec::new());
    for row in rows {
        // The pivot of a row is still its first bit: later pivots that it contained lie beyond, and were cleared.
        match first_bit(&row.bits) {
            None => dense_only.push((row.dense, row.value)),
            Some(pivot) => {
                let others = (pivot + 1..used.len()).filter(|c| row.bits[c / 64] >> (c % 64) & 1 == 1);
                let others = others.map(|c| used[c]).collect();
                solved.push(Solved { pivot: used[pivot], others, dense: row.dense, value: row.value });
            }
        }
    }
    (solved, dense_only)
}
