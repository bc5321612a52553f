//! Scopes: what an application asks for and a grant gives.

use std::collections::BTreeSet;

use ledger_types::id::OrgId;
use ledger_types::object::{ColumnUse, Dataset, Scope};

use crate::policy::{covers, disclosure_name, permitted_until};
use crate::{BlockContext, Rejection, RuleCode, limits, text};

/// Counts, texts and times that can be judged without state.
pub(crate) fn check_form(scope: &Scope, block: &BlockContext) -> Result<(), Rejection> {
    if scope.columns.is_empty() || scope.columns.len() > limits::SCOPE_COLUMNS_MAX {
        return Err(Rejection::new(RuleCode::ScopeColumnsCount)
            .with("count", scope.columns.len())
            .with("count_max", limits::SCOPE_COLUMNS_MAX));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = scope.columns.iter().find(|u| !seen.insert(*u)) {
        return Err(of_use(RuleCode::ScopeColumnRepeated, twice));
    }
    text::line("purpose", &scope.purpose, limits::PURPOSE_CHARS_MAX)?;
    if scope.kinds.is_empty() {
        return Err(Rejection::new(RuleCode::ScopeKindsEmpty));
    }
    if scope.uses == 0 || scope.uses > limits::SCOPE_USES_MAX {
        return Err(Rejection::new(RuleCode::ScopeUsesOutOfRange)
            .with("uses", scope.uses)
            .with("uses_max", limits::SCOPE_USES_MAX));
    }
    let times =
        |code| Rejection::new(code).with("not_after_ms", scope.not_after_ms).with("block_time_ms", block.time_ms);
    if scope.not_after_ms <= block.time_ms {
        return Err(times(RuleCode::ScopeExpiryPast));
    }
    if scope.not_after_ms - block.time_ms > limits::SCOPE_SPAN_MAX_MS {
        return Err(times(RuleCode::ScopeExpiryTooFar));
    }
    Ok(())
}

/// Every column of the scope is one of the dataset's.
pub(crate) fn check_columns(scope: &Scope, dataset: &Dataset) -> Result<(), Rejection> {
    match scope.columns.iter().find(|u| !dataset.columns.iter().any(|c| c.name == u.column)) {
        None => Ok(()),
        Some(u) => Err(Rejection::new(RuleCode::ColumnUnknown).with("dataset", &dataset.id).with("column", &u.column)),
    }
}

/// What is granted lies within what was asked for.
pub(crate) fn check_within(granted: &Scope, asked: &Scope) -> Result<(), Rejection> {
    let asked_for =
        |u: &ColumnUse| asked.columns.iter().any(|a| a.column == u.column && covers(a.disclosure, u.disclosure));
    if let Some(u) = granted.columns.iter().find(|u| !asked_for(u)) {
        return Err(of_use(RuleCode::GrantWiderColumns, u));
    }
    if granted.purpose != asked.purpose {
        return Err(Rejection::new(RuleCode::GrantOtherPurpose)
            .with("purpose", &granted.purpose)
            .with("asked", &asked.purpose));
    }
    if !granted.kinds.is_subset(&asked.kinds) {
        return Err(Rejection::new(RuleCode::GrantWiderKinds));
    }
    if granted.not_after_ms > asked.not_after_ms {
        return Err(Rejection::new(RuleCode::GrantWiderExpiry)
            .with("not_after_ms", granted.not_after_ms)
            .with("asked_ms", asked.not_after_ms));
    }
    if granted.uses > asked.uses {
        return Err(Rejection::new(RuleCode::GrantWiderUses).with("uses", granted.uses).with("asked", asked.uses));
    }
    Ok(())
}

/// What is granted is permitted by the columns' policy, now and until the grant ends.
pub(crate) fn check_policy(
    granted: &Scope,
    dataset: &Dataset,
    grantee: &OrgId,
    block: &BlockContext,
) -> Result<(), Rejection> {
    for u in &granted.columns {
        let column = dataset.columns.iter().find(|c| c.name == u.column);
        let until = column.and_then(|c| permitted_until(c, grantee, &granted.purpose, u.disclosure, block.time_ms));
        let Some(until_ms) = until else {
            return Err(of_use(RuleCode::GrantBeyondPolicy, u)
                .with("dataset", &dataset.id)
                .with("org", grantee)
                .with("purpose", &granted.purpose));
        };
        if until_ms < granted.not_after_ms {
            return Err(of_use(RuleCode::GrantOutlastsPolicy, u)
                .with("dataset", &dataset.id)
                .with("not_after_ms", granted.not_after_ms)
                .with("policy_until_ms", until_ms));
        }
    }
    Ok(())
}

fn of_use(code: RuleCode, u: &ColumnUse) -> Rejection {
    Rejection::new(code).with("column", &u.column).with("disclosure", disclosure_name(u.disclosure))
}
