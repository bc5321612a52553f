//! One pass over a side's file: what it is committed to, its keys, and, at the sender, the columns it releases.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use ledger_types::object::DatasetCommitment;
use ledger_types::task::{DuplicateRule, InputUsed};
use mpc_psi::canonical::KeyRule;
use mpc_psi::circuit::Column;
use mpc_psi::prepare::{self, Collector, KeyCounts, PrepareError, Prepared as PreparedKeys};
use mpc_psi::run::PayloadSource;
use mpc_psi::{ItemSet, canonical::KeyForm};
use zeroize::Zeroize as _;

use super::error::RunError;
use super::gate::{Brings, Plan};
use super::join::Keep;
use super::log::LogLevel;
use super::progress::RunPhase;
use super::run::{Prepared, Runner};
use super::spool::RowSpool;
use super::watch::Watched;
use crate::aggregate::Question;
use crate::connector::cell::CellReader;
use crate::connector::{CancelFlag, ConnectorError, FileStamp, Rows, Table, cell};
use crate::dataset::commitment::{Committer, difference};
use crate::dataset::{Preparation, open_prepared, present_columns};
use crate::disk;

/// What to read and how.
pub(crate) struct SideRequest<'a> {
    pub table: &'a Table,
    /// Columns to read, by their place in the file.
    pub projection: &'a [usize],
    /// Keys, by their place in the projection.
    pub keys: &'a [usize],
    /// Released columns, by their place in the projection; empty where the other side sees none.
    pub payload: &'a [usize],
    pub rule: KeyRule,
    pub duplicates: DuplicateRule,
    /// Which own rows the own file will have.
    pub keep: Keep,
    /// Where released columns may spill to.
    pub spool: &'a Path,
    pub committer: Option<Committer>,
    pub cancel: &'a CancelFlag,
    /// Called with the number of rows read.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// What was found in a pass.
pub(crate) struct InputSummary {
    pub counts: KeyCounts,
    /// The state of the committer at the end.
    pub committer: Option<Committer>,
}

/// A side's input, ready for the protocol.
pub(crate) struct SideInput {
    keys: Arc<PreparedKeys>,
    spool: Option<Arc<RowSpool>>,
    /// Whether all rows of a key are released, or the first.
    releases_all: bool,
    pub(crate) rule: KeyRule,
    pub(crate) stamp: FileStamp,
}

impl SideInput {
    /// Reads a file once. Blocks.
    pub(crate) fn read(request: SideRequest<'_>) -> Result<(Self, InputSummary), RunError> {
        let SideRequest { table, projection, keys, payload, rule, spool, cancel, progress, .. } = request;
        let mut committer = request.committer;
        let stamp = table.stamp()?;
        let collected = duplicate_rule(request.keep.collected(request.duplicates));
        let mut collector = Collector::new(rule.clone(), collected, mpc_psi::item::ITEMS_MAX as u64);
        let mut spool = (!payload.is_empty()).then(|| RowSpool::new(spool));
        let mut bytes = Vec::new();
        table.scan(projection, cancel, |rows| {
            if let Some(committer) = &mut committer {
                committer.push(&rows);
            }
            for row in 0..rows.len {
                let form = push_key(&mut collector, &rows, keys, row).map_err(prepare_error)?;
                if let Some(spool) = &mut spool {
                    bytes.clear();
                    if form != KeyForm::Null {
                        cell::array_head(&mut bytes, payload.len());
                        payload.iter().for_each(|c| rows.columns[*c].cell(row).encode(&mut bytes));
                    }
                    spool.push(&bytes)?;
                }
            }
            progress(rows.first + rows.len as u64);
            Ok::<_, RunError>(())
        })?;
        if table.stamp()? != stamp {
            return Err(RunError::DatasetChanged { what: "it changed while it was read".into() });
        }
        let prepared = collector.finish().map_err(prepare_error)?;
        let counts = prepared.counts;
        let releases_all = request.duplicates == DuplicateRule::Join;
        let side = Self { keys: Arc::new(prepared), spool: spool.map(Arc::new), releases_all, rule, stamp };
        Ok((side, InputSummary { counts, committer }))
    }

    /// Distinct keys in the order of their first rows.
    pub(crate) fn items(&self) -> ItemSet {
        self.keys.items.clone()
    }

    /// Rows of a key, from 0.
    pub(crate) fn rows_of(&self, item: usize) -> &[u32] {
        self.keys.rows_of(item)
    }

    /// The released columns, one payload per key.
    pub(crate) fn payload(&self) -> Arc<dyn PayloadSource> {
        let spool = self.spool.clone();
        let bytes = |item| {
            let rows = released(&self.keys, item, self.releases_all);
            let held = spool.as_ref().map_or(0, |s| rows.iter().map(|r| s.len_of(*r as usize)).sum::<usize>());
            head_bytes(rows.len()) + held
        };
        let longest = (0..self.keys.items.len()).map(bytes).max().unwrap_or(0);
        Arc::new(KeyPayloads {
            keys: Arc::clone(&self.keys),
            spool,
            all: self.releases_all,
            longest: u32::try_from(longest).unwrap_or(u32::MAX),
        })
    }

    /// The numbers of the released columns, item by item. Blocks.
    pub(crate) fn numbers(&self, question: &Question) -> Result<Vec<Column>, RunError> {
        let mut bytes = Vec::new();
        let malformed = |_| RunError::Internal("unreadable cells of an own row");
        let columns = question.columns(self.keys.items.len(), |item, each| {
            let Some(spool) = &self.spool else { return Ok(()) };
            for row in self.rows_of(item) {
                bytes.clear();
                spool.append(*row as usize, &mut bytes);
                // A row that could not be read has no bytes; the check below tells.
                if bytes.is_empty() {
                    continue;
                }
                let mut reader = CellReader::new(&bytes);
                let width = reader.array().map_err(malformed)?;
                let cells = (0..width).map(|_| reader.cell()).collect::<Result<Vec<_>, _>>().map_err(malformed)?;
                each(&cells)?;
            }
            Ok(())
        });
        bytes.zeroize();
        self.check()?;
        columns
    }

    /// Whether every payload could be read.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        Ok(self.spool.as_ref().map_or(Ok(()), |s| s.check())?)
    }
}

/// Payload of a key: a CBOR array of its rows, each a CBOR array of the released cells.
struct KeyPayloads {
    keys: Arc<PreparedKeys>,
    spool: Option<Arc<RowSpool>>,
    all: bool,
    longest: u32,
}

impl PayloadSource for KeyPayloads {
    fn bytes_max(&self) -> u32 {
        self.longest
    }

    fn append(&self, item: usize, out: &mut Vec<u8>) {
        let rows = released(&self.keys, item, self.all);
        cell::array_head(out, rows.len());
        if let Some(spool) = &self.spool {
            rows.iter().for_each(|row| spool.append(*row as usize, out));
        }
    }
}

/// The rows of a key that are released.
fn released(keys: &PreparedKeys, item: usize, all: bool) -> &[u32] {
    let rows = keys.rows_of(item);
    if all { rows } else { &rows[..rows.len().min(1)] }
}

fn head_bytes(len: usize) -> usize {
    let mut head = Vec::with_capacity(9);
    cell::array_head(&mut head, len);
    head.len()
}

/// Gives the key columns of a row to the collector.
fn push_key(collector: &mut Collector, rows: &Rows, keys: &[usize], row: usize) -> Result<KeyForm, PrepareError> {
    with_key(rows, keys, row, |values| collector.push(values))
}

/// Calls `f` with the texts of the key columns of a row.
pub(super) fn with_key<T>(rows: &Rows, keys: &[usize], row: usize, f: impl FnOnce(&[Option<&str>]) -> T) -> T {
    let cells: Vec<_> = keys.iter().map(|k| rows.columns[*k].cell(row)).collect();
    let texts: Vec<Option<Cow<'_, str>>> = cells.iter().map(|c| c.text()).collect();
    let values: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    f(&values)
}

fn duplicate_rule(rule: DuplicateRule) -> prepare::DuplicateRule {
    match rule {
        DuplicateRule::Reject => prepare::DuplicateRule::Reject,
        DuplicateRule::First => prepare::DuplicateRule::First,
        DuplicateRule::Join => prepare::DuplicateRule::Join,
    }
}

fn prepare_error(error: PrepareError) -> RunError {
    match error {
        PrepareError::Duplicates { counts, row, .. } => {
            RunError::DuplicateKeys { rows: counts.duplicates, first: row + 1 }
        }
        PrepareError::TooManyRows { max } => RunError::TooManyRows { most: max },
        PrepareError::Items(_) => RunError::TooManyRows { most: mpc_psi::item::ITEMS_MAX as u64 },
    }
}

impl Runner {
    /// The rows that this organisation published as the version of the plan, if this node still holds them.
    pub(super) fn find_rows(&self, own: &Brings) -> Result<(Preparation, Table), RunError> {
        let missing = || RunError::RowsMissing { dataset: own.party.dataset.to_string(), version: own.party.version };
        let preparation = self.preparations.find(&own.version.commitment.root)?.ok_or_else(missing)?;
        if preparation.commitment != own.version.commitment || preparation.dataset != own.party.dataset {
            return Err(missing());
        }
        let published = own.columns.iter().map(|c| (c.name.as_str(), c.data_type));
        if !published.eq(preparation.columns.iter().map(|c| (c.name.as_str(), c.data_type))) {
            return Err(RunError::SpecUnusable("the published columns are not those that were committed to"));
        }
        let source = self.sources.active(&preparation.source).map_err(|e| match e {
            crate::error::PartyError::SourceFrozen(id) => RunError::SourceFrozen(id.to_string()),
            crate::error::PartyError::Disk(e) => e.into(),
            _ => missing(),
        })?;
        // The directories that may be read can have been narrowed since the source was registered.
        self.sources.permit(&source.location).map_err(|e| match e {
            crate::error::PartyError::Connector(e) => RunError::Connector(e),
            _ => missing(),
        })?;
        let table = open_prepared(&source, &preparation)?;
        Ok((preparation, table))
    }

    /// Reads our file: commitment against the ledger, keys, payload.
    pub(super) async fn read_input(
        &self,
        plan: &Plan,
        own: &Brings,
        watched: &Arc<Watched>,
    ) -> Result<Prepared, RunError> {
        let (preparation, table) = self.find_rows(own)?;
        let total = preparation.commitment.rows;
        self.lane(plan, |l| (l.phase, l.total) = (RunPhase::Reading, total));
        let directory = self.temporary_dir(plan);
        disk::private_dir(&directory)?;

        let committed = preparation.column_names();
        let projection = table.find(&committed).map_err(|e| match e {
            ConnectorError::NoColumn { .. } | ConnectorError::UnsupportedColumn { .. } => {
                RunError::DatasetChanged { what: "columns".into() }
            }
            other => other.into(),
        })?;
        let place = |names: &[String]| -> Result<Vec<usize>, RunError> {
            let find = |n: &String| committed.iter().position(|c| c == n);
            let unknown = RunError::SpecUnusable("a column of the task is not in the published version");
            names.iter().map(find).collect::<Option<_>>().ok_or(unknown)
        };
        let keys = place(&own.party.keys)?;
        let payload = if plan.shows() { place(&own.party.payload)? } else { Vec::new() };
        let rule = KeyRule::from_names(&plan.psi.key_rules)
            .map_err(|_| RunError::SpecUnusable("this node does not know a key rule of the task"))?;

        let (suite, chain) = (self.ledger.suite(), self.ledger.genesis().chain.clone());
        let committer = Committer::new(suite, chain, preparation.seed.clone(), self.settings.threads);
        let (board, task, session, org) = (Arc::clone(&self.board), plan.task, plan.session, self.org.clone());
        let progress = move |rows: u64| {
            let eta = board.eta_ms(&task, rows, total);
            board.update(&task, &session, &org, |l| (l.done, l.rows, l.eta_ms) = (rows, rows, eta));
        };
        let (cancel, duplicates, keep) = (watched.reading.clone(), plan.psi.duplicates, plan.keep());
        let stopped = Arc::clone(watched);
        let reading = tokio::task::spawn_blocking(move || {
            let request = SideRequest {
                table: &table,
                projection: &projection,
                keys: &keys,
                payload: &payload,
                rule,
                duplicates,
                keep,
                spool: &directory.join("payload"),
                committer: Some(committer),
                cancel: &cancel,
                progress: &progress,
            };
            let (side, summary) = SideInput::read(request).map_err(|e| match e {
                RunError::Connector(ConnectorError::Cancelled) => stopped.cause(),
                other => other,
            })?;
            let columns = present_columns(&table, &projection);
            Ok::<_, RunError>((side, summary.counts, summary.committer.map(|c| c.finish(&columns))))
        });
        let (side, counts, found) = reading.await.map_err(|_| RunError::Internal("the reading thread died"))??;
        let (commitment, chunks): (DatasetCommitment, _) = found.ok_or(RunError::Internal("no commitment"))?;
        if let Some(what) = difference(&preparation.commitment, &preparation.chunks, &commitment, &chunks) {
            return Err(RunError::DatasetChanged { what });
        }
        let params = [
            ("rows", counts.rows.into()),
            ("keys", counts.items.into()),
            ("nulls", counts.nulls.into()),
            ("duplicates", counts.duplicates.into()),
            ("irregular", counts.irregular.into()),
        ];
        self.logs.add(&plan.task, Some(&plan.session), LogLevel::Info, "input_read", params);
        let used = InputUsed {
            dataset: own.party.dataset.clone(),
            version: own.party.version,
            commitment: commitment.root,
            rows: counts.rows,
            items: counts.items,
            nulls: counts.nulls,
            duplicates: counts.duplicates,
        };
        Ok(Prepared { side, used })
    }
}
