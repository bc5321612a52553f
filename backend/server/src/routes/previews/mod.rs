//! Previews.

mod create;

pub(super) use create::create;
