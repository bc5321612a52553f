//! Datasets from the inside: the owner's commitment to the rows of a version, and what this node must keep to
//! derive it again.

pub mod commitment;
pub mod opening;
mod preparation;
mod prepare;

pub use commitment::{CHUNK_ROWS, CommittedColumn, RowSeed, SCHEME};
pub use opening::RowOpening;
pub use preparation::{Preparation, PreparationId, Preparations};
pub(crate) use prepare::{open_prepared, open_row, open_table, prepare, present_columns};
