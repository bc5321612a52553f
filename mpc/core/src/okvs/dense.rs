//! The dense part of an equation: what makes the few equations solvable that the sparse part leaves dependent.
//!
//! [`Field`]: g columns with coefficients h, h², …, h^g in GF(2¹²⁸), h the hash of the key. Any equations of different
//! keys whose sparse parts cancel have a dense part of full rank but with probability about 2^−100.
//! [`Binary`]: g + λ' columns with random bits as coefficients, for values that are not over GF(2¹²⁸), and where
//! decoding must commute with a multiplication of the whole table (a subfield VOLE). A random binary matrix with λ' more
//! columns than rows lacks full rank with probability below 2^−λ'.

use crate::gf128::Gf128;

use super::hash::{BATCH, Hasher};
use super::value::{FieldValue, Value, add_powers};

/// The coefficients of dense columns.
pub trait DenseKind: Copy + Send + Sync + 'static {
    /// Coefficients of one equation.
    type Row: Clone + Send;

    /// Number of columns that cover `defects` dependent equations but for probability 2^−`bits`; `None` when that is
    /// more than the representation holds.
    fn columns(defects: u32, bits: f64) -> Option<u32>;

    /// The coefficients that belong to a hash.
    fn row(hasher: &Hasher, hash: Gf128, columns: usize) -> Self::Row;

    /// Adds the coefficients of another equation.
    fn add(row: &mut Self::Row, other: &Self::Row);
}

/// Dense columns for values of one type.
pub trait Dense<V: Value>: DenseKind {
    /// The dense columns of a bin in the form in which they are evaluated fastest.
    type Prepared;

    /// Prepares columns for about `items` evaluations.
    fn prepare(columns: &[V], items: usize) -> Self::Prepared;

    /// Adds the dense part of each of at most 64 hashes to its sum.
    fn add_all(hasher: &Hasher, columns: &Self::Prepared, hashes: &[Gf128], sums: &mut [V]);

    /// The dense part of one equation.
    fn evaluate(row: &Self::Row, columns: &[V]) -> V;

    /// Solves the equations `row · columns = value`. Columns that they leave free keep what they hold. `false` when the
    /// rows are dependent.
    fn solve(equations: Vec<(Self::Row, V)>, columns: &mut [V]) -> bool;
}

/// Coefficients are powers in GF(2¹²⁸).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field;

impl DenseKind for Field {
    type Row = Vec<Gf128>;

    fn columns(defects: u32, _: f64) -> Option<u32> {
        Some(defects.max(1))
    }

    fn row(_: &Hasher, hash: Gf128, columns: usize) -> Self::Row {
        std::iter::successors(Some(hash), |power| Some(*power * hash)).take(columns).collect()
    }

    fn add(row: &mut Self::Row, other: &Self::Row) {
        for (a, b) in row.iter_mut().zip(other) {
            *a ^= *b;
        }
    }
}

impl<V: FieldValue> Dense<V> for Field {
    type Prepared = Vec<V>;

    fn prepare(columns: &[V], _: usize) -> Self::Prepared {
        columns.to_vec()
    }

    #[inline]
    fn add_all(_: &Hasher, columns: &Self::Prepared, hashes: &[Gf128], sums: &mut [V]) {
        add_powers(hashes, columns, sums);
    }

    fn evaluate(row: &Self::Row, columns: &[V]) -> V {
        row.iter().zip(columns).fold(V::ZERO, |sum, (c, v)| sum.add(v.scale(*c)))
    }

    fn solve(mut equations: Vec<(Self::Row, V)>, columns: &mut [V]) -> bool {
        let mut pivots = Vec::with_capacity(equations.len());
        for i in 0..equations.len() {
            let Some(pivot) = equations[i].0.iter().position(|c| *c != Gf128::ZERO) else { return false };
            let by = invert(equations[i].0[pivot]);
            equations[i].0.iter_mut().for_each(|c| *c *= by);
            equations[i].1 = equations[i].1.scale(by);
            let (row, value) = equations[i].clone();
            for (_, other) in equations.iter_mut().enumerate().filter(|(j, _)| *j != i) {
                let by = other.0[pivot];
                other.0.iter_mut().zip(&row).for_each(|(a, b)| *a ^= *b * by);
                other.1 = other.1.add(value.scale(by));
            }
            pivots.push(pivot);
        }
        // Now a pivot has coefficient one in its own equation and zero in the others.
        for pivot in &pivots {
            columns[*pivot] = V::ZERO;
        }
        let solved: Vec<V> = equations.iter().map(|(row, value)| value.add(Self::evaluate(row, columns))).collect();
        for (pivot, value) in pivots.into_iter().zip(solved) {
            columns[pivot] = value;
        }
        true
    }
}

/// a^(2¹²⁸ − 2).
fn invert(a: Gf128) -> Gf128 {
    let (mut power, mut inverse) = (a, Gf128::ONE);
    for _ in 1..128 {
        power *= power;
        inverse *= power;
    }
    inverse
}

/// Coefficients are bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binary;

impl DenseKind for Binary {
    type Row = u64;

    fn columns(defects: u32, bits: f64) -> Option<u32> {
        let columns = defects.max(1) + bits.ceil() as u32;
        (columns <= u64::BITS).then_some(columns)
    }

    fn row(hasher: &Hasher, hash: Gf128, columns: usize) -> Self::Row {
        let mut masks = [Gf128::ZERO; BATCH];
        hasher.masks(&[hash], &mut masks);
        masks[0].0 as u64 & (u64::MAX >> (u64::BITS as usize - columns))
    }

    fn add(row: &mut Self::Row, other: &Self::Row) {
        *row ^= other;
    }
}

/// Sums of the columns of each window of mask bits, for every pattern of the window's bits.
pub struct Windows<V> {
    width: u32,
    sums: Vec<V>,
}

impl<V: Value> Dense<V> for Binary {
    type Prepared = Windows<V>;

    fn prepare(columns: &[V], items: usize) -> Self::Prepared {
        // Six bits: ten tables of 64 values, which the first-level cache holds. Few items do not repay building them.
        let width = if items >= 1024 { 6 } else { 2 };
        let mut sums = Vec::with_capacity(columns.len().div_ceil(width) << width);
        for window in columns.chunks(width) {
            let base = sums.len();
            sums.push(V::ZERO);
            for pattern in 1..1usize << width {
                let column = window.get(pattern.ilog2() as usize).copied().unwrap_or(V::ZERO);
                let rest: V = sums[base + (pattern & !(1 << pattern.ilog2()))];
                sums.push(rest.add(column));
            }
        }
        Windows { width: width as u32, sums }
    }

    #[inline]
    fn add_all(hasher: &Hasher, columns: &Self::Prepared, hashes: &[Gf128], sums: &mut [V]) {
        let mut masks = [Gf128::ZERO; BATCH];
        hasher.masks(hashes, &mut masks);
        let patterns = (1u64 << columns.width) - 1;
        for (sum, mask) in sums.iter_mut().zip(&masks[..hashes.len()]) {
            let mut mask = mask.0 as u64;
            let mut all = *sum;
            for window in columns.sums.chunks_exact(1 << columns.width) {
                all = all.add(window[(mask & patterns) as usize]);
                mask >>= columns.width;
            }
            *sum = all;
        }
    }

    fn evaluate(row: &Self::Row, columns: &[V]) -> V {
        columns.iter().enumerate().filter(|(j, _)| row >> j & 1 == 1).fold(V::ZERO, |sum, (_, v)| sum.add(*v))
    }

    fn solve(mut equations: Vec<(Self::Row, V)>, columns: &mut [V]) -> bool {
        let mut pivots = 0u64;
        for i in 0..equations.len() {
            let (row, value) = equations[i];
            if row == 0 {
                return false;
            }
            let pivot = row & row.wrapping_neg();
            for (_, other) in equations.iter_mut().enumerate().filter(|(j, other)| *j != i && other.0 & pivot != 0) {
                *other = (other.0 ^ row, other.1.add(value));
            }
            pivots |= pivot;
        }
        let solved: Vec<(u32, V)> = equations
            .iter()
            .map(|(row, value)| {
                let free = Self::evaluate(&(row & !pivots), columns);
                ((row & pivots).trailing_zeros(), value.add(free))
            })
            .collect();
        for (pivot, value) in solved {
            columns[pivot as usize] = value;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okvs::Seed;

    fn hashes(n: u128) -> Vec<Gf128> {
        (1..=n).map(|i| Gf128(i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))).collect()
    }

    fn check<V: Value + PartialEq, D: Dense<V>>(columns: usize, value: impl Fn(usize) -> V) {
        let hasher = Hasher::new(&Seed([9; 16]));
        let hashes = hashes(50);
        let random: Vec<V> = (0..columns).map(|i| value(1000 + i)).collect();
        for count in [0, 1, 2, columns.min(4)] {
            let mut solved = random.clone();
            let equations: Vec<_> = (0..count).map(|i| (D::row(&hasher, hashes[i], columns), value(i))).collect();
            assert!(D::solve(equations.clone(), &mut solved));
            for (row, expected) in &equations {
                assert!(D::evaluate(row, &solved) == *expected);
            }
            // No more columns than needed were touched.
            assert!(solved.iter().zip(&random).filter(|(a, b)| a != b).count() <= count);
            // Evaluation in batches agrees with evaluation of rows, in either form of preparation.
            for items in [1, 100_000] {
                let mut sums = vec![value(7); hashes.len()];
                D::add_all(&hasher, &D::prepare(&solved, items), &hashes, &mut sums);
                for (sum, hash) in sums.iter().zip(&hashes) {
                    let row = D::row(&hasher, *hash, columns);
                    assert!(*sum == value(7).add(D::evaluate(&row, &solved)));
                }
            }
        }
        let twice = D::row(&hasher, hashes[0], columns);
        assert!(!D::solve(vec![(twice.clone(), value(1)), (twice, value(2))], &mut random.clone()));
    }

    #[test]
    fn solutions_satisfy_their_equations_and_dependent_rows_are_reported() {
        let wide = |i: usize| Gf128((i as u128 + 3).wrapping_mul(0x0123_4567_89ab_cdef_fedc_ba98_7654_3211));
        for columns in [1, 2, 3, 11] {
            if columns > 3 {
                check::<Gf128, Field>(columns, wide);
                check::<[Gf128; 3], Field>(columns, |i| [wide(i), wide(2 * i), wide(3 * i)]);
            }
            let sum = |h: Gf128| {
                let mut sums = [wide(5)];
                Field::add_all(
                    &Hasher::new(&Seed([0; 16])),
                    &(0..columns).map(wide).collect::<Vec<Gf128>>(),
                    &[h],
                    &mut sums,
                );
                sums[0]
            };
            assert!(sum(Gf128::ZERO) == wide(5));
            assert!(sum(Gf128::ONE) == (0..columns).map(wide).fold(wide(5), |a, b| a ^ b));
        }
        check::<u64, Binary>(47, |i| (i as u64 + 3).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        check::<(Gf128, u64), Binary>(64, |i| (wide(i), i as u64));
        check::<Gf128, Binary>(50, wide);
    }
}
