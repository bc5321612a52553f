//! Signing: the rules are asked first, the person signs exactly what was shown, the ledger decides.

use backend_api::Timestamp;
use backend_api::catalogue::{DeskCode, Language};
use backend_api::policy::PolicyVerdict;
use backend_api::signing::{LedgerReceipt, Signing};
use ledger_contract::{dry_run, policy, read};
use ledger_types::action::Action;
use ledger_types::id::AccountRef;
use ledger_types::task::TaskSpec;

use crate::call::Call;
use crate::desk::{Desk, now_ms};
use crate::fault::Fault;
use crate::view;

/// Signs an action for the caller, waits until it is committed and until the read model shows it.
pub async fn sign(call: &Call, signing: Signing, action: Action) -> Result<LedgerReceipt, Fault> {
    let desk = &call.desk;
    let caller = call.caller()?;
    if let Some(seen) = &signing.seen_digest {
        let digest = desk.party.preview(&action)?.digest.to_string();
        if *seen != digest {
            return Err(Fault::from(DeskCode::DigestDiffers).with("expected", seen).with("found", digest));
        }
    }
    check(desk, &caller.account, &action).map_err(|fault| explain(desk, call.language, fault, &action))?;
    let account = caller.account.account.clone();
    let submitted =
        desk.party.submit(account, signing.passphrase.into(), action, Some(desk.config.commit_wait())).await?;
    let submitted = submitted.applied()?;
    let record = submitted.record.ok_or_else(|| Fault::internal("a submission that was waited for has no record"))?;
    desk.projected_to(record.receipt.height).await?;
    Ok(LedgerReceipt {
        transaction: submitted.tx.to_string(),
        height: record.receipt.height,
        time: Timestamp(record.time_ms),
    })
}

/// What the ledger's rules would say of an action now.
pub fn check(desk: &Desk, sender: &AccountRef, action: &Action) -> Result<(), Fault> {
    let view = desk.ledger.view();
    let account = read::account(view.as_ref(), sender)?;
    let account = account.ok_or_else(|| Fault::with_code("account_unknown").with("account", sender))?;
    dry_run(view.as_ref(), &desk.next_block()?, &account, action).map(drop).map_err(Fault::from)
}

/// Adds the whole verdict to a refusal.
fn explain(desk: &Desk, language: Language, mut fault: Fault, action: &Action) -> Fault {
    if let Ok(verdict) = verdict(desk, language, action, Some(&fault)) {
        fault.verdict = Some(Box::new(verdict));
    }
    fault
}

/// The specification that an action speaks of.
pub fn spec_of(desk: &Desk, action: &Action) -> Result<Option<TaskSpec>, Fault> {
    Ok(match action {
        Action::TaskPropose(a) => Some(a.spec.clone()),
        Action::TaskApprove(a) => read::task(desk.ledger.view().as_ref(), &a.task)?.map(|t| t.spec),
        Action::TaskRetry(a) => read::task(desk.ledger.view().as_ref(), &a.task)?.map(|t| t.spec),
        _ => None,
    })
}

/// Policy line by line for tasks; for other actions, what the rules say in one line.
pub fn verdict(
    desk: &Desk,
    language: Language,
    action: &Action,
    refused: Option<&Fault>,
) -> Result<PolicyVerdict, Fault> {
    let height = desk.ledger.status().height;
    let policy = match spec_of(desk, action)? {
        Some(spec) => {
            let view = desk.ledger.view();
            let v = policy::evaluate(view.as_ref(), desk.ledger.suite(), desk.chain(), now_ms(), &spec)?;
            Some(view::policy::verdict(language, height, &v))
        }
        None => None,
    };
    Ok(match (policy, refused) {
        (Some(policy), None) => policy,
        // Policy itself forbids it: its lines say all.
        (Some(policy), Some(_)) if !policy.allowed => policy,
        (Some(mut policy), Some(fault)) => {
            policy.allowed = false;
            policy.lines.extend(view::policy::refusal(language, height, fault).lines);
            policy
        }
        (None, Some(fault)) => view::policy::refusal(language, height, fault),
        (None, None) => view::policy::accepted(language, height),
    })
}
