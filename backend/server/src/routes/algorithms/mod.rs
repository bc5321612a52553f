//! Algorithms.

mod estimate;
mod list;

pub(super) use estimate::estimate;
pub(super) use list::list;
