//! Codes of the rule layer.

use super::Row;

pub(super) const ROWS: &[Row] = &[];
