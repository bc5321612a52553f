//! The form of a dataset's columns and their rules.

use std::collections::BTreeSet;

use ledger_types::object::{Column, Grantee};

use crate::{Rejection, RuleCode, RuleError, StateRead, limits, read, text};

/// Names, counts and texts; no rule twice.
pub(crate) fn check_form(columns: &[Column]) -> Result<(), Rejection> {
    if columns.is_empty() || columns.len() > limits::COLUMNS_MAX {
        return Err(Rejection::new(RuleCode::ColumnsCount)
            .with("count", columns.len())
            .with("count_max", limits::COLUMNS_MAX));
    }
    let mut names = BTreeSet::new();
    for column in columns {
        text::line("column", &column.name, limits::COLUMN_NAME_CHARS_MAX)?;
        if !names.insert(&column.name) {
            return Err(Rejection::new(RuleCode::ColumnRepeated).with("column", &column.name));
        }
        text::optional_prose("column_description", &column.description, limits::COLUMN_DESCRIPTION_CHARS_MAX)?;
        check_rules(column)?;
    }
    Ok(())
}

fn check_rules(column: &Column) -> Result<(), Rejection> {
    if column.rules.len() > limits::COLUMN_RULES_MAX {
        return Err(Rejection::new(RuleCode::ColumnRulesTooMany)
            .with("column", &column.name)
            .with("count", column.rules.len())
            .with("count_max", limits::COLUMN_RULES_MAX));
    }
    let mut seen = BTreeSet::new();
    for rule in &column.rules {
        if let Some(purpose) = &rule.purpose {
            text::line("purpose", purpose, limits::PURPOSE_CHARS_MAX)?;
        }
        // Two rules that differ in their end alone would leave open which end is meant.
        if !seen.insert((&rule.grantee, &rule.purpose, rule.allow)) {
            return Err(Rejection::new(RuleCode::ColumnRuleRepeated).with("column", &column.name));
        }
    }
    Ok(())
}

/// Rules speak only of members.
pub(crate) fn check_grantees(columns: &[Column], state: &dyn StateRead) -> Result<(), RuleError> {
    let named: BTreeSet<_> = columns
        .iter()
        .flat_map(|c| &c.rules)
        .filter_map(|r| match &r.grantee {
            Grantee::Org(org) => Some(org),
            Grantee::Any => None,
        })
        .collect();
    for org in named {
        if read::organisation(state, org)?.is_none() {
            return Err(Rejection::new(RuleCode::OrganisationUnknown).with("org", org).into());
        }
    }
    Ok(())
}
