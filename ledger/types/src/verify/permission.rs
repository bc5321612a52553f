//! Were the grants and the columns' policy enough? The verifier's own reading of the catalogue as it stood
//! when the task was proposed and each time it was made ready. Deny by default.

use std::collections::BTreeMap;

use crate::action::{Action, Decision};
use crate::block::Genesis;
use crate::bundle::OpenItem;
use crate::id::{ApplicationId, DatasetId, GrantId, OrgId, TimeMs};
use crate::object::{Column, Disclosure, Grantee, Scope, Status};
use crate::receipt::EventKind;
use crate::task::{TaskKind, TaskParty, TaskSpec};

struct Data {
    owner: OrgId,
    columns: Vec<Column>,
    versions: Vec<u32>,
    status: Status,
}

struct Given {
    dataset: DatasetId,
    grantor: OrgId,
    grantee: OrgId,
    scope: Scope,
    used: u32,
    revoked: bool,
}

/// What the transactions so far say of members, datasets, applications and grants.
pub(super) struct Catalogue {
    members: BTreeMap<OrgId, Status>,
    datasets: BTreeMap<DatasetId, Data>,
    applications: BTreeMap<ApplicationId, (DatasetId, OrgId)>,
    grants: BTreeMap<GrantId, Given>,
}

impl Catalogue {
    pub(super) fn of(genesis: &Genesis) -> Self {
        Self {
            members: genesis.organisations.iter().map(|o| (o.id.clone(), o.status)).collect(),
            datasets: BTreeMap::new(),
            applications: BTreeMap::new(),
            grants: BTreeMap::new(),
        }
    }

    /// Takes an applied transaction into account.
    pub(super) fn apply(&mut self, item: &OpenItem) {
        let sender = &item.tx.sender.org;
        match &item.tx.action {
            Action::DatasetPublish(a) => {
                let (owner, columns) = (sender.clone(), a.columns.clone());
                let data = Data { owner, columns, versions: vec![1], status: Status::Active };
                self.datasets.insert(a.dataset.clone(), data);
            }
            Action::DatasetVersionAdd(a) => self.change(&a.dataset, |d| d.versions.push(a.version)),
            Action::DatasetPolicySet(a) => self.change(&a.dataset, |d| d.columns = a.columns.clone()),
            Action::DatasetStatusSet(a) => self.change(&a.dataset, |d| d.status = a.status),
            Action::ApplicationSubmit(a) => {
                self.applications.insert(a.application.clone(), (a.dataset.clone(), sender.clone()));
            }
            Action::ApplicationReview(a) => {
                if let (Some((dataset, grantee)), Decision::Approve { grant, scope }) =
                    (self.applications.get(&a.application), &a.decision)
                {
                    let (dataset, grantee) = (dataset.clone(), grantee.clone());
                    let (grantor, scope) = (sender.clone(), scope.clone());
                    let given = Given { dataset, grantor, grantee, scope, used: 0, revoked: false };
                    self.grants.insert(grant.clone(), given);
                }
            }
            Action::GrantRevoke(a) => {
                if let Some(g) = self.grants.get_mut(&a.grant) {
                    g.revoked = true;
                }
            }
            _ => {}
        }
        for event in item.receipt.events.iter().filter(|e| e.kind == EventKind::GrantUsed) {
            if let Some(g) = event.grant.as_ref().and_then(|id| self.grants.get_mut(id)) {
                g.used = g.used.saturating_add(1);
            }
        }
    }

    fn change(&mut self, dataset: &DatasetId, change: impl FnOnce(&mut Data)) {
        if let Some(data) = self.datasets.get_mut(dataset) {
            change(data);
        }
    }

    /// The first reason why the party's part of the task is not permitted now.
    pub(super) fn denies(
        &self,
        spec: &TaskSpec,
        party: &TaskParty,
        now_ms: TimeMs,
        use_taken: bool,
    ) -> Option<&'static str> {
        if now_ms > spec.not_after_ms {
            return Some("deadline_passed");
        }
        if let Some(code) = self.denies_member(&party.org) {
            return Some(code);
        }
        let Some(data) = self.datasets.get(&party.dataset) else { return Some("dataset_unknown") };
        if data.owner != party.org {
            return Some("dataset_not_of_party");
        }
        if data.status == Status::Frozen {
            return Some("dataset_frozen");
        }
        if !data.versions.contains(&party.version) {
            return Some("dataset_version_unknown");
        }
        let column = |name: &str| data.columns.iter().find(|c| c.name == name);
        let Some(user) = spec.released_to(&party.org) else {
            let all_known = party.keys.iter().chain(&party.payload).all(|name| column(name).is_some());
            return (!all_known).then_some("column_unknown");
        };
        if let Some(code) = self.grant_denies(spec, party, user, now_ms, use_taken) {
            return Some(code);
        }
        needs(spec, party).find_map(|need| {
            let Some(column) = column(need.column) else { return Some("column_unknown") };
            let permitted = column_permits(column, user, &spec.purpose, need.disclosure, now_ms);
            (!permitted).then_some(need.forbidden)
        })
    }

    /// Why an organisation may not take part at all.
    pub(super) fn denies_member(&self, org: &OrgId) -> Option<&'static str> {
        match self.members.get(org) {
            None => Some("organisation_unknown"),
            Some(Status::Frozen) => Some("organisation_frozen"),
            Some(Status::Active) => None,
        }
    }

    fn grant_denies(
        &self,
        spec: &TaskSpec,
        party: &TaskParty,
        user: &OrgId,
        now_ms: TimeMs,
        use_taken: bool,
    ) -> Option<&'static str> {
        let Some(id) = &party.grant else { return Some("grant_missing") };
        let Some(grant) = self.grants.get(id) else { return Some("grant_unknown") };
        let faults = [
            (grant.dataset != party.dataset || grant.grantor != party.org, "grant_other_dataset"),
            (&grant.grantee != user, "grant_other_grantee"),
            (grant.revoked, "grant_revoked"),
            (now_ms > grant.scope.not_after_ms, "grant_expired"),
            (!use_taken && grant.used >= grant.scope.uses, "grant_used_up"),
            (grant.scope.purpose != spec.purpose, "purpose_not_granted"),
            (!grant.scope.kinds.contains(&spec.kind.name()), "kind_not_granted"),
        ];
        if let Some((_, code)) = faults.into_iter().find(|(fault, _)| *fault) {
            return Some(code);
        }
        needs(spec, party).find_map(|need| {
            let mut uses = grant.scope.columns.iter();
            let given = uses.any(|u| u.column == need.column && includes(u.disclosure, need.disclosure));
            (!given).then_some(need.not_granted)
        })
    }
}

struct Need<'a> {
    column: &'a str,
    disclosure: Disclosure,
    not_granted: &'static str,
    forbidden: &'static str,
}

/// Of rows, keys are joined on and payload is shown for matched ones; a third sees no keys. Otherwise nothing but a
/// number or an aggregate is shown.
fn needs<'a>(spec: &TaskSpec, party: &'a TaskParty) -> impl Iterator<Item = Need<'a>> {
    let TaskKind::Psi(psi) = &spec.kind;
    let rows = psi.output.gives_rows();
    let of_keys = match spec.third() {
        None if rows => Disclosure::PlaintextAfterJoin,
        _ => Disclosure::EncryptedOnly,
    };
    let of_payload = if rows { Disclosure::PlaintextAsJoinPayload } else { Disclosure::PlaintextAfterAggregate };
    let key =
        move |column| Need { column, disclosure: of_keys, not_granted: "key_not_granted", forbidden: "key_forbidden" };
    let payload = move |column| Need {
        column,
        disclosure: of_payload,
        not_granted: "payload_not_granted",
        forbidden: "payload_forbidden",
    };
    party.keys.iter().map(move |c| key(c.as_str())).chain(party.payload.iter().map(move |c| payload(c.as_str())))
}

/// Plain text includes every use, and a key whose matches are shown may be matched without showing them.
fn includes(have: Disclosure, need: Disclosure) -> bool {
    have == need
        || have == Disclosure::Plaintext
        || (have == Disclosure::PlaintextAfterJoin && need == Disclosure::EncryptedOnly)
}

fn column_permits(column: &Column, grantee: &OrgId, purpose: &str, need: Disclosure, now_ms: TimeMs) -> bool {
    column.rules.iter().any(|rule| {
        let grantee_fits = match &rule.grantee {
            Grantee::Any => true,
            Grantee::Org(org) => org == grantee,
        };
        grantee_fits
            && rule.purpose.as_deref().is_none_or(|p| p == purpose)
            && includes(rule.allow, need)
            && rule.not_after_ms.is_none_or(|until| now_ms <= until)
    })
}
