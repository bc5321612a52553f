//! From rows to items: nulls are left out and counted, duplicates are treated as the task says, and each
//! item remembers its rows.
//!
//! Streaming: rows are pushed one by one and 36 bytes are kept of each; [`Collector::finish`] sorts and
//! needs about 48 bytes a row at its peak.

use serde::{Deserialize, Serialize};

use crate::canonical::{KeyForm, KeyRule};
use crate::item::{ITEMS_MAX, Item, ItemSet, ItemSetError, Keys, leaders};

/// What to do with rows whose keys are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateRule {
    /// Refuse to go on when there are any.
    Reject,
    /// The first row of each key takes part, later ones are left out.
    First,
    /// Every row takes part: the key once in the protocol, all its rows in the result.
    Join,
}

/// What was met on the way. Only counts: safe to show and to attest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCounts {
    /// Rows seen.
    pub rows: u64,
    /// Rows without a key.
    pub nulls: u64,
    /// Rows whose key is not in the form the rules expect; they take part.
    pub irregular: u64,
    /// Distinct keys.
    pub items: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
}

/// Why rows cannot be prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// Equal keys although the task refuses them.
    #[error(
        "{} rows repeat the key of an earlier row (first: row {} repeats row {}); the task refuses duplicates",
        .counts.duplicates, .row, .first
    )]
    Duplicates {
        /// The counts.
        counts: KeyCounts,
        /// The earliest row that repeats a key, from 0.
        row: u64,
        /// The row whose key it repeats, from 0.
        first: u64,
    },
    /// More rows than permitted.
    #[error("more than {max} rows")]
    TooManyRows {
        /// The limit.
        max: u64,
    },
    /// The items are too many.
    #[error(transparent)]
    Items(#[from] ItemSetError),
}

/// Collects the keys of a table row by row.
pub struct Collector {
    rule: KeyRule,
    duplicates: DuplicateRule,
    rows_max: u64,
    counts: KeyCounts,
    items: Vec<Item>,
    rows: Vec<u32>,
    /// Keys of the last rows, not yet items.
    keys: Keys,
    scratch: Vec<u8>,
}

impl Collector {
    /// A collector under the task's rules. No more than `rows_max` rows are taken (at most 2³¹).
    pub fn new(rule: KeyRule, duplicates: DuplicateRule, rows_max: u64) -> Self {
        Self {
            rule,
            duplicates,
            rows_max: rows_max.min(ITEMS_MAX as u64),
            counts: KeyCounts::default(),
            items: Vec::new(),
            rows: Vec::new(),
            keys: Keys::new(),
            scratch: Vec::new(),
        }
    }

    /// Takes the key columns of the next row.
    ///
    /// # Errors
    /// When there are more rows than permitted.
    pub fn push(&mut self, values: &[Option<&str>]) -> Result<KeyForm, PrepareError> {
        if self.counts.rows >= self.rows_max {
            return Err(PrepareError::TooManyRows { max: self.rows_max });
        }
        let row = self.counts.rows as u32;
        self.counts.rows += 1;
        let form = self.rule.encode(values, &mut self.scratch);
        match form {
            KeyForm::Null => self.counts.nulls += 1,
            KeyForm::Regular | KeyForm::Irregular => {
                self.counts.irregular += u64::from(form == KeyForm::Irregular);
                self.keys.push(&self.scratch);
                self.rows.push(row);
                if self.keys.len() == Keys::BATCH {
                    self.keys.hash_into(&mut self.items);
                }
            }
        }
        Ok(form)
    }

    /// Counts so far; items and duplicates are known at the end only.
    pub fn counts(&self) -> KeyCounts {
        self.counts
    }

    /// Finds equal keys and applies the duplicate rule.
    ///
    /// # Errors
    /// [`PrepareError::Duplicates`] when there are any and the rule refuses them.
    pub fn finish(mut self) -> Result<Prepared, PrepareError> {
        self.keys.hash_into(&mut self.items);
        let mut items = std::mem::take(&mut self.items);
        let mut rows = std::mem::take(&mut self.rows);
        // For every row with a key, the earliest row with the same one, both as positions in `items`.
        let leader = leaders(&items);
        let leads = |i: usize| leader[i] as usize == i;
        self.counts.items = (0..items.len()).filter(|i| leads(*i)).count() as u64;
        self.counts.duplicates = items.len() as u64 - self.counts.items;
        if self.duplicates == DuplicateRule::Reject && self.counts.duplicates > 0 {
            let repeat = (0..items.len()).find(|i| !leads(*i)).unwrap_or(0);
            let (row, first) = (u64::from(rows[repeat]), u64::from(rows[leader[repeat] as usize]));
            return Err(PrepareError::Duplicates { counts: self.counts, row, first });
        }

        let lists = if self.duplicates == DuplicateRule::Join && self.counts.duplicates > 0 {
            row_lists(&leader, &rows, self.counts.items as usize)
        } else {
            let mut i = 0..items.len();
            rows.retain(|_| i.next().is_some_and(leads));
            RowLists { rows, starts: None }
        };
        let mut i = 0..leader.len();
        items.retain(|_| i.next().is_some_and(leads));
        Ok(Prepared { items: ItemSet::assume_distinct(items)?, counts: self.counts, lists })
    }
}

/// Rows of each item, items in the order of their first row, rows ascending.
fn row_lists(leader: &[u32], rows: &[u32], items: usize) -> RowLists {
    // Number of each leading position among the items.
    let mut number = vec![0u32; leader.len()];
    let mut next = 0u32;
    let mut starts = vec![0u32; items + 1];
    for (i, lead) in leader.iter().enumerate() {
        if *lead as usize == i {
            number[i] = next;
            next += 1;
        }
        starts[number[*lead as usize] as usize + 1] += 1;
    }
    for i in 0..items {
        starts[i + 1] += starts[i];
    }
    let mut at = starts.clone();
    let mut out = vec![0u32; rows.len()];
    for (lead, row) in leader.iter().zip(rows) {
        let slot = &mut at[number[*lead as usize] as usize];
        out[*slot as usize] = *row;
        *slot += 1;
    }
    RowLists { rows: out, starts: Some(starts) }
}

struct RowLists {
    rows: Vec<u32>,
    // Where the rows of each item start; absent when every item has exactly one.
    starts: Option<Vec<u32>>,
}

/// Items ready for a protocol, and the rows they stand for.
pub struct Prepared {
    /// Distinct items in the order of their first rows.
    pub items: ItemSet,
    /// What was met.
    pub counts: KeyCounts,
    lists: RowLists,
}

impl Prepared {
    /// Rows of an item, from 0, ascending: its first under [`DuplicateRule::First`], all of them under
    /// [`DuplicateRule::Join`]. Empty for an item that does not exist.
    pub fn rows_of(&self, item: usize) -> &[u32] {
        let range = match &self.lists.starts {
            None => item..item.saturating_add(1),
            Some(starts) => match (starts.get(item), starts.get(item.saturating_add(1))) {
                (Some(from), Some(to)) => *from as usize..*to as usize,
                _ => return &[],
            },
        };
        self.lists.rows.get(range).unwrap_or(&[])
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({:?})", self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn collect(rule: DuplicateRule, keys: &[Option<&str>]) -> Result<Prepared, PrepareError> {
        let mut collector = Collector::new(KeyRule::from_names(&["text/1"]).unwrap(), rule, 1_000_000);
        for key in keys {
            collector.push(&[*key])?;
        }
        collector.finish()
    }

    const KEYS: [Option<&str>; 8] =
        [Some("b"), None, Some("a"), Some(" b "), Some("c"), Some(""), Some("ａ"), Some("b")];

    #[test]
    fn nulls_and_duplicates_are_counted_under_every_rule() {
        let counts = KeyCounts { rows: 8, nulls: 2, irregular: 0, items: 3, duplicates: 3 };
        assert_eq!(collect(DuplicateRule::First, &KEYS).unwrap().counts, counts);
        assert_eq!(collect(DuplicateRule::Join, &KEYS).unwrap().counts, counts);
        assert_eq!(
            collect(DuplicateRule::Reject, &KEYS).unwrap_err(),
            PrepareError::Duplicates { counts, row: 3, first: 0 }
        );
    }

    #[test]
    fn first_keeps_the_first_row_and_join_keeps_all() {
        let first = collect(DuplicateRule::First, &KEYS).unwrap();
        assert_eq!((0..4).map(|i| first.rows_of(i).to_vec()).collect::<Vec<_>>(), [vec![0], vec![2], vec![4], vec![]]);
        let join = collect(DuplicateRule::Join, &KEYS).unwrap();
        assert_eq!(
            (0..4).map(|i| join.rows_of(i).to_vec()).collect::<Vec<_>>(),
            [vec![0, 3, 7], vec![2, 6], vec![4], vec![]]
        );
        assert_eq!(first.items.as_slice(), join.items.as_slice());
        assert_eq!(join.rows_of(usize::MAX), [0u32; 0]);
        assert_eq!(first.rows_of(usize::MAX), [0u32; 0]);
    }

    #[test]
    fn without_duplicates_reject_passes() {
        let keys = [Some("x"), None, Some("y")];
        let prepared = collect(DuplicateRule::Reject, &keys).unwrap();
        assert_eq!(prepared.items.len(), 2);
        assert_eq!(prepared.rows_of(1), [2]);
        assert!(collect(DuplicateRule::Reject, &[]).unwrap().items.is_empty());
    }

    #[test]
    fn more_rows_than_permitted_are_refused() {
        let mut collector = Collector::new(KeyRule::from_names(&["text/1"]).unwrap(), DuplicateRule::First, 2);
        collector.push(&[Some("a")]).unwrap();
        collector.push(&[None]).unwrap();
        assert_eq!(collector.push(&[Some("b")]), Err(PrepareError::TooManyRows { max: 2 }));
    }

    #[test]
    fn irregular_keys_take_part_and_are_counted() {
        let mut collector = Collector::new(KeyRule::from_names(&["id-cn/1"]).unwrap(), DuplicateRule::First, 10);
        for key in ["11010519491231002x", "passport 1", "PASSPORT1"] {
            collector.push(&[Some(key)]).unwrap();
        }
        let counts = collector.finish().unwrap().counts;
        assert_eq!(counts, KeyCounts { rows: 3, nulls: 0, irregular: 2, items: 2, duplicates: 1 });
    }

    proptest! {
        #[test]
        fn every_row_with_a_key_is_under_exactly_one_item(keys in prop::collection::vec("[ab]{0,3}", 0..60)) {
            let options: Vec<Option<&str>> = keys.iter().map(|key| Some(key.as_str())).collect();
            let mut expected: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
            for (row, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
                expected.entry(key).or_default().push(row as u32);
            }
            let mut expected: Vec<Vec<u32>> = expected.into_values().collect();
            expected.sort();
            let join = collect(DuplicateRule::Join, &options).unwrap();
            let got: Vec<Vec<u32>> = (0..join.items.len()).map(|i| join.rows_of(i).to_vec()).collect();
            prop_assert_eq!(&got, &expected);
            let first = collect(DuplicateRule::First, &options).unwrap();
            let got: Vec<Vec<u32>> = (0..first.items.len()).map(|i| first.rows_of(i).to_vec()).collect();
            prop_assert_eq!(got, expected.iter().map(|rows| vec![rows[0]]).collect::<Vec<_>>());
        }
    }
}
