//! From matches to the receiver's file, its salted commitment, and back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_crypto::{Digest, SuiteId};
use ledger_types::cbor;
use ledger_types::id::{ChainId, TaskId};
use ledger_types::object::{Column, ColumnType};
use ledger_types::preimage::{self, Tag};
use ledger_types::task::ResultFormat;
use mpc_psi::Item;
use mpc_psi::delegated::JoinedRows;
use mpc_psi::run::Matches;
use mpc_psi::star::{StarMatches, StarRow};
use rand_core::{OsRng, RngCore as _};

use super::error::RunError;
use super::gate::Plan;
use super::input::{SideInput, with_key};
use super::log::LogLevel;
use super::output::{OutputColumn, OutputWriter, conform, digest_file};
use super::progress::RunPhase;
use super::record::ResultRecord;
use super::run::Runner;
use super::watch::Watched;
use crate::connector::cell::CellReader;
use crate::connector::{CancelFlag, Cell, ConnectorError, Table};
use crate::disk;

/// Salted commitment to a result: `H(result tag ‖ chain ‖ CBOR [salt, H(file), rows])`. Without the salt, a
/// result of few rows could be guessed and tested against the ledger.
pub(super) fn result_commitment(suite: SuiteId, chain: &ChainId, salt: &Digest, file: &Digest, rows: u64) -> Digest {
    preimage::digest(suite, Tag::Result, chain, &cbor::to_bytes(&(salt, file, rows)))
}

/// What the receiver writes.
pub(crate) struct Join<'a> {
    /// The receiver's own file.
    pub table: &'a Table,
    /// Own columns of the result, by their place in the file, keys first.
    pub own: &'a [usize],
    /// How many of them are keys.
    pub keys: usize,
    /// Names and types of all columns of the result.
    pub columns: Vec<OutputColumn>,
    /// How many columns each of the others released, in the order in which they follow the own ones.
    pub released: Vec<usize>,
    /// Whether rows of one key are multiplied.
    pub joins: bool,
    pub format: ResultFormat,
    pub cancel: &'a CancelFlag,
    /// Called with the number of own rows looked at.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

impl Join<'_> {
    /// Writes the rows that one other side holds too. Blocks.
    pub(crate) fn write(self, side: &SideInput, matches: &Matches, path: &Path) -> Result<u64, RunError> {
        self.write_matched(side, &matches.iter().collect::<Vec<_>>(), path)
    }

    /// Reads the own file a second time and writes the matched rows in its order. Blocks.
    fn write_matched(self, side: &SideInput, matched: &[impl Matched], path: &Path) -> Result<u64, RunError> {
        let changed = || RunError::DatasetChanged { what: "it changed while the task ran".into() };
        if self.table.stamp()? != side.stamp {
            return Err(changed());
        }
        // Own rows to be written, in file order, each with the place of its match.
        let mut wanted: Vec<(u32, u32)> = Vec::with_capacity(matched.len());
        for (n, row) in matched.iter().enumerate() {
            wanted.extend(side.rows_of(row.item()).iter().map(|row| (*row, n as u32)));
        }
        wanted.sort_unstable();
        let mut wanted = wanted.into_iter().peekable();
        let items = side.items();
        let own_types: Vec<ColumnType> = self.columns[..self.own.len()].iter().map(|c| c.data_type).collect();
        let released = Released::new(&self.columns[self.own.len()..], &self.released, self.joins);
        let keys: Vec<usize> = (0..self.keys).collect();
        let mut writer = OutputWriter::create(path, self.format, self.columns)?;
        let mut scratch = Vec::new();
        self.table.scan(self.own, self.cancel, |rows| {
            let end = rows.first + rows.len as u64;
            while let Some((row, n)) = wanted.next_if(|(row, _)| u64::from(*row) < end) {
                let i = (u64::from(row) - rows.first) as usize;
                let found = &matched[n as usize];
                // The row that is written must be the one whose key took part.
                with_key(&rows, &keys, i, |values| side.rule.encode(values, &mut scratch));
                if items.as_slice().get(found.item()) != Some(&Item::new(&scratch)) {
                    return Err(changed());
                }
                let own = |c: usize| conform(rows.columns[c].cell(i), own_types[c]);
                let own: Vec<Cell<'_>> = (0..self.own.len()).map(own).collect::<Result<_, _>>()?;
                released.each(|peer| found.payload(peer), |theirs| writer.row(own.iter().cloned().chain(theirs)))?;
            }
            (self.progress)(end);
            Ok::<_, RunError>(())
        })?;
        if wanted.next().is_some() || self.table.stamp()? != side.stamp {
            return Err(changed());
        }
        writer.finish()
    }
}

/// A matched key of the receiver.
trait Matched {
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
struct Released {
    // Place and types of each that releases any.
    sides: Vec<(usize, Vec<ColumnType>)>,
    many: bool,
}

impl Released {
    fn new(columns: &[OutputColumn], counts: &[usize], many: bool) -> Self {
        let mut types = columns.iter().map(|c| c.data_type);
        let sides = counts.iter().map(|n| types.by_ref().take(*n).collect::<Vec<_>>()).enumerate();
        Self { sides: sides.filter(|(_, types)| !types.is_empty()).collect(), many }
    }

    /// Every row of one side's payload beside every row of the others'.
    fn each<'p>(
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

/// Names and types of columns.
type Typed = Vec<(String, ColumnType)>;

/// Columns of a result: the receiver's keys and kept columns, then the released ones of the others, with the owner's name
/// in front where names meet.
pub(crate) fn result_columns(own: &[(String, ColumnType)], released: &[(&str, Typed)]) -> Vec<OutputColumn> {
    let mut columns: Vec<OutputColumn> = Vec::with_capacity(own.len());
    columns.extend(own.iter().map(|(name, data_type)| OutputColumn { name: name.clone(), data_type: *data_type }));
    for (owner, (name, data_type)) in released.iter().flat_map(|(owner, list)| list.iter().map(move |c| (owner, c))) {
        let mut unique = name.clone();
        while columns.iter().any(|c| c.name == unique) {
            unique = format!("{owner}.{unique}");
        }
        columns.push(OutputColumn { name: unique, data_type: *data_type });
    }
    columns
}

/// What the receiver found.
pub(super) enum Found {
    OfTwo(Matches),
    OfStar(StarMatches),
}

fn typed(names: &[String], columns: &[Column]) -> Result<Typed, RunError> {
    let find = |name: &String| {
        let column = columns.iter().find(|c| &c.name == name)?;
        Some((name.clone(), column.data_type))
    };
    let unknown = RunError::SpecUnusable("a column of the task is not in the published version");
    names.iter().map(find).collect::<Option<_>>().ok_or(unknown)
}

// What each party that releases columns to the receiver releases, in the order of the specification.
fn released(plan: &Plan) -> Result<Vec<(&str, Typed)>, RunError> {
    let brings = plan.peers.iter().filter_map(|p| p.brings.as_ref());
    brings.map(|b| Ok((b.party.org.as_str(), typed(&b.party.payload, &b.columns)?))).collect()
}

impl Runner {
    /// Where the result of a run lies.
    pub(super) fn result_path(&self, task: &TaskId, attempt: u8, format: ResultFormat) -> PathBuf {
        let extension = match format {
            ResultFormat::Csv => "csv",
            ResultFormat::Parquet => "parquet",
        };
        self.results.join(format!("{task}-{attempt}.{extension}"))
    }

    /// Writes the receiver's file and commits to it.
    pub(super) async fn write_result(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        side: SideInput,
        found: Found,
    ) -> Result<ResultRecord, RunError> {
        let mine = plan.own()?;
        let (preparation, table) = self.find_rows(mine)?;
        let total = preparation.commitment.rows;
        let own_names: Vec<String> = mine.party.keys.iter().chain(&mine.party.payload).cloned().collect();
        let own = table.find(&own_names)?;
        let own_columns = typed(&own_names, &mine.columns)?;
        let released = released(plan)?;
        let columns = result_columns(&own_columns, &released);
        let released: Vec<usize> = released.iter().map(|(_, columns)| columns.len()).collect();
        let matched_keys = match &found {
            Found::OfTwo(matches) => matches.len(),
            Found::OfStar(matches) => matches.len(),
        };
        let (keys, joins, format, cancel) =
            (mine.party.keys.len(), plan.joins(), plan.psi.format, watched.reading.clone());
        let names = columns.clone();
        let progress = self.writing(plan, total);
        let write = move |path: &Path| {
            let join = Join {
                table: &table,
                own: &own,
                keys,
                columns,
                released,
                joins,
                format,
                cancel: &cancel,
                progress: &progress,
            };
            match found {
                Found::OfTwo(matches) => join.write(&side, &matches, path),
                Found::OfStar(matches) => join.write_matched(&side, &matches.iter().collect::<Vec<_>>(), path),
            }
        };
        self.keep_result(plan, watched, &names, matched_keys as u64, write).await
    }

    /// Writes the file of a receiver that brings no data: what the parties released, side by side.
    pub(super) async fn write_joined(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        rows: JoinedRows,
    ) -> Result<ResultRecord, RunError> {
        let released = released(plan)?;
        let columns = result_columns(&[], &released);
        let counts: Vec<usize> = released.iter().map(|(_, columns)| columns.len()).collect();
        let (names, joins, format) = (columns.clone(), plan.joins(), plan.psi.format);
        let (matched_keys, cancel) = (rows.len() as u64, watched.reading.clone());
        let progress = self.writing(plan, matched_keys);
        let write = move |path: &Path| {
            let released = Released::new(&columns, &counts, joins);
            let mut writer = OutputWriter::create(path, format, columns)?;
            for (n, row) in rows.iter().enumerate() {
                if cancel.is_cancelled() {
                    return Err(ConnectorError::Cancelled.into());
                }
                released.each(|party| row.payload(party), |cells| writer.row(cells))?;
                progress(n as u64 + 1);
            }
            writer.finish()
        };
        self.keep_result(plan, watched, &names, matched_keys, write).await
    }

    // Tells how many rows of a file are written, from now on.
    fn writing(&self, plan: &Plan, total: u64) -> impl Fn(u64) + Send + Sync + 'static {
        self.lane(plan, |l| (l.phase, l.done, l.total, l.eta_ms) = (RunPhase::Writing, 0, total, None));
        let (board, task, session, org) = (Arc::clone(&self.board), plan.task, plan.session, self.org.clone());
        move |rows: u64| {
            let eta = board.eta_ms(&task, rows, total);
            board.update(&task, &session, &org, |l| (l.done, l.eta_ms) = (rows, eta));
        }
    }

    // Writes a result, gives it its place, and commits to it.
    async fn keep_result(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        columns: &[OutputColumn],
        matched_keys: u64,
        write: impl FnOnce(&Path) -> Result<u64, RunError> + Send + 'static,
    ) -> Result<ResultRecord, RunError> {
        if watched.stop.is_cancelled() {
            return Err(watched.cause());
        }
        let path = self.result_path(&plan.task, plan.attempt, plan.psi.format);
        // A third has not read anything here.
        disk::private_dir(&self.temporary_dir(plan))?;
        let temporary = self.temporary_dir(plan).join("result");
        let (suite, chain) = (self.ledger.suite(), self.ledger.genesis().chain.clone());
        let target = path.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let rows = write(&temporary)?;
            let (bytes, digest) = digest_file(suite, &temporary).map_err(disk::io_error(&temporary))?;
            std::fs::rename(&temporary, &target).map_err(disk::io_error(&target))?;
            Ok::<_, RunError>((rows, bytes, digest))
        });
        let written = writing.await.map_err(|_| RunError::Internal("the writing thread died"))?;
        let (rows, bytes, digest) = written.map_err(|e| match e {
            RunError::Connector(crate::connector::ConnectorError::Cancelled) => watched.cause(),
            other => other,
        })?;
        let mut salt = Digest::ZERO;
        OsRng.try_fill_bytes(&mut salt.0).map_err(|_| RunError::Internal("no randomness"))?;
        let commitment = result_commitment(suite, &chain, &salt, &digest, rows);
        // How many rows matched is the receiver's knowledge: it is not logged, only that there is a file.
        let params = [("commitment", (&commitment).into())];
        self.logs.add(&plan.task, Some(&plan.session), LogLevel::Info, "result_written", params);
        let format = plan.psi.format;
        let columns = columns.iter().map(|c| c.name.clone()).collect();
        Ok(ResultRecord { path, format, rows, matched_keys, columns, bytes, digest, salt, commitment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_meet_are_told_apart() {
        let text = |n: &str| (n.to_owned(), ColumnType::Text);
        let released = [("rsj", vec![text("name"), text("rsj.name"), text("x")]), ("hospital", vec![text("x")])];
        let columns = result_columns(&[text("id"), text("name")], &released);
        let names: Vec<_> = columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["id", "name", "rsj.name", "rsj.rsj.name", "x", "hospital.x"]);
    }

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
