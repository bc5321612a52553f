//! Numbers instead of rows: what a task's output asks of circuit-PSI, the sender's columns for it, and the one row that the
//! receiver is given.

use ledger_types::object::ColumnType;
use ledger_types::task::{Aggregate, AggregateFunction, PsiOutput, ResultFormat};
use mpc_psi::circuit::{AggregateResult, Aggregates, Column, Function};
use std::borrow::Cow;
use std::path::Path;

use crate::connector::{Cell, cell};
use crate::task::{OutputColumn, OutputWriter, RunError};

/// Decimal places of numbers that are not whole, exact: more are refused. Averages are rounded to as many.
const DECIMALS: u32 = 6;

/// What is asked, of which columns.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub aggregates: Aggregates,
    functions: Vec<Aggregate>,
    /// The sender's columns, in the order in which it reads them.
    columns: Vec<(String, ColumnType)>,
}

impl Question {
    /// The question of an output; `columns` are those that the sender contributes.
    pub fn new(output: &PsiOutput, min_matches: u64, columns: Vec<(String, ColumnType)>) -> Result<Self, RunError> {
        let functions = match output {
            PsiOutput::Rows(_) => return Err(RunError::SpecUnusable("the algorithm gives no rows")),
            PsiOutput::Cardinality => Vec::new(),
            PsiOutput::Aggregates(asked) => asked.functions.clone(),
        };
        if !columns.iter().all(|(_, t)| matches!(t, ColumnType::Integer | ColumnType::Number)) {
            return Err(RunError::SpecUnusable("a column that is to be summed holds no numbers"));
        }
        if functions.iter().any(|f| !columns.iter().any(|(name, _)| name == &f.column)) {
            return Err(RunError::SpecUnusable("a column that is to be summed is not among those of the sender"));
        }
        // A sum alone keeps the count back; an average cannot.
        let count = functions.is_empty() || functions.iter().any(|f| f.function == AggregateFunction::Average);
        let sums = if functions.is_empty() { 0 } else { columns.len() };
        let aggregates = Aggregates {
            functions: (0..sums).map(|column| Function { column, nullable: true }).collect(),
            count,
            min_group: min_matches,
        };
        aggregates.check().map_err(|_| RunError::SpecUnusable("too many functions, or too large a minimum"))?;
        Ok(Self { aggregates, functions, columns })
    }

    /// The sender's columns from the cells of its rows: of each item the rows, of each row the cells. Numbers of one item are
    /// added up.
    pub fn columns(
        &self,
        items: usize,
        mut rows: impl FnMut(usize, &mut dyn FnMut(&[Cell<'_>]) -> Result<(), RunError>) -> Result<(), RunError>,
    ) -> Result<Vec<Column>, RunError> {
        let width = self.aggregates.functions.len();
        let mut sums: Vec<Vec<i64>> = vec![Vec::with_capacity(items); width];
        let mut counts: Vec<Vec<u32>> = vec![Vec::with_capacity(items); width];
        for item in 0..items {
            let mut own = vec![(0i64, 0u32); width];
            rows(item, &mut |cells| {
                if cells.len() < width {
                    return Err(RunError::Internal("a row of another width"));
                }
                for ((cell, (_, logical)), (sum, count)) in cells.iter().zip(&self.columns).zip(&mut own) {
                    if let Some(number) = scaled(cell, decimals(*logical))? {
                        *sum = sum.checked_add(number).ok_or(TOO_LARGE)?;
                        *count += 1;
                    }
                }
                Ok(())
            })?;
            for (i, (sum, count)) in own.into_iter().enumerate() {
                sums[i].push(sum);
                counts[i].push(count);
            }
        }
        Ok(sums.into_iter().zip(counts).map(|(sums, counts)| Column::with_counts(sums, counts)).collect())
    }

    /// Columns of the result: the count when it is told, then the functions in their order.
    pub fn output(&self) -> Vec<OutputColumn> {
        let mut out = Vec::new();
        if self.aggregates.count {
            out.push(OutputColumn { name: "matched_keys".into(), data_type: ColumnType::Integer });
        }
        for f in &self.functions {
            let (name, data_type) = match f.function {
                AggregateFunction::Sum => (format!("sum_{}", f.column), self.column(&f.column).1),
                AggregateFunction::Average => (format!("average_{}", f.column), ColumnType::Number),
            };
            out.push(OutputColumn { name, data_type });
        }
        out
    }

    fn column(&self, name: &str) -> (usize, ColumnType) {
        let at = self.columns.iter().position(|(column, _)| column == name);
        at.map_or((0, ColumnType::Integer), |at| (at, self.columns[at].1))
    }

    /// Writes the row of a result; gives the number of rows, one. Blocks.
    pub fn write(&self, result: &AggregateResult, format: ResultFormat, path: &Path) -> Result<u64, RunError> {
        let AggregateResult::Values { count, sums, non_nulls } = result else {
            return Err(RunError::Internal("nothing was released"));
        };
        let mut cells = Vec::new();
        if self.aggregates.count {
            let count = count.ok_or(RunError::Internal("the count is missing"))?;
            cells.push(Cell::Int(i64::try_from(count).map_err(|_| TOO_LARGE)?));
        }
        for f in &self.functions {
            let (at, logical) = self.column(&f.column);
            let (sum, places) = (sums[at], decimals(logical));
            cells.push(match f.function {
                AggregateFunction::Sum if places == 0 => Cell::Int(i64::try_from(sum).map_err(|_| TOO_LARGE)?),
                AggregateFunction::Sum => Cell::Text(Cow::Owned(decimal(sum, places))),
                AggregateFunction::Average => match non_nulls[at] {
                    Some(0) => Cell::Null,
                    Some(values) => {
                        let average = rounded(sum * 10i128.pow(DECIMALS - places), i128::from(values));
                        Cell::Text(Cow::Owned(decimal(average, DECIMALS)))
                    }
                    None => return Err(RunError::Internal("the number of values is missing")),
                },
            });
        }
        let mut writer = OutputWriter::create(path, format, self.output())?;
        writer.row(cells.into_iter())?;
        writer.finish()
    }
}

const TOO_LARGE: RunError = RunError::SpecUnusable("a number in a column that is to be summed is too large");
const NOT_EXACT: RunError =
    RunError::SpecUnusable("a number in a column that is to be summed has more than six decimal places");
const NO_NUMBER: RunError = RunError::SpecUnusable("a column that is to be summed holds something that is no number");

fn decimals(logical: ColumnType) -> u32 {
    if logical == ColumnType::Integer { 0 } else { DECIMALS }
}

/// A cell as a whole number of units of its last decimal place; `None` for null.
fn scaled(cell: &Cell<'_>, places: u32) -> Result<Option<i64>, RunError> {
    let float = |f: f64| if f.is_finite() { parse(&f.to_string(), places) } else { Err(NO_NUMBER) };
    Ok(Some(match cell {
        Cell::Null => return Ok(None),
        Cell::Int(i) => i.checked_mul(10i64.pow(places)).ok_or(TOO_LARGE)?,
        Cell::Text(s) => parse(s.trim(), places)?,
        Cell::Float(f) => float(*f)?,
        Cell::Bytes(b) => float(cell::float(b).ok_or(NO_NUMBER)?)?,
        Cell::Bool(_) => return Err(NO_NUMBER),
    }))
}

/// Decimal digits as they are written, with a sign; nothing is rounded.
fn parse(text: &str, places: u32) -> Result<i64, RunError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(NO_NUMBER);
    }
    let fraction = fraction.trim_end_matches('0');
    let Some(zeros) = (places as usize).checked_sub(fraction.len()) else { return Err(NOT_EXACT) };
    let mut number = 0i64;
    for digit in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', zeros)) {
        let digit = i64::from(digit - b'0');
        number = number.checked_mul(10).and_then(|n| n.checked_sub(digit)).ok_or(TOO_LARGE)?;
    }
    // Built up below zero, where there is one number more.
    if negative { Ok(number) } else { number.checked_neg().ok_or(TOO_LARGE) }
}

/// `number / 10^places` in digits, without zeros at the end.
fn decimal(number: i128, places: u32) -> String {
    let unit = 10u128.pow(places);
    let (whole, fraction) = (number.unsigned_abs() / unit, number.unsigned_abs() % unit);
    let sign = if number < 0 { "-" } else { "" };
    let fraction = format!("{fraction:0width$}", width = places as usize);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

/// The quotient to the nearest whole number, halves away from zero.
fn rounded(number: i128, by: i128) -> i128 {
    let half = by / 2;
    if number < 0 { (number - half) / by } else { (number + half) / by }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_taken_exactly_as_they_are_written() {
        let number = |s: &str, places| scaled(&Cell::Text(Cow::Borrowed(s)), places);
        for (text, places, expected) in [
            ("12", 0, 12),
            ("-12", 0, -12),
            ("+3.50", 6, 3_500_000),
            ("0.1", 6, 100_000),
            ("-0.000001", 6, -1),
            (".5", 1, 5),
            ("7.", 2, 700),
            ("7.00", 0, 7),
            ("-9223372036854775808", 0, i64::MIN),
        ] {
            assert_eq!(number(text, places), Ok(Some(expected)), "{text}");
        }
        for (text, error) in [
            ("0.0000001", NOT_EXACT),
            ("1e5", NO_NUMBER),
            ("", NO_NUMBER),
            (".", NO_NUMBER),
            ("--1", NO_NUMBER),
            ("9223372036854775808", TOO_LARGE),
            ("9999999999999.5", TOO_LARGE),
        ] {
            assert_eq!(number(text, 6), Err(error), "{text}");
        }
        assert_eq!(scaled(&Cell::Float(0.1), 6), Ok(Some(100_000)));
        assert_eq!(scaled(&Cell::Float(f64::NAN), 6), Err(NO_NUMBER));
        assert_eq!(scaled(&Cell::Float(1e300), 6), Err(TOO_LARGE));
        assert_eq!(scaled(&Cell::Float(1.0 / 3.0), 6), Err(NOT_EXACT));
        assert_eq!(scaled(&Cell::Bytes(2.5f64.to_bits().to_be_bytes().to_vec().into()), 6), Ok(Some(2_500_000)));
        assert_eq!(scaled(&Cell::Null, 6), Ok(None));
        assert_eq!(scaled(&Cell::Int(i64::MAX), 6), Err(TOO_LARGE));
        assert_eq!(scaled(&Cell::Bool(true), 0), Err(NO_NUMBER));
    }

    #[test]
    fn averages_are_rounded_to_the_nearest_and_halves_away_from_zero() {
        assert_eq!([rounded(7, 2), rounded(-7, 2), rounded(6, 4), rounded(1, 3), rounded(-2, 3)], [4, -4, 2, 0, -1]);
    }

    #[test]
    fn only_averages_need_the_count() {
        let ask = |functions: &[AggregateFunction]| {
            let functions = functions.iter().map(|f| Aggregate { function: *f, column: "base".into() }).collect();
            let output = PsiOutput::Aggregates(ledger_types::task::AggregatesOutput { functions });
            Question::new(&output, 10, vec![("base".into(), ColumnType::Number)]).unwrap()
        };
        let sum = ask(&[AggregateFunction::Sum]);
        assert!(!sum.aggregates.count);
        assert_eq!(sum.output().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["sum_base"]);
        let both = ask(&[AggregateFunction::Sum, AggregateFunction::Average]);
        assert_eq!((both.aggregates.count, both.aggregates.functions.len()), (true, 1));
        assert_eq!(
            both.output().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
            ["matched_keys", "sum_base", "average_base"]
        );
        let refused = |output: &PsiOutput, column| Question::new(output, 1, column).is_err();
        assert!(refused(
            &PsiOutput::Aggregates(ledger_types::task::AggregatesOutput { functions: both.functions.clone() }),
            vec![("base".into(), ColumnType::Text)]
        ));
        assert!(Question::new(&PsiOutput::Cardinality, 0, vec![]).unwrap().aggregates.count);
    }

    proptest! {
        #[test]
        fn digits_and_numbers_are_the_same(number: i64, places in 0u32..=6) {
            prop_assert_eq!(parse(&decimal(i128::from(number), places), places), Ok(number));
        }
    }
}
