//! Codes of the consortium's rules (`ledger_contract::RuleCode`).

mod account;
mod dataset;
mod dispute;
mod grant;
mod task;
mod transaction;
mod verdict;

use super::Row;

/// By subject, in the order of the list that people see.
pub(super) const ROWS: &[&[Row]] =
    &[transaction::ROWS, account::ROWS, dataset::ROWS, grant::ROWS, task::ROWS, verdict::ROWS, dispute::ROWS];
