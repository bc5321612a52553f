//! What is in the columns of a table: nulls, distinct values, and, for columns that look like keys, which rule
//! fits, how many values it would have to leave as they are, and how many rows repeat a key. One pass.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use ledger_types::object::ColumnType;
use mpc_psi::canonical::{Canonical, Rule};
use serde::{Deserialize, Serialize};

use super::logical::Rows;
use super::sketch::DistinctSketch;
use super::table::FileColumn;

/// Values looked at before a key rule is proposed.
const SAMPLE_VALUES: usize = 1_000;
/// Of 100 sampled values, so many must be regular under a rule for it to be proposed.
const REGULAR_PERCENT: usize = 80;
/// Rules that are proposed, narrowest first.
const PROPOSED: [Rule; 3] = [Rule::IdCn, Rule::PhoneCn, Rule::Date];

/// A column and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnProfile {
    /// Name.
    pub name: String,
    /// Type in the file, in Arrow's words.
    pub source_type: String,
    /// Logical type; `None` when such a column cannot be shared.
    pub data_type: Option<ColumnType>,
    /// Cells without a value.
    pub nulls: u64,
    /// Distinct values, estimated to about 2 %.
    pub distinct_estimate: u64,
    /// Set when the column looks like a key.
    pub key: Option<KeyProfile>,
}

/// A column as a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyProfile {
    /// The rule that fits, e.g. `id-cn/1`.
    pub rule: String,
    /// Rows without a key under the rule.
    pub nulls: u64,
    /// Rows whose value does not have the form that the rule expects; they take part as they are.
    pub irregular: u64,
    /// Rows whose value the rule changes.
    pub cleaned: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
}

/// Profiles of all columns and the number of rows.
#[derive(Debug)]
pub struct Profile {
    /// Rows.
    pub rows: u64,
    /// Columns in order.
    pub columns: Vec<ColumnProfile>,
}

/// Looks at rows as they stream by.
pub struct Profiler {
    rows: u64,
    columns: Vec<ColumnState>,
    // Random: nobody who knows the file can make collisions of our table of seen keys.
    hasher: RandomState,
}

struct ColumnState {
    column: FileColumn,
    nulls: u64,
    distinct: DistinctSketch,
    key: KeyState,
}

enum KeyState {
    Sampling(Vec<String>),
    Key { rule: Rule, profile: KeyProfile, seen: HashSet<u64> },
    NoKey,
}

impl Profiler {
    /// For these columns, in the order in which their values will come.
    pub fn new(columns: Vec<FileColumn>) -> Self {
        let state = |column: FileColumn| {
            let may_be_key =
                matches!(column.data_type, Some(ColumnType::Text | ColumnType::Integer | ColumnType::Date));
            let key = if may_be_key { KeyState::Sampling(Vec::new()) } else { KeyState::NoKey };
            ColumnState { column, nulls: 0, distinct: DistinctSketch::default(), key }
        };
        Self { rows: 0, columns: columns.into_iter().map(state).collect(), hasher: RandomState::new() }
    }

    /// Takes a batch into account.
    pub fn see(&mut self, rows: &Rows) {
        self.rows += rows.len as u64;
        for (state, values) in self.columns.iter_mut().zip(&rows.columns) {
            for i in 0..rows.len {
                let cell = values.cell(i);
                match cell.text() {
                    Some(text) => {
                        state.distinct.add(&text);
                        state.key.see(&text, &self.hasher);
                    }
                    None => state.nulls += 1,
                }
            }
        }
    }

    /// The result.
    pub fn finish(self) -> Profile {
        let hasher = self.hasher;
        let columns = self.columns.into_iter().map(|mut state| {
            state.key.decide(&hasher);
            let key = match state.key {
                KeyState::Key { profile, .. } => Some(KeyProfile { nulls: profile.nulls + state.nulls, ..profile }),
                _ => None,
            };
            ColumnProfile {
                name: state.column.name,
                source_type: state.column.source_type,
                data_type: state.column.data_type,
                nulls: state.nulls,
                distinct_estimate: state.distinct.estimate(),
                key,
            }
        });
        Profile { rows: self.rows, columns: columns.collect() }
    }
}

impl KeyState {
    fn see(&mut self, text: &str, hasher: &RandomState) {
        match self {
            Self::Sampling(sample) => {
                sample.push(text.to_owned());
                if sample.len() >= SAMPLE_VALUES {
                    self.decide(hasher);
                }
            }
            Self::Key { rule, profile, seen } => {
                let canonical = rule.apply(text);
                match canonical.text() {
                    None => profile.nulls += 1,
                    Some(key) => {
                        profile.cleaned += u64::from(key != text);
                        profile.irregular += u64::from(matches!(canonical, Canonical::Irregular(_)));
                        profile.duplicates += u64::from(!seen.insert(hasher.hash_one(key)));
                    }
                }
            }
            Self::NoKey => {}
        }
    }

    // Proposes a rule once enough values were seen, and counts the sampled ones under it.
    fn decide(&mut self, hasher: &RandomState) {
        let Self::Sampling(sample) = self else { return };
        let sample = std::mem::take(sample);
        let fits = |rule: &Rule| {
            let regular = sample.iter().filter(|v| matches!(rule.apply(v), Canonical::Regular(_))).count();
            !sample.is_empty() && regular * 100 >= sample.len() * REGULAR_PERCENT
        };
        *self = match PROPOSED.into_iter().find(fits) {
            None => Self::NoKey,
            Some(rule) => {
                let profile =
                    KeyProfile { rule: rule.name().into(), nulls: 0, irregular: 0, cleaned: 0, duplicates: 0 };
                Self::Key { rule, profile, seen: HashSet::new() }
            }
        };
        sample.iter().for_each(|value| self.see(value, hasher));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::{CancelFlag, ConnectorError, SourceKind, Table};

    #[test]
    fn key_columns_are_found_and_counted_under_their_rule() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "id,phone,amount\n\
                    11010519491231002X,13800138000,12\n\
                    11010519491231002x,+86 13900139000,13\n\
                    ,13800138000,14\n\
                    440524188001010014,\" \",15\n\
                    440524188001010014,13700137000,\n";
        std::fs::write(file.path(), text).unwrap();
        let table = Table::open(SourceKind::Csv, file.path()).unwrap().guess_types(&CancelFlag::default()).unwrap();
        let mut profiler = Profiler::new(table.columns().to_vec());
        table
            .scan(&[0, 1, 2], &CancelFlag::default(), |rows| {
                profiler.see(&rows);
                Ok::<_, ConnectorError>(())
            })
            .unwrap();
        let profile = profiler.finish();
        assert_eq!(profile.rows, 5);
        let id = &profile.columns[0];
        assert_eq!((id.data_type, id.nulls, id.distinct_estimate), (Some(ColumnType::Text), 1, 3));
        let expected = KeyProfile { rule: "id-cn/1".into(), nulls: 1, irregular: 0, cleaned: 1, duplicates: 2 };
        assert_eq!(id.key, Some(expected));
        let phone = profile.columns[1].key.as_ref().unwrap();
        assert_eq!((phone.rule.as_str(), phone.nulls, phone.cleaned, phone.duplicates), ("phone-cn/1", 1, 1, 1));
        assert_eq!((profile.columns[2].data_type, &profile.columns[2].key), (Some(ColumnType::Integer), &None));
    }
}
