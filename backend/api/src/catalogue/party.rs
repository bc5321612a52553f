//! Codes of the party layer.

use super::Row;

pub(super) const ROWS: &[Row] = &[];
