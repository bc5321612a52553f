//! From matches to rows: which rows of a side are in its file, and what stands beside them.
//!
//! | | `reject` | `first` | `join` |
//! |---|---|---|---|
//! | matched rows only | equal keys are refused before the protocol | the first own row of a key beside the first of the other side | every own row beside every row of the other side |
//! | all own rows | the same | **every** own row; beside it the first of the other side | every own row beside every row of the other side |
//! | unmatched rows only | the same | every own row | every own row |
//!
//! So `first` never takes a row from a file that is said to have all of them: a left join that lost the repeated rows of the
//! own side would be no left join. A row without a key matches nothing: it is among all and among the unmatched ones. Rows
//! stand in the order of the own file, those of the other side within a key in the order of its file.

use std::path::Path;

use ledger_types::object::ColumnType;
use ledger_types::task::{DuplicateRule, ResultFormat, RowJoin};
use mpc_psi::Item;
use mpc_psi::canonical::KeyForm;
use mpc_psi::run::Matches;
use mpc_psi::star::StarRow;

use super::error::RunError;
use super::input::{SideInput, with_key};
use super::output::{OutputColumn, OutputWriter, conform};
use crate::connector::cell::CellReader;
use crate::connector::{CancelFlag, Cell, Table};

/// Which own rows are in a side's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Those that match.
    Matched,
    /// All.
    All,
    /// Those that do not match.
    Unmatched,
}

impl Keep {
    /// What a join means for the file of a side that gets one.
    pub(crate) fn of(join: RowJoin) -> Self {
        match join {
            RowJoin::Inner => Self::Matched,
            RowJoin::Left => Self::All,
            RowJoin::Unmatched => Self::Unmatched,
        }
    }

    /// How the own keys are collected: a file with all own rows needs to know all rows of a key.
    pub(super) fn collected(self, rule: DuplicateRule) -> DuplicateRule {
        match (self, rule) {
            (Self::All | Self::Unmatched, DuplicateRule::First) => DuplicateRule::Join,
            _ => rule,
        }
    }
}

/// What a side writes.
pub(crate) struct Join<'a> {
    /// The own file.
    pub table: &'a Table,
    /// Own columns of the result, by their place in the file, keys first.
    pub own: &'a [usize],
    /// How many of them are keys.
    pub keys: usize,
    /// Names and types of all columns of the result.
    pub columns: Vec<OutputColumn>,
    /// How many columns each of the others released, in the order in which they follow the own ones.
    pub released: Vec<usize>,
    /// Which own rows are written.
    pub keep: Keep,
    /// Whether rows of one key are multiplied.
    pub joins: bool,
    pub format: ResultFormat,
    pub cancel: &'a CancelFlag,
    /// Called with the number of own rows looked at.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

impl Join<'_> {
    /// Writes the rows by what one other side holds too. Blocks.
    pub(crate) fn write(self, side: &SideInput, matches: &Matches, path: &Path) -> Result<u64, RunError> {
        self.write_matched(side, &matches.iter().collect::<Vec<_>>(), path)
    }

    /// Reads the own file a second time and writes the rows in its order. `matched` is in the order of items. Blocks.
    pub(super) fn write_matched(
        self,
        side: &SideInput,
        matched: &[impl Matched],
        path: &Path,
    ) -> Result<u64, RunError> {
        let changed = || RunError::DatasetChanged { what: "it changed while the task ran".into() };
        if self.table.stamp()? != side.stamp {
            return Err(changed());
        }
        let items = side.items();
        let keys_of_rows = self.keys_of_rows(items.len(), matched);
        // Own rows with a key that may be written, in file order, each with the place of its key.
        let mut wanted: Vec<(u32, u32)> = Vec::with_capacity(keys_of_rows.len());
        for (n, (item, _)) in keys_of_rows.iter().enumerate() {
            wanted.extend(side.rows_of(*item).iter().map(|row| (*row, n as u32)));
        }
        wanted.sort_unstable();
        let mut wanted = wanted.into_iter().peekable();
        let own_types: Vec<ColumnType> = self.columns[..self.own.len()].iter().map(|c| c.data_type).collect();
        let peer_types: Vec<ColumnType> = self.columns[self.own.len()..].iter().map(|c| c.data_type).collect();
        let released = Released::new(&self.columns[self.own.len()..], &self.released, self.joins);
        let keys: Vec<usize> = (0..self.keys).collect();
        let mut writer = OutputWriter::create(path, self.format, self.columns)?;
        let mut scratch = Vec::new();
        self.table.scan(self.own, self.cancel, |rows| {
            for i in 0..rows.len {
                let row = rows.first + i as u64;
                let key = wanted.next_if(|(next, _)| u64::from(*next) == row).map(|(_, n)| keys_of_rows[n as usize]);
                if key.is_none() && self.keep == Keep::Matched {
                    continue;
                }
                // The row that is written must be the one whose key took part, or one that has none.
                let form = with_key(&rows, &keys, i, |values| side.rule.encode(values, &mut scratch));
                let same = match key {
                    Some((item, _)) => items.as_slice().get(item) == Some(&Item::new(&scratch)),
                    None => form == KeyForm::Null,
                };
                if !same {
                    return Err(changed());
                }
                let matched = key.and_then(|(_, found)| found);
                if matched.is_some() && self.keep == Keep::Unmatched {
                    continue;
                }
                let own = |c: usize| conform(rows.columns[c].cell(i), own_types[c]);
                let own: Vec<Cell<'_>> = (0..self.own.len()).map(own).collect::<Result<_, _>>()?;
                match matched {
                    Some(found) => {
                        let beside = |theirs| writer.row(own.iter().cloned().chain(theirs));
                        released.each(|peer| found.payload(peer), beside)?;
                    }
                    None => writer.row(own.into_iter().chain(peer_types.iter().map(|_| Cell::Null)))?,
                }
            }
            (self.progress)(rows.first + rows.len as u64);
            Ok::<_, RunError>(())
        })?;
        if wanted.next().is_some() || self.table.stamp()? != side.stamp {
            return Err(changed());
        }
        writer.finish()
    }

    /// The keys whose rows are looked at: of those that match also what the other side released.
    fn keys_of_rows<'m, M: Matched>(&self, items: usize, matched: &'m [M]) -> Vec<(usize, Option<&'m M>)> {
        let mut matched = matched.iter().map(|found| (found.item(), Some(found)));
        if self.keep == Keep::Matched {
            return matched.collect();
        }
        let mut next = matched.next();
        let one = |item| match next {
            Some(found) if found.0 == item => {
                next = matched.next();
                found
            }
            _ => (item, None),
        };
        (0..items).map(one).collect()
    }
}

/// A matched key of the receiver.
pub(super) trait Matched {
    /// Which of its items.
    fn item(&self) -> usize;
    /// What a sender released for it, by the sender's place.
    fn payload(&self, sender: usize) -> &[u8];
}

impl Matched for (usize, &[u8]) {
    fn item(&self) -> usize {
        self.0
    }

    fn payload(&self, _: usize) -> &[u8] {
        self.1
    }
}

impl Matched for StarRow<'_> {
    fn item(&self) -> usize {
        StarRow::item(self)
    }

    fn payload(&self, sender: usize) -> &[u8] {
        StarRow::payload(self, sender)
    }
}

/// Columns that others release, side by side.
pub(super) struct Released {
    // Place and types of each that releases any.
    sides: Vec<(usize, Vec<ColumnType>)>,
    many: bool,
}

impl Released {
    pub fn new(columns: &[OutputColumn], counts: &[usize], many: bool) -> Self {
        let mut types = columns.iter().map(|c| c.data_type);
        let sides = counts.iter().map(|n| types.by_ref().take(*n).collect::<Vec<_>>()).enumerate();
        Self { sides: sides.filter(|(_, types)| !types.is_empty()).collect(), many }
    }

    /// Every row of one side's payload beside every row of the others'.
    pub fn each<'p>(
        &self,
        payload: impl Fn(usize) -> &'p [u8],
        mut each: impl FnMut(std::vec::IntoIter<Cell<'p>>) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        if let [(place, types)] = self.sides.as_slice() {
            return for_each_peer_row(payload(*place), types, self.many, each);
        }
        let mut rows: Vec<Vec<Vec<Cell<'p>>>> = Vec::with_capacity(self.sides.len());
        for (place, types) in &self.sides {
            let mut of_side = Vec::new();
            for_each_peer_row(payload(*place), types, self.many, |cells| {
                of_side.push(cells.collect());
                Ok(())
            })?;
            rows.push(of_side);
        }
        // No side has no row; the last turns fastest.
        let mut at = vec![0; rows.len()];
        loop {
            let cells: Vec<Cell<'p>> = rows.iter().zip(&at).flat_map(|(side, i)| side[*i].iter().cloned()).collect();
            each(cells.into_iter())?;
            let Some(turn) = (0..rows.len()).rev().find(|side| at[*side] + 1 < rows[*side].len()) else {
                return Ok(());
            };
            at[turn] += 1;
            at[turn + 1..].fill(0);
        }
    }
}

// The rows in one key's payload. A peer's bytes: nothing about them is taken for granted.
fn for_each_peer_row<'p>(
    payload: &'p [u8],
    types: &[ColumnType],
    many: bool,
    mut each: impl FnMut(std::vec::IntoIter<Cell<'p>>) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let malformed = |_| RunError::PayloadMalformed;
    let mut reader = CellReader::new(payload);
    let rows = reader.array().map_err(malformed)?;
    if rows == 0 || (rows > 1 && !many) {
        return Err(RunError::PayloadMalformed);
    }
    for _ in 0..rows {
        if reader.array().map_err(malformed)? != types.len() {
            return Err(RunError::PayloadMalformed);
        }
        let mut cells = Vec::with_capacity(types.len());
        for logical in types {
            cells.push(conform(reader.cell().map_err(malformed)?, *logical)?);
        }
        each(cells.into_iter())?;
    }
    if reader.at_end() { Ok(()) } else { Err(RunError::PayloadMalformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_one_party_stands_beside_every_row_of_the_others() {
        let columns = ["a", "b", "c"].map(|n| OutputColumn { name: n.into(), data_type: ColumnType::Integer });
        // The second party releases nothing: its payload is not looked at.
        let payloads: [&[u8]; 3] = [b"\x82\x81\x01\x81\x02", b"", b"\x82\x82\x03\x04\x82\x05\x06"];
        let of = |many: bool| {
            let mut rows = Vec::new();
            let released = Released::new(&columns, &[1, 0, 2], many);
            let done = released.each(
                |party| payloads[party],
                |cells| {
                    rows.push(cells.map(|c| c.into_owned()).collect::<Vec<_>>());
                    Ok(())
                },
            );
            done.map(|()| rows)
        };
        let row = |cells: [i64; 3]| cells.map(Cell::Int).to_vec();
        assert_eq!(of(true), Ok(vec![row([1, 3, 4]), row([1, 5, 6]), row([2, 3, 4]), row([2, 5, 6])]));
        assert_eq!(of(false), Err(RunError::PayloadMalformed));
        let none = Released::new(&[], &[0, 0], true);
        let mut rows = 0;
        none.each(
            |_| b"",
            |cells| {
                rows += 1 + cells.count();
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(rows, 1, "a match of which nothing is released is one row");
    }

    #[test]
    fn a_payload_that_is_not_what_was_agreed_is_refused() {
        let types = [ColumnType::Text, ColumnType::Integer];
        let rows = |bytes: &[u8], many| {
            let mut n = 0;
            for_each_peer_row(bytes, &types, many, |cells| {
                n += cells.count();
                Ok(())
            })
            .map(|()| n)
        };
        // [["a", 1]] and [["a", 1], ["b", null]]
        assert_eq!(rows(b"\x81\x82\x61a\x01", false), Ok(2));
        assert_eq!(rows(b"\x82\x82\x61a\x01\x82\x61b\xf6", true), Ok(4));
        for bad in [
            b"\x82\x82\x61a\x01\x82\x61b\xf6".as_slice(),
            b"\x80",
            b"",
            b"\x81\x81\x61a",
            b"\x81\x82\x01\x01",
            b"\x81\x82\x61a\x01\x00",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(rows(bad, false), Err(RunError::PayloadMalformed), "{bad:02x?}");
        }
    }
}
