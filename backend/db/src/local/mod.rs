//! What only this node knows.

pub mod draft;
pub mod idempotency;
pub mod login;
pub mod operation;
pub mod session;
