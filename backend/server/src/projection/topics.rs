//! What a transaction is about: what its action names, and what its events name. A refused transaction has no
//! events, but it is evidence of the attempt and must be found all the same.

use std::collections::BTreeSet;

use ledger_types::action::{Action, Decision};
use ledger_types::id::AccountRef;
use ledger_types::receipt::Receipt;
use ledger_types::tx::Tx;

/// Kind and id of every topic.
pub(super) fn of(tx: &Tx, receipt: &Receipt) -> BTreeSet<(&'static str, String)> {
    let mut out = BTreeSet::new();
    from_action(tx, &mut out);
    for e in &receipt.events {
        out.extend(e.task.map(|t| ("task", t.to_string())));
        out.extend(e.datasets.iter().map(|d| ("dataset", d.to_string())));
        out.extend(e.application.iter().map(|a| ("application", a.to_string())));
        out.extend(e.grant.iter().map(|g| ("grant", g.to_string())));
        out.extend(e.account.iter().map(|a| ("account", a.to_string())));
        out.extend(e.orgs.iter().map(|o| ("org", o.to_string())));
    }
    out
}

fn from_action(tx: &Tx, out: &mut BTreeSet<(&'static str, String)>) {
    let account = |account: &ledger_types::id::AccountId| {
        let id = AccountRef { org: tx.sender.org.clone(), account: account.clone() };
        ("account", id.to_string())
    };
    let mut add = |kind: &'static str, id: String| {
        out.insert((kind, id));
    };
    match &tx.action {
        Action::AccountRegister(a) => out.extend([account(&a.account)]),
        Action::AccountUpdate(a) => out.extend([account(&a.account)]),
        Action::AccountKeyRotate(a) => out.extend([account(&a.account)]),
        Action::DatasetPublish(a) => add("dataset", a.dataset.to_string()),
        Action::DatasetVersionAdd(a) => add("dataset", a.dataset.to_string()),
        Action::DatasetPolicySet(a) => add("dataset", a.dataset.to_string()),
        Action::DatasetLimitsSet(a) => add("dataset", a.dataset.to_string()),
        Action::DatasetStatusSet(a) => add("dataset", a.dataset.to_string()),
        Action::ApplicationSubmit(a) => {
            add("application", a.application.to_string());
            add("dataset", a.dataset.to_string());
        }
        Action::ApplicationReview(a) => {
            add("application", a.application.to_string());
            if let Decision::Approve { grant, .. } = &a.decision {
                add("grant", grant.to_string());
            }
        }
        Action::GrantRevoke(a) => add("grant", a.grant.to_string()),
        Action::TaskPropose(a) => {
            for p in &a.spec.parties {
                add("dataset", p.dataset.to_string());
                if let Some(grant) = &p.grant {
                    add("grant", grant.to_string());
                }
            }
        }
        Action::TaskApprove(a) => add("task", a.task.to_string()),
        Action::TaskReject(a) | Action::TaskCancel(a) => add("task", a.task.to_string()),
        Action::TaskRetry(a) => add("task", a.task.to_string()),
        Action::TaskAttest(a) => add("task", a.task.to_string()),
        Action::TaskFail(a) => add("task", a.task.to_string()),
        Action::TaskRefuse(a) => add("task", a.task.to_string()),
    }
}
