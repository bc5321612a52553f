//! Codes of the ledger layer.

use super::Row;

pub(super) const ROWS: &[Row] = &[];
