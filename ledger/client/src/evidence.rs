//! Collects the evidence bundle of a task from a replica.
//!
//! The bundle holds every transaction on which the task's history depends: about the task, about its datasets,
//! the application and the revocation behind each of its grants, about the accounts that signed any of these,
//! and, when the task repeats an earlier one, the proposal of that one with what it depends on. Other tasks that
//! used the same grants are not in it.

use std::collections::{BTreeMap, BTreeSet};

use ledger_contract::state_key;
use ledger_types::action::Action;
use ledger_types::bundle::{EvidenceBundle, StateEntry};
use ledger_types::cbor::{self, CborError};
use ledger_types::id::{AccountRef, DatasetId, GrantId, Height, TaskId, TxId};
use ledger_types::object::{Dataset, Grant};
use ledger_types::receipt::{Event, EventKind};
use ledger_types::task::{Task, TaskSpec};
use ledger_types::tx::Tx;
use ledger_types::usage::{UsageLimits, limits_of};

use crate::{EvidenceQuery, EvidenceRow, Ledger, LedgerError};

/// Rows asked for at once.
const PAGE: usize = 500;
/// Most transactions of one bundle.
pub const TRANSACTIONS_MAX: usize = 20_000;

/// Why there is no bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CollectError {
    /// No such task on this replica.
    #[error("no task {0} on this replica")]
    UnknownTask(TaskId),
    /// More transactions than a bundle holds.
    #[error("the history of the task has more than {TRANSACTIONS_MAX} transactions")]
    TooMany,
    /// The index names a transaction that the replica does not have.
    #[error("transaction {0} is in the index but not in the store")]
    Missing(TxId),
    /// A stored transaction or object does not decode.
    #[error(transparent)]
    Damaged(#[from] CborError),
    /// The ledger did not answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The bundle of a task as of the replica's tip.
pub fn evidence_bundle(ledger: &dyn Ledger, task: &TaskId) -> Result<EvidenceBundle, CollectError> {
    let mut collection = Collection { ledger, tip: ledger.status().height, txs: BTreeMap::new() };
    let spec = collection.task(task)?;
    collection.accounts()?;
    let first = ledger.block(1)?.ok_or(LedgerError::NotAvailable(1))?;
    let mut proofs = Vec::with_capacity(collection.txs.len());
    for id in collection.txs.keys() {
        proofs.push(ledger.tx_proof(id)?.ok_or(CollectError::Missing(*id))?);
    }
    let grants = spec.parties.iter().filter_map(|p| p.grant.as_ref()).map(state_key::grant);
    let mut state = Vec::new();
    let others = spec.parties.iter().filter(|p| p.org != spec.receiver);
    let datasets = others.map(|p| state_key::dataset(&p.dataset));
    for key in std::iter::once(state_key::task(task)).chain(grants).chain(datasets) {
        state.push(entry(ledger, key, collection.tip)?);
    }
    state.extend(collection.usage(task, &spec)?);
    Ok(EvidenceBundle::build(ledger.genesis(), *task, (first.header, first.certificate), proofs, state))
}

struct Collection<'a> {
    ledger: &'a dyn Ledger,
    /// Later blocks are left out: the state in the bundle is that of this height.
    tip: Height,
    txs: BTreeMap<TxId, Tx>,
}

fn entry(ledger: &dyn Ledger, key: Vec<u8>, height: Height) -> Result<StateEntry, LedgerError> {
    let p = ledger.state_proof(&key, Some(height))?;
    let value = p.value.map(serde_bytes::ByteBuf::into_vec);
    Ok(StateEntry { key, value, path: p.path, header: p.header, certificate: p.certificate })
}

impl Collection<'_> {
    /// What the receiver had used of each dataset with limits when each run became ready. A replica that no longer keeps
    /// the state of that block leaves it out; the verification then says that it was not checked.
    fn usage(&self, task: &TaskId, spec: &TaskSpec) -> Result<Vec<StateEntry>, CollectError> {
        let mut out = Vec::new();
        let Some(bytes) = self.ledger.value(&state_key::task(task), Some(self.tip))? else { return Ok(out) };
        let runs = cbor::from_bytes::<Task>(&bytes)?.runs;
        for party in spec.parties.iter().filter(|p| p.org != spec.receiver) {
            for run in &runs {
                let at = Some(run.height);
                let dataset = match self.ledger.value(&state_key::dataset(&party.dataset), at) {
                    Ok(Some(bytes)) => cbor::from_bytes::<Dataset>(&bytes)?,
                    Ok(None) | Err(LedgerError::NotAvailable(_)) => continue,
                    Err(e) => return Err(e.into()),
                };
                // Other tasks' runs are nobody's business where nothing is counted. After the block the limits may be
                // newer than when the run became ready: then too much is proved, or too little, and said to be so.
                if !limits_of(&dataset.limits, &spec.receiver).is_some_and(UsageLimits::counts) {
                    continue;
                }
                match entry(self.ledger, state_key::usage(&party.dataset, &spec.receiver), run.height) {
                    Ok(entry) => out.push(entry),
                    Err(LedgerError::NotAvailable(_)) => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
        Ok(out)
    }

    /// Everything about the task, and what its proposal depends on.
    fn task(&mut self, task: &TaskId) -> Result<TaskSpec, CollectError> {
        for row in self.rows(EvidenceQuery { task: Some(*task), ..EvidenceQuery::default() })? {
            self.take(&row)?;
        }
        let spec = self.proposal(task).ok_or(CollectError::UnknownTask(*task))?;
        self.data(&spec)?;
        let mut earlier = spec.rerun_of;
        let mut met = BTreeSet::from([*task]);
        while let Some(id) = earlier.filter(|id| met.insert(*id)) {
            let proposed = self.rows(EvidenceQuery {
                task: Some(id),
                kind: Some(EventKind::TaskProposed),
                ..EvidenceQuery::default()
            })?;
            for row in proposed {
                self.take(&row)?;
            }
            let before = self.proposal(&id).ok_or(CollectError::UnknownTask(id))?;
            self.data(&before)?;
            earlier = before.rerun_of;
        }
        Ok(spec)
    }

    fn proposal(&self, task: &TaskId) -> Option<TaskSpec> {
        let (suite, chain) = (self.ledger.suite(), &self.ledger.genesis().chain);
        self.txs.values().find_map(|tx| match &tx.action {
            Action::TaskPropose(p) if p.spec.id(suite, chain) == *task => Some(p.spec.clone()),
            _ => None,
        })
    }

    /// Datasets of a task, and the applications and revocations behind its grants.
    fn data(&mut self, spec: &TaskSpec) -> Result<(), CollectError> {
        let of_dataset = [
            EventKind::DatasetPublished,
            EventKind::DatasetVersionAdded,
            EventKind::DatasetPolicyChanged,
            EventKind::DatasetStatusChanged,
        ];
        for party in &spec.parties {
            for kind in of_dataset {
                self.about(&party.dataset, kind, |_| true)?;
            }
            if let Some(grant) = &party.grant {
                self.grant(grant)?;
            }
        }
        Ok(())
    }

    fn grant(&mut self, id: &GrantId) -> Result<(), CollectError> {
        let Some(bytes) = self.ledger.value(&state_key::grant(id), Some(self.tip))? else { return Ok(()) };
        let grant: Grant = cbor::from_bytes(&bytes)?;
        for kind in [EventKind::ApplicationSubmitted, EventKind::ApplicationApproved] {
            self.about(&grant.dataset, kind, |e| e.application.as_ref() == Some(&grant.application))?;
        }
        self.about(&grant.dataset, EventKind::GrantRevoked, |e| e.grant.as_ref() == Some(id))
    }

    fn about(
        &mut self,
        dataset: &DatasetId,
        kind: EventKind,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(), CollectError> {
        let query = EvidenceQuery { dataset: Some(dataset.clone()), kind: Some(kind), ..EvidenceQuery::default() };
        for row in self.rows(query)? {
            if row.receipt.events.iter().any(|e| e.kind == kind && wanted(e)) {
                self.take(&row)?;
            }
        }
        Ok(())
    }

    /// Registration, changes and keys of everybody who signed, and of those who registered them.
    fn accounts(&mut self) -> Result<(), CollectError> {
        let mut met: BTreeSet<AccountRef> = BTreeSet::new();
        loop {
            let senders = self.txs.values().map(|tx| tx.sender.clone());
            let new: Vec<AccountRef> = senders.filter(|a| !met.contains(a)).collect();
            if new.is_empty() {
                return Ok(());
            }
            for account in new {
                if !met.insert(account.clone()) {
                    continue;
                }
                let kind = Some(EventKind::AccountChanged);
                let query = EvidenceQuery { org: Some(account.org.clone()), kind, ..EvidenceQuery::default() };
                for row in self.rows(query)? {
                    let about = |e: &Event| e.account.as_ref().unwrap_or(&row.actor) == &account;
                    if row.receipt.events.iter().any(|e| e.kind == EventKind::AccountChanged && about(e)) {
                        self.take(&row)?;
                    }
                }
            }
        }
    }

    fn rows(&self, mut query: EvidenceQuery) -> Result<Vec<EvidenceRow>, CollectError> {
        let mut out = Vec::new();
        query.limit = PAGE;
        loop {
            let page = self.ledger.evidence(&query)?;
            // A replica may give fewer rows than asked for; only an empty page is the end.
            let Some(last) = page.last().map(|r| (r.height, r.index)) else { return Ok(out) };
            query.after = Some(last);
            out.extend(page.into_iter().filter(|r| r.height <= self.tip && r.receipt.applied()));
            if out.len() > TRANSACTIONS_MAX {
                return Err(CollectError::TooMany);
            }
            if last.0 > self.tip {
                return Ok(out);
            }
        }
    }

    fn take(&mut self, row: &EvidenceRow) -> Result<(), CollectError> {
        if self.txs.contains_key(&row.tx) {
            return Ok(());
        }
        if self.txs.len() >= TRANSACTIONS_MAX {
            return Err(CollectError::TooMany);
        }
        let record = self.ledger.tx(&row.tx)?.ok_or(CollectError::Missing(row.tx))?;
        self.txs.insert(row.tx, record.tx.decode()?);
        Ok(())
    }
}
