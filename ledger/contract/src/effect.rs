//! What an action that passed its checks changes.

use ledger_types::cbor;
use ledger_types::id::{AccountRef, OrgId};
use ledger_types::object::{Account, Application, Dataset, Grant};
use ledger_types::receipt::{Event, EventKind};
use ledger_types::task::Task;
use ledger_types::usage::Usage;
use serde::Serialize;

use crate::state_key;

/// Writes and events of one action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Keys with their new values.
    pub writes: Vec<(Vec<u8>, Vec<u8>)>,
    /// Events, in order.
    pub events: Vec<Event>,
}

impl Effect {
    pub(crate) fn put<T: Serialize>(&mut self, key: Vec<u8>, value: &T) {
        self.writes.push((key, cbor::to_bytes(value)));
    }

    pub(crate) fn put_account(&mut self, account: &Account) {
        self.put(state_key::account(&account.id), account);
    }

    pub(crate) fn put_dataset(&mut self, dataset: &Dataset) {
        self.put(state_key::dataset(&dataset.id), dataset);
    }

    pub(crate) fn put_application(&mut self, application: &Application) {
        self.put(state_key::application(&application.id), application);
    }

    pub(crate) fn put_grant(&mut self, grant: &Grant) {
        self.put(state_key::grant(&grant.id), grant);
    }

    pub(crate) fn put_task(&mut self, task: &Task) {
        self.put(state_key::task(&task.id), task);
    }

    pub(crate) fn put_usage(&mut self, usage: &Usage) {
        self.put(state_key::usage(&usage.dataset, &usage.partner), usage);
    }

    /// A dataset with another policy or other limits.
    pub(crate) fn policy_changed(dataset: &Dataset) -> Self {
        let mut effect = Self::default();
        effect.put_dataset(dataset);
        effect.emit(dataset_event(EventKind::DatasetPolicyChanged, dataset));
        effect
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }
}

fn event(kind: EventKind, mut orgs: Vec<OrgId>) -> Event {
    orgs.sort();
    orgs.dedup();
    Event {
        kind,
        orgs,
        task: None,
        session: None,
        datasets: Vec::new(),
        application: None,
        grant: None,
        account: None,
        code: None,
    }
}

/// An event about an account, by `sender`.
pub(crate) fn account_event(account: &AccountRef, sender: &AccountRef) -> Event {
    Event {
        account: (account != sender).then(|| account.clone()),
        ..event(EventKind::AccountChanged, vec![account.org.clone()])
    }
}

/// An event about a dataset.
pub(crate) fn dataset_event(kind: EventKind, dataset: &Dataset) -> Event {
    Event { datasets: vec![dataset.id.clone()], ..event(kind, vec![dataset.owner.clone()]) }
}

/// An event about an application for a dataset of `owner`.
pub(crate) fn application_event(kind: EventKind, application: &Application, owner: &OrgId) -> Event {
    Event {
        datasets: vec![application.dataset.clone()],
        application: Some(application.id.clone()),
        ..event(kind, vec![application.applicant.org.clone(), owner.clone()])
    }
}

/// An event about a grant.
pub(crate) fn grant_event(kind: EventKind, grant: &Grant) -> Event {
    Event {
        datasets: vec![grant.dataset.clone()],
        application: Some(grant.application.clone()),
        grant: Some(grant.id.clone()),
        ..event(kind, vec![grant.grantor.clone(), grant.grantee.clone()])
    }
}

/// An event about a task: all its members, all its datasets, and its latest session.
pub(crate) fn task_event(kind: EventKind, task: &Task) -> Event {
    let mut datasets: Vec<_> = task.spec.parties.iter().map(|p| p.dataset.clone()).collect();
    datasets.sort();
    datasets.dedup();
    Event {
        task: Some(task.id),
        session: task.run().map(|r| r.session),
        datasets,
        ..event(kind, task.spec.members().cloned().collect())
    }
}
