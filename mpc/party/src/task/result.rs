//! From matches to the receiver's file, its salted commitment, and back.

use std::path::PathBuf;
use std::sync::Arc;

use ledger_crypto::{Digest, SuiteId};
use ledger_types::cbor;
use ledger_types::id::{ChainId, TaskId};
use ledger_types::object::{Column, ColumnType};
use ledger_types::preimage::{self, Tag};
use ledger_types::task::ResultFormat;
use mpc_psi::run::Matches;
use rand_core::{OsRng, RngCore as _};

use super::error::RunError;
use super::gate::Plan;
use super::input::SideInput;
use super::join::Join;
use super::log::LogLevel;
use super::output::{OutputColumn, digest_file};
use super::progress::RunPhase;
use super::record::ResultRecord;
use super::run::Runner;
use super::watch::Watched;
use crate::disk;

/// Salted commitment to a result: `H(result tag ‖ chain ‖ CBOR [salt, H(file), rows])`. Without the salt, a
/// result of few rows could be guessed and tested against the ledger.
pub(super) fn result_commitment(suite: SuiteId, chain: &ChainId, salt: &Digest, file: &Digest, rows: u64) -> Digest {
    preimage::digest(suite, Tag::Result, chain, &cbor::to_bytes(&(salt, file, rows)))
}

/// Columns of a result: the receiver's keys and kept columns, then the released ones of the other side, with its
/// name in front where names meet.
pub(crate) fn result_columns(
    own: &[(String, ColumnType)],
    peer_name: &str,
    peer: &[(String, ColumnType)],
) -> Vec<OutputColumn> {
    let mut columns: Vec<OutputColumn> = Vec::with_capacity(own.len() + peer.len());
    columns.extend(own.iter().map(|(name, data_type)| OutputColumn { name: name.clone(), data_type: *data_type }));
    for (name, data_type) in peer {
        let mut unique = name.clone();
        while columns.iter().any(|c| c.name == unique) {
            unique = format!("{peer_name}.{unique}");
        }
        columns.push(OutputColumn { name: unique, data_type: *data_type });
    }
    columns
}

fn typed(names: &[String], columns: &[Column]) -> Result<Vec<(String, ColumnType)>, RunError> {
    let find = |name: &String| {
        let column = columns.iter().find(|c| &c.name == name)?;
        Some((name.clone(), column.data_type))
    };
    let unknown = RunError::SpecUnusable("a column of the task is not in the published version");
    names.iter().map(find).collect::<Option<_>>().ok_or(unknown)
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
        matches: Matches,
    ) -> Result<ResultRecord, RunError> {
        if watched.stop.is_cancelled() {
            return Err(watched.cause());
        }
        let (preparation, table) = self.find_rows(plan)?;
        let total = preparation.commitment.rows;
        self.lane(plan, |l| (l.phase, l.done, l.total, l.eta_ms) = (RunPhase::Writing, 0, total, None));
        let own_names: Vec<String> = plan.me.keys.iter().chain(&plan.me.payload).cloned().collect();
        let own = table.find(&own_names)?;
        let own_columns = typed(&own_names, &plan.own_columns)?;
        let peer_columns = typed(&plan.peer.payload, &plan.peer_columns)?;
        let columns = result_columns(&own_columns, plan.peer.org.as_str(), &peer_columns);
        let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();

        let path = self.result_path(&plan.task, plan.attempt, plan.psi.format);
        let temporary = self.temporary_dir(plan).join("result");
        let (board, task, session, org) = (Arc::clone(&self.board), plan.task, plan.session, self.org.clone());
        let progress = move |rows: u64| {
            let eta = board.eta_ms(&task, rows, total);
            board.update(&task, &session, &org, |l| (l.done, l.eta_ms) = (rows, eta));
        };
        let (keys, payload, joins) = (plan.me.keys.len(), !plan.peer.payload.is_empty(), plan.joins());
        let (keep, format, cancel) = (plan.keep(), plan.psi.format, watched.reading.clone());
        let (suite, chain) = (self.ledger.suite(), self.ledger.genesis().chain.clone());
        let target = path.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let join = Join {
                table: &table,
                own: &own,
                keys,
                columns,
                payload,
                keep,
                joins,
                format,
                cancel: &cancel,
                progress: &progress,
            };
            let matched_keys = matches.len() as u64;
            let rows = join.write(&side, &matches, &temporary)?;
            let (bytes, digest) = digest_file(suite, &temporary).map_err(disk::io_error(&temporary))?;
            std::fs::rename(&temporary, &target).map_err(disk::io_error(&target))?;
            Ok::<_, RunError>((rows, matched_keys, bytes, digest))
        });
        let written = writing.await.map_err(|_| RunError::Internal("the writing thread died"))?;
        let (rows, matched_keys, bytes, digest) = written.map_err(|e| match e {
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
        Ok(ResultRecord { path, format, rows, matched_keys, columns: names, bytes, digest, salt, commitment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_meet_are_told_apart() {
        let text = |n: &str| (n.to_owned(), ColumnType::Text);
        let columns = result_columns(&[text("id"), text("name")], "rsj", &[text("name"), text("rsj.name"), text("x")]);
        let names: Vec<_> = columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["id", "name", "rsj.name", "rsj.rsj.name", "x"]);
    }
}
