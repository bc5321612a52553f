//! Codes of the protocol layer.

use super::Row;

pub(super) const ROWS: &[Row] = &[];
