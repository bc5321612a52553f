//! From ledger objects to rows.

use backend_db::read::{account, application, block, dataset, grant, organisation, task, transaction};
use ledger_client::BlockRecord;
use ledger_types::cbor;
use ledger_types::id::TimeMs;
use ledger_types::object::{Account, Application, ApplicationStatus, Dataset, Grant, Organisation, Status};
use ledger_types::receipt::{Outcome, Receipt};
use ledger_types::task::Task;
use ledger_types::tx::Tx;

use super::time;
use crate::desk::signed;
use crate::view::{dataset::kinds, encoded_name};

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn number(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

pub(super) fn block(b: &BlockRecord, validators: usize) -> block::Block {
    block::Block {
        height: signed(b.header.height),
        hash: b.hash.to_string(),
        time_ms: time(b.header.time_ms),
        proposer: b.header.proposer.to_string(),
        tx_count: count(b.txs.len()),
        signatures: count(b.certificate.signatures.len()),
        validators: count(validators),
    }
}

pub(super) fn transaction(tx: &Tx, receipt: &Receipt, time_ms: TimeMs) -> transaction::Transaction {
    transaction::Transaction {
        seq: transaction::seq(receipt.height, receipt.index),
        id: receipt.tx.to_string(),
        height: signed(receipt.height),
        idx: number(receipt.index),
        time_ms: time(time_ms),
        action: tx.action.name().to_owned(),
        org: tx.sender.org.to_string(),
        actor: tx.sender.to_string(),
        accepted: receipt.applied(),
        code: match &receipt.outcome {
            Outcome::Applied => None,
            Outcome::Refused { code, .. } => Some(code.clone()),
        },
    }
}

pub(super) fn organisation(o: &Organisation, validator: bool, joined_ms: TimeMs) -> organisation::Organisation {
    organisation::Organisation {
        id: o.id.to_string(),
        name_zh: o.name_zh.clone(),
        name_en: o.name_en.clone(),
        active: o.status == Status::Active,
        validator,
        node_key: hex::encode(o.node_key.as_bytes()),
        joined_ms: time(joined_ms),
    }
}

pub(super) fn account(a: &Account, time_ms: TimeMs) -> account::Account {
    account::Account {
        id: a.id.to_string(),
        org: a.id.org.to_string(),
        account: a.id.account.to_string(),
        display_name: a.display_name.clone(),
        roles: a.roles.iter().map(encoded_name).collect::<Vec<_>>().join(","),
        active: a.status == Status::Active,
        public_key: hex::encode(a.key.as_bytes()),
        registered_ms: time(time_ms),
        updated_ms: time(time_ms),
    }
}

pub(super) fn dataset(d: &Dataset, time_ms: TimeMs) -> dataset::Dataset {
    let mut search = format!("{} {} {} {}", d.id, d.title, d.theme, d.description);
    for c in &d.columns {
        search.push(' ');
        search.push_str(&c.name);
        search.push(' ');
        search.push_str(&c.description);
    }
    let latest = d.versions.last();
    dataset::Dataset {
        id: d.id.to_string(),
        owner: d.owner.to_string(),
        title: d.title.clone(),
        theme: d.theme.clone(),
        sensitivity: encoded_name(&d.sensitivity),
        active: d.status == Status::Active,
        kinds: kinds(d).iter().map(encoded_name).collect::<Vec<_>>().join(","),
        row_count: latest.map_or(0, |v| signed(v.commitment.rows)),
        version: latest.map_or(0, |v| number(v.version)),
        column_count: count(d.columns.len()),
        published_ms: time(d.versions.first().map_or(time_ms, |v| v.published_at_ms)),
        updated_ms: time(time_ms),
        search: search.to_lowercase(),
        object: cbor::to_bytes(d),
    }
}

pub(super) fn application(a: &Application, owner: String, time_ms: TimeMs) -> application::Application {
    let status = match a.status {
        ApplicationStatus::Submitted => "submitted",
        ApplicationStatus::Approved(_) => "approved",
        ApplicationStatus::Rejected(_) => "rejected",
    };
    application::Application {
        id: a.id.to_string(),
        dataset: a.dataset.to_string(),
        owner,
        applicant: a.applicant.org.to_string(),
        status: status.to_owned(),
        submitted_ms: time(a.submitted_at_ms),
        updated_ms: time(time_ms),
        object: cbor::to_bytes(a),
    }
}

pub(super) fn grant(g: &Grant) -> grant::Grant {
    grant::Grant {
        id: g.id.to_string(),
        dataset: g.dataset.to_string(),
        application: g.application.to_string(),
        grantor: g.grantor.to_string(),
        grantee: g.grantee.to_string(),
        revoked: g.revoked.is_some(),
        used: number(g.used),
        uses: number(g.scope.uses),
        not_after_ms: time(g.scope.not_after_ms),
        granted_ms: time(g.granted_at_ms),
        object: cbor::to_bytes(g),
    }
}

pub(super) fn task(t: &Task, time_ms: TimeMs) -> (task::Task, Vec<task::Party>) {
    let id = t.id.to_string();
    let party = |p: &ledger_types::task::TaskParty| task::Party {
        task: id.clone(),
        org: p.org.to_string(),
        dataset: p.dataset.to_string(),
        approved: t.approvals.iter().any(|a| a.by.org == p.org),
    };
    // A third takes part with no dataset.
    let third = t.spec.third().map(|org| task::Party {
        task: id.clone(),
        org: org.to_string(),
        dataset: String::new(),
        approved: t.approvals.iter().any(|a| &a.by.org == org),
    });
    let parties = t.spec.parties.iter().map(party).chain(third).collect();
    let row = task::Task {
        title: t.spec.title.clone(),
        kind: encoded_name(&t.spec.kind.name()),
        status: encoded_name(&t.status),
        proposer: t.proposed_by.org.to_string(),
        receiver: t.spec.receiver.to_string(),
        proposed_ms: time(t.proposed_at_ms),
        updated_ms: time(time_ms),
        not_after_ms: time(t.spec.not_after_ms),
        finished_ms: t.finished_at_ms.map(time),
        search: format!("{id} {} {}", t.spec.title, t.spec.purpose).to_lowercase(),
        object: cbor::to_bytes(t),
        id,
    };
    (row, parties)
}
