//! Logical types: what a column means, apart from how its file stores it.
//!
//! A CSV file has no types. They are proposed from all of its values, and on doubt a column is text: a number
//! that lost its leading zeros, or a card number turned into a float, can never be matched again.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, cast::AsArray as _,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use ledger_types::object::ColumnType;

use super::cell::Cell;
use super::error::ConnectorError;

/// Decimal numbers of at most this many digits survive as binary64 and back (IEEE 754: DBL_DIG).
const NUMBER_DIGITS_MAX: usize = 15;
/// Whole numbers of a CSV file with more digits than this are taken for identifiers.
const INTEGER_DIGITS_MAX: usize = 9;

/// The logical type of an Arrow type; `None` when such a column cannot be shared.
pub fn logical_type(data_type: &DataType) -> Option<ColumnType> {
    Some(match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::Text,
        DataType::Dictionary(_, value) => logical_type(value)?,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => ColumnType::Integer,
        // Beyond what a signed 64-bit number holds: carried as decimal text.
        DataType::UInt64 => ColumnType::Text,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Number,
        DataType::Decimal32(p, s) | DataType::Decimal64(p, s) | DataType::Decimal128(p, s) => {
            if usize::from(*p) <= NUMBER_DIGITS_MAX && *s >= 0 { ColumnType::Number } else { ColumnType::Text }
        }
        DataType::Decimal256(..) => ColumnType::Text,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            ColumnType::Binary
        }
        _ => return None,
    })
}

/// The values of one column of one batch, brought to one of six shapes.
pub enum Values {
    /// Text of a CSV file, to be read as the column's logical type.
    Csv(StringArray, ColumnType),
    /// Text.
    Text(StringArray),
    /// Whole numbers.
    Int(Int64Array),
    /// Floating numbers.
    Float(Float64Array),
    /// Booleans.
    Bool(BooleanArray),
    /// Octets.
    Bytes(BinaryArray),
}

impl Values {
    /// Of a CSV column.
    pub(super) fn csv(array: &ArrayRef, logical: ColumnType) -> Result<Self, ConnectorError> {
        Ok(Self::Csv(to(array, &DataType::Utf8)?.as_string::<i32>().clone(), logical))
    }

    /// Of a typed column.
    pub(super) fn typed(array: &ArrayRef) -> Result<Self, ConnectorError> {
        let mut array = Arc::clone(array);
        if let DataType::Dictionary(_, value) = array.data_type() {
            let value = value.as_ref().clone();
            array = to(&array, &value)?;
        }
        Ok(match array.data_type() {
            DataType::Boolean => Self::Bool(array.as_boolean().clone()),
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => Self::Int(to(&array, &DataType::Int64)?.as_primitive().clone()),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                Self::Float(to(&array, &DataType::Float64)?.as_primitive().clone())
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                Self::Bytes(to(&array, &DataType::Binary)?.as_binary::<i32>().clone())
            }
            DataType::Date64 => Self::Text(text(&to(&array, &DataType::Date32)?)?),
            DataType::Timestamp(TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond, zone) => {
                // One unit, so that the text does not depend on how the file stores it.
                Self::Text(text(&to(&array, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?)?)
            }
            _ => Self::Text(text(&array)?),
        })
    }

    /// The cell of a row.
    ///
    /// # Panics
    /// When there is no such row in the batch.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Csv(a, _) if a.is_null(row) || a.value(row).is_empty() => Cell::Null,
            Self::Csv(a, logical) => csv_cell(a.value(row), *logical),
            Self::Text(a) if a.is_valid(row) => Cell::Text(a.value(row).into()),
            Self::Int(a) if a.is_valid(row) => Cell::Int(a.value(row)),
            Self::Float(a) if a.is_valid(row) => Cell::Float(a.value(row)),
            Self::Bool(a) if a.is_valid(row) => Cell::Bool(a.value(row)),
            Self::Bytes(a) if a.is_valid(row) => Cell::Bytes(a.value(row).into()),
            _ => Cell::Null,
        }
    }
}

fn to(array: &ArrayRef, data_type: &DataType) -> Result<ArrayRef, ConnectorError> {
    if array.data_type() == data_type {
        return Ok(Arc::clone(array));
    }
    cast(array, data_type).map_err(|e| ConnectorError::from_arrow(&e))
}

fn text(array: &ArrayRef) -> Result<StringArray, ConnectorError> {
    Ok(to(array, &DataType::Utf8)?.as_string::<i32>().clone())
}

// A value that does not look like its column's type stays the text it is: nothing is lost, and the
// commitment to the file says the same whatever the type.
fn csv_cell(value: &str, logical: ColumnType) -> Cell<'_> {
    match logical {
        ColumnType::Integer => match value.parse::<i64>() {
            Ok(i) if is_plain(value) => Cell::Int(i),
            _ => Cell::Text(value.into()),
        },
        ColumnType::Boolean => match value {
            "true" => Cell::Bool(true),
            "false" => Cell::Bool(false),
            _ => Cell::Text(value.into()),
        },
        _ => Cell::Text(value.into()),
    }
}

// Whether a whole number is written as it is printed: no plus sign, no leading zero, no minus zero.
fn is_plain(number: &str) -> bool {
    match number.as_bytes() {
        [b'0'] => true,
        [b'-', first, ..] | [first, ..] => matches!(first, b'1'..=b'9'),
        [] => false,
    }
}

/// A batch of rows as cells.
pub struct Rows {
    /// Number of the first row in the file, from 0.
    pub first: u64,
    /// Rows in this batch.
    pub len: usize,
    /// Columns, in the order they were asked for.
    pub columns: Vec<Values>,
}

impl Rows {
    pub(super) fn csv(batch: &RecordBatch, first: u64, types: &[ColumnType]) -> Result<Self, ConnectorError> {
        let columns = batch.columns().iter().zip(types).map(|(a, t)| Values::csv(a, *t)).collect::<Result<_, _>>()?;
        Ok(Self { first, len: batch.num_rows(), columns })
    }

    pub(super) fn typed(batch: &RecordBatch, first: u64) -> Result<Self, ConnectorError> {
        let columns = batch.columns().iter().map(Values::typed).collect::<Result<_, _>>()?;
        Ok(Self { first, len: batch.num_rows(), columns })
    }
}

/// Proposes the type of a CSV column from its values.
#[derive(Debug, Clone, Default)]
pub struct TypeGuess {
    values: u64,
    not: [bool; 5],
}

const CANDIDATES: [(ColumnType, fn(&str) -> bool); 5] = [
    (ColumnType::Boolean, |s| s == "true" || s == "false"),
    (ColumnType::Integer, |s| is_number(s, INTEGER_DIGITS_MAX, false)),
    (ColumnType::Number, |s| is_number(s, NUMBER_DIGITS_MAX, true)),
    (ColumnType::Date, is_date),
    (ColumnType::Timestamp, is_timestamp),
];

impl TypeGuess {
    /// Takes one value into account; empty ones say nothing.
    pub fn see(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.values += 1;
        for (not, (_, fits)) in self.not.iter_mut().zip(CANDIDATES) {
            *not = *not || !fits(value);
        }
    }

    /// The narrowest type that every value has.
    pub fn guess(&self) -> ColumnType {
        let open = self.not.iter().zip(CANDIDATES).find(|(not, _)| !**not);
        match open {
            Some((_, (logical, _))) if self.values > 0 => logical,
            _ => ColumnType::Text,
        }
    }
}

// No plus sign, no leading zero, no exponent: text that a number gives back unchanged.
fn is_number(s: &str, digits_max: usize, fraction: bool) -> bool {
    let unsigned = s.strip_prefix('-').unwrap_or(s);
    let (whole, part) = match unsigned.split_once('.') {
        Some((whole, part)) if fraction => (whole, Some(part)),
        Some(_) => return false,
        None => (unsigned, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && part.is_none_or(digits)
        && (part.is_some() || whole.len() <= INTEGER_DIGITS_MAX)
        && whole.len() + part.map_or(0, str::len) <= digits_max
        && s != "-0"
}

fn is_date(s: &str) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    s.len() == 10 && time::Date::parse(s, &format).is_ok()
}

fn is_timestamp(s: &str) -> bool {
    let b = s.as_bytes();
    let Some((date, clock)) = s.split_at_checked(10) else { return false };
    let hms = time::macros::format_description!("[hour]:[minute]:[second]");
    let Some(clock) = clock.strip_prefix(['T', ' ']) else { return false };
    let Some((whole, rest)) = clock.split_at_checked(8) else { return false };
    let fraction_end = rest.strip_prefix('.').map_or(0, |r| 1 + r.bytes().take_while(u8::is_ascii_digit).count());
    let zone = &rest[fraction_end..];
    let offset = |z: &str| z.len() == 6 && z.starts_with(['+', '-']) && z.as_bytes()[3] == b':';
    b.len() <= 40
        && is_date(date)
        && time::Time::parse(whole, &hms).is_ok()
        && (zone.is_empty() || zone == "Z" || offset(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(values: &[&str]) -> ColumnType {
        let mut guess = TypeGuess::default();
        values.iter().for_each(|v| guess.see(v));
        guess.guess()
    }

    #[test]
    fn identifiers_and_phone_numbers_stay_text() {
        assert_eq!(guess(&["13800138000", "13900139000"]), ColumnType::Text);
        assert_eq!(guess(&["110101199003078515", "110101199003078523"]), ColumnType::Text);
        assert_eq!(guess(&["007", "123"]), ColumnType::Text);
        assert_eq!(guess(&["+86", "1"]), ColumnType::Text);
    }

    #[test]
    fn plain_values_get_their_types_and_a_single_exception_makes_text() {
        assert_eq!(guess(&["1", "", "-42", "0"]), ColumnType::Integer);
        assert_eq!(guess(&["1", "2.50", "-0.1"]), ColumnType::Number);
        assert_eq!(guess(&["true", "false"]), ColumnType::Boolean);
        assert_eq!(guess(&["2024-02-29", "1999-12-31"]), ColumnType::Date);
        assert_eq!(guess(&["2023-02-29"]), ColumnType::Text);
        assert_eq!(guess(&["2024-02-29T12:00:00Z", "2024-02-29 12:00:00.123+08:00"]), ColumnType::Timestamp);
        assert_eq!(guess(&["1", "2", "n/a"]), ColumnType::Text);
        assert_eq!(guess(&["", ""]), ColumnType::Text);
        assert_eq!(guess(&["李伟"]), ColumnType::Text);
        assert_eq!(guess(&["1234567890123456.5"]), ColumnType::Text);
    }

    #[test]
    fn a_csv_value_that_does_not_fit_its_type_stays_what_it_is() {
        assert_eq!(csv_cell("12", ColumnType::Integer), Cell::Int(12));
        assert_eq!(csv_cell("012", ColumnType::Integer), Cell::Text("012".into()));
        for value in [
            "0",
            "-0",
            "00",
            "+1",
            "-",
            "--1",
            "-1",
            "-01",
            "7",
            "10",
            "1.0",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "１",
        ] {
            let printed = value.parse::<i64>().is_ok_and(|i| i.to_string() == value);
            assert_eq!(matches!(csv_cell(value, ColumnType::Integer), Cell::Int(_)), printed, "{value}");
        }
        assert_eq!(csv_cell("yes", ColumnType::Boolean), Cell::Text("yes".into()));
    }
}
