//! Reading a source to publish it, and reading it again to open a row.

use ledger_crypto::SuiteId;
use ledger_types::id::{ChainId, DatasetId};

use super::commitment::{self, CommittedColumn, Committer, RowSeed, difference};
use super::opening::{Prover, RowOpening};
use super::preparation::Preparation;
use crate::clock;
use crate::connector::{CancelFlag, ConnectorError, Profiler, Table};
use crate::error::PartyError;
use crate::source::Source;
use crate::task::RunError;

/// The table of a source, with the logical types found when it was registered.
pub(crate) fn open_table(source: &Source) -> Result<Table, ConnectorError> {
    let table = Table::open(source.location.kind, &source.location.path)?;
    let known = source.probe.columns.iter();
    Ok(table.with_types(known.filter_map(|c| Some((c.name.as_str(), c.data_type?)))))
}

/// The table of a preparation: the source's file with the committed types.
pub(crate) fn open_prepared(source: &Source, preparation: &Preparation) -> Result<Table, ConnectorError> {
    let table = Table::open(source.location.kind, &source.location.path)?;
    Ok(table.with_types(preparation.columns.iter().map(|c| (c.name.as_str(), c.data_type))))
}

/// The committed columns as the file has them now.
pub(crate) fn present_columns(table: &Table, projection: &[usize]) -> Vec<CommittedColumn> {
    let columns = projection.iter().map(|i| &table.columns()[*i]);
    columns.filter_map(|c| Some(CommittedColumn { name: c.name.clone(), data_type: c.data_type? })).collect()
}

/// Reads a source once, profiles the chosen columns and commits to their rows. Blocks.
pub(crate) fn prepare(
    suite: SuiteId,
    chain: &ChainId,
    dataset: &DatasetId,
    source: &Source,
    columns: &[String],
    threads: usize,
    cancel: &CancelFlag,
) -> Result<Preparation, PartyError> {
    let table = open_table(source)?;
    let shareable = || table.columns().iter().filter(|c| c.data_type.is_some()).map(|c| c.name.clone()).collect();
    let names: Vec<String> = if columns.is_empty() { shareable() } else { columns.to_vec() };
    let projection = table.find(&names)?;
    if projection.is_empty() {
        return Err(PartyError::NoColumns);
    }
    let columns = present_columns(&table, &projection);
    let seed = RowSeed::generate().map_err(|_| PartyError::Random)?;
    let before = table.stamp()?;
    let mut committer = Committer::new(suite, chain.clone(), seed.clone(), threads);
    let mut profiler = Profiler::new(projection.iter().map(|i| table.columns()[*i].clone()).collect());
    table.scan(&projection, cancel, |rows| {
        committer.push(&rows);
        profiler.see(&rows);
        Ok::<_, ConnectorError>(())
    })?;
    if table.stamp()? != before {
        return Err(ConnectorError::Damaged("it changed while it was read").into());
    }
    let (commitment, chunks) = committer.finish(&columns);
    Ok(Preparation {
        commitment,
        dataset: dataset.clone(),
        source: source.id.clone(),
        columns,
        profile: profiler.finish().columns,
        file: before,
        created_ms: clock::now_ms(),
        chunks,
        seed,
    })
}

/// Opens one row of a prepared version, if the file still is what was committed to. Blocks.
pub(crate) fn open_row(
    suite: SuiteId,
    chain: &ChainId,
    source: &Source,
    preparation: &Preparation,
    index: u64,
    cancel: &CancelFlag,
) -> Result<RowOpening, PartyError> {
    let committed = &preparation.commitment;
    let mut prover = Prover::new(suite, index, committed.rows).ok_or(PartyError::NoRow(index))?;
    let table = open_prepared(source, preparation)?;
    let projection = table.find(&preparation.column_names())?;
    let mut committer = Committer::new(suite, chain.clone(), preparation.seed.clone(), 1);
    let (mut row, mut bytes) = (None, Vec::new());
    table.scan(&projection, cancel, |rows| {
        committer.push(&rows);
        for i in 0..rows.len {
            bytes.clear();
            commitment::encode_row(&rows, i, &mut bytes);
            let at = rows.first + i as u64;
            prover.push(&commitment::leaf(suite, chain, &preparation.seed.salt(suite, at), &bytes));
            if at == index {
                row = Some(bytes.clone());
            }
        }
        Ok::<_, ConnectorError>(())
    })?;
    let (found, chunks) = committer.finish(&present_columns(&table, &projection));
    if let Some(what) = difference(committed, &preparation.chunks, &found, &chunks) {
        return Err(RunError::DatasetChanged { what }.into());
    }
    match (row, prover.finish()) {
        (Some(row), Some(proof)) => Ok(RowOpening { salt: preparation.seed.salt(suite, index), row, proof }),
        _ => Err(PartyError::NoRow(index)),
    }
}
