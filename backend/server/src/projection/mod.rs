//! The read model: rows made of the ledger's blocks. A block's rows and the cursor are written in one
//! transaction; `rebuild` throws everything away and replays from the genesis document.

mod follow;
mod rows;
mod topics;

use std::collections::BTreeSet;

use backend_db::read::{self, Progress, account, application, block, dataset, grant, organisation, task, transaction};
use backend_db::{Connection, Database, QueryError};
use ledger_client::{BlockRecord, Ledger, LedgerError};
use ledger_contract::state_key;
use ledger_types::cbor;
use ledger_types::id::{AccountRef, ApplicationId, DatasetId, GrantId, Height, TaskId, TimeMs};
use ledger_types::object::{Account, Application, Dataset, Grant, node_account};
use ledger_types::receipt::{Event, EventKind};
use ledger_types::task::Task;
use ledger_types::tx::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::desk::{signed, unsigned};
use crate::fault::Fault;

pub(crate) use follow::follow;

/// Everything that one block changes in the read model, gathered before the database is touched.
pub(crate) struct BlockRows {
    block: block::Block,
    transactions: Vec<transaction::Transaction>,
    topics: Vec<transaction::Topic>,
    accounts: Vec<account::Account>,
    datasets: Vec<dataset::Dataset>,
    applications: Vec<application::Application>,
    grants: Vec<grant::Grant>,
    tasks: Vec<(task::Task, Vec<task::Party>)>,
}

/// Objects that a block's events name.
#[derive(Default)]
struct Touched {
    accounts: BTreeSet<AccountRef>,
    datasets: BTreeSet<DatasetId>,
    applications: BTreeSet<ApplicationId>,
    grants: BTreeSet<GrantId>,
    tasks: BTreeSet<TaskId>,
}

impl Touched {
    fn note(&mut self, event: &Event, sender: &AccountRef) {
        match event.kind {
            EventKind::AccountChanged => {
                self.accounts.insert(event.account.clone().unwrap_or_else(|| sender.clone()));
            }
            EventKind::DatasetPublished
            | EventKind::DatasetVersionAdded
            | EventKind::DatasetPolicyChanged
            | EventKind::DatasetStatusChanged => self.datasets.extend(event.datasets.iter().cloned()),
            EventKind::ApplicationSubmitted | EventKind::ApplicationApproved | EventKind::ApplicationRejected => {
                self.applications.extend(event.application.clone());
                self.grants.extend(event.grant.clone());
            }
            EventKind::GrantRevoked | EventKind::GrantUsed => self.grants.extend(event.grant.clone()),
            EventKind::TaskProposed
            | EventKind::TaskApproved
            | EventKind::TaskReady
            | EventKind::TaskRejected
            | EventKind::TaskCancelled
            | EventKind::TaskAttested
            | EventKind::TaskCompleted
            | EventKind::TaskDisputed
            | EventKind::TaskFailed
            | EventKind::TaskRefused => self.tasks.extend(event.task),
        }
    }
}

/// An object as it was after a block; as it is now where the history is no longer kept.
fn object<T: Serialize + DeserializeOwned>(ledger: &dyn Ledger, key: &[u8], at: Height) -> Result<Option<T>, Fault> {
    let bytes = match ledger.value(key, Some(at)) {
        Err(LedgerError::NotAvailable(_)) => ledger.value(key, None)?,
        other => other?,
    };
    bytes.map(|b| cbor::from_bytes(&b).map_err(|e| Fault::internal(format!("ledger object: {e}")))).transpose()
}

/// Gathers a block's rows.
pub(crate) fn gather(ledger: &dyn Ledger, record: &BlockRecord) -> Result<BlockRows, Fault> {
    let header = &record.header;
    let (height, time_ms) = (header.height, header.time_ms);
    let mut touched = Touched::default();
    let mut transactions = Vec::with_capacity(record.txs.len());
    let mut about = BTreeSet::new();
    for (signed_tx, receipt) in record.txs.iter().zip(&record.receipts) {
        let tx: Tx = signed_tx.decode().map_err(|e| Fault::internal(format!("block {height}: {e}")))?;
        for event in &receipt.events {
            touched.note(event, &tx.sender);
        }
        let row = rows::transaction(&tx, receipt, time_ms);
        about.extend(topics::of(&tx, receipt).into_iter().map(|(kind, topic)| transaction::Topic {
            kind: kind.to_owned(),
            topic,
            seq: row.seq,
        }));
        transactions.push(row);
    }
    let mut out = BlockRows {
        block: rows::block(record, ledger.genesis().validators.0.len()),
        transactions,
        topics: about.into_iter().collect(),
        accounts: Vec::new(),
        datasets: Vec::new(),
        applications: Vec::new(),
        grants: Vec::new(),
        tasks: Vec::new(),
    };
    for id in touched.accounts {
        if let Some(a) = object::<Account>(ledger, &state_key::account(&id), height)? {
            out.accounts.push(rows::account(&a, time_ms));
        }
    }
    for id in touched.datasets {
        if let Some(d) = object::<Dataset>(ledger, &state_key::dataset(&id), height)? {
            out.datasets.push(rows::dataset(&d, time_ms));
        }
    }
    for id in touched.applications {
        if let Some(a) = object::<Application>(ledger, &state_key::application(&id), height)? {
            let d = object::<Dataset>(ledger, &state_key::dataset(&a.dataset), height)?;
            let owner = d.map(|d| d.owner.to_string()).unwrap_or_default();
            out.applications.push(rows::application(&a, owner, time_ms));
        }
    }
    for id in touched.grants {
        if let Some(g) = object::<Grant>(ledger, &state_key::grant(&id), height)? {
            out.grants.push(rows::grant(&g));
        }
    }
    for id in touched.tasks {
        if let Some(t) = object::<Task>(ledger, &state_key::task(&id), height)? {
            out.tasks.push(rows::task(&t, time_ms));
        }
    }
    Ok(out)
}

/// Writes blocks that follow each other, and the cursor.
pub(crate) fn write(c: &mut Connection, genesis: &str, blocks: Vec<BlockRows>) -> Result<(), QueryError> {
    let Some(last) = blocks.last() else { return Ok(()) };
    let progress =
        Progress { genesis: genesis.to_owned(), height: last.block.height, block_hash: last.block.hash.clone() };
    for b in blocks {
        block::insert(c, &b.block)?;
        transaction::insert(c, &b.transactions, &b.topics)?;
        for row in b.accounts {
            account::put(c, row)?;
        }
        for row in b.datasets {
            dataset::put(c, row)?;
        }
        for row in b.applications {
            application::put(c, &row)?;
        }
        for row in b.grants {
            grant::put(c, &row)?;
        }
        for (row, parties) in b.tasks {
            task::put(c, &row, &parties)?;
        }
    }
    read::set_progress(c, &progress)
}

/// Brings the read model to where it can follow: empties it when asked to, or when it is of another chain or of
/// blocks that the ledger does not have; fills in what the genesis document says. Returns the height reached.
pub(crate) fn prepare(db: &Database, ledger: &dyn Ledger, rebuild: bool) -> Result<Height, Fault> {
    let genesis = ledger.genesis();
    let genesis_hash = genesis.hash().to_string();
    let found = db.read("read_model_progress", read::progress)?;
    let usable = match &found {
        Some(p) if !rebuild && p.genesis == genesis_hash => is_on_ledger(ledger, p)?,
        _ => false,
    };
    if let (Some(p), true) = (&found, usable) {
        return Ok(unsigned(p.height));
    }
    if found.is_some() {
        tracing::info!("the read model is made anew from the ledger");
    }
    let members: Vec<organisation::Organisation> = genesis
        .organisations
        .iter()
        .map(|o| rows::organisation(o, genesis.validators.get(&o.id).is_some(), genesis.time_ms))
        .collect();
    let mut accounts: Vec<account::Account> =
        genesis.accounts.iter().map(|a| rows::account(a, genesis.time_ms)).collect();
    for o in &genesis.organisations {
        // Node accounts follow from the organisations' keys; the state has them.
        if let Some(a) = object::<Account>(ledger, &state_key::account(&node_account(&o.id)), 0)? {
            accounts.push(rows::account(&a, genesis.time_ms));
        }
    }
    db.write("start_read_model", |c| {
        read::clear(c)?;
        for m in &members {
            organisation::put(c, m)?;
        }
        for a in accounts {
            account::put(c, a)?;
        }
        read::set_progress(c, &Progress { genesis: genesis_hash.clone(), height: 0, block_hash: genesis_hash })
    })?;
    Ok(0)
}

fn is_on_ledger(ledger: &dyn Ledger, p: &Progress) -> Result<bool, Fault> {
    if p.height == 0 {
        return Ok(true);
    }
    match ledger.header(unsigned(p.height)) {
        Ok(Some(header)) => Ok(header.hash(ledger.suite()).to_string() == p.block_hash),
        Ok(None) | Err(LedgerError::NotAvailable(_)) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// A time for the database.
fn time(ms: TimeMs) -> i64 {
    signed(ms)
}
