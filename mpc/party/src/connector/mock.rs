//! Invented rows that show the shape of a table. They are made from names' positions and types alone: no value
//! of the file is looked at, so that nothing of it can be in them.

use ledger_types::object::ColumnType;

/// `rows` rows for columns of these types; `None` is a type that cannot be shared.
pub fn mock_rows(types: &[Option<ColumnType>], rows: usize) -> Vec<Vec<String>> {
    let row = |n: usize| types.iter().enumerate().map(|(i, t)| value(*t, n, i)).collect();
    (1..=rows).map(row).collect()
}

fn value(logical: Option<ColumnType>, row: usize, column: usize) -> String {
    match logical {
        Some(ColumnType::Text) => format!("text-{}-{row}", column + 1),
        Some(ColumnType::Integer) => row.to_string(),
        Some(ColumnType::Number) => format!("{row}.5"),
        Some(ColumnType::Boolean) => row.is_multiple_of(2).to_string(),
        Some(ColumnType::Date) => format!("2000-01-{:02}", (row - 1) % 28 + 1),
        Some(ColumnType::Timestamp) => format!("2000-01-{:02}T00:00:00Z", (row - 1) % 28 + 1),
        Some(ColumnType::Binary) => format!("{row:02x}"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_value_per_column_and_row() {
        let types = [Some(ColumnType::Text), Some(ColumnType::Date), None];
        let rows = mock_rows(&types, 40);
        assert_eq!(rows.len(), 40);
        assert_eq!(rows[39], ["text-1-40", "2000-01-12", ""]);
    }
}
