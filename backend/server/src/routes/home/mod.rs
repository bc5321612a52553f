//! What needs me, and the search over everything.

mod search;
mod show;

pub(super) use search::search;
pub(super) use show::show;
