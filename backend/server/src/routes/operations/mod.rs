//! The operation log.

mod list;

pub(super) use list::list;
