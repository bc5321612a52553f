//! From matches to the receiver's file, its salted commitment, and back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_crypto::{Digest, SuiteId};
use ledger_types::cbor;
use ledger_types::id::{ChainId, TaskId};
use ledger_types::object::{Column, ColumnType};
use ledger_types::preimage::{self, Tag};
use ledger_types::task::ResultFormat;
use mpc_psi::delegated::JoinedRows;
use mpc_psi::run::Matches;
use mpc_psi::star::StarMatches;
use rand_core::{OsRng, RngCore as _};

use super::error::RunError;
use super::gate::{Brings, Plan};
use super::input::SideInput;
use super::join::{Join, Released};
use super::log::LogLevel;
use super::output::{OutputColumn, OutputWriter, digest_file};
use super::progress::RunPhase;
use super::record::ResultRecord;
use super::run::Runner;
use super::watch::Watched;
use crate::connector::ConnectorError;
use crate::disk;

/// Salted commitment to a result: `H(result tag ‖ chain ‖ CBOR [salt, H(file), rows])`. Without the salt, a
/// result of few rows could be guessed and tested against the ledger.
pub(super) fn result_commitment(suite: SuiteId, chain: &ChainId, salt: &Digest, file: &Digest, rows: u64) -> Digest {
    preimage::digest(suite, Tag::Result, chain, &cbor::to_bytes(&(salt, file, rows)))
}

/// Names and types of columns.
pub(super) type Typed = Vec<(String, ColumnType)>;

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

/// The columns that a party releases, or that are summed.
pub(super) fn released_columns(brings: &Brings) -> Result<Typed, RunError> {
    typed(&brings.party.payload, &brings.columns)
}

// What each party that releases columns to the receiver releases, in the order of the specification.
fn released(plan: &Plan) -> Result<Vec<(&str, Typed)>, RunError> {
    let brings = plan.peers.iter().filter_map(|p| p.brings.as_ref());
    brings.map(|b| Ok((b.party.org.as_str(), released_columns(b)?))).collect()
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
        let keep = plan.keep();
        let names = columns.clone();
        let progress = self.writing(plan, total);
        let write = move |path: &Path| {
            let join = Join {
                table: &table,
                own: &own,
                keys,
                columns,
                released,
                keep,
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

    /// Writes a result, gives it its place, and commits to it.
    pub(super) async fn keep_result(
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
}
