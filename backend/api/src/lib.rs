//! The desk's interface to people and programs: what each resource looks like on the wire, which
//! endpoints exist, which error codes there are and what to do about each. No HTTP server, no database,
//! no ledger: `backend/server` binds handlers to the [`endpoint::Endpoint`]s declared here, and the OpenAPI document
//! is generated from the same declarations, so that neither can drift.
//!
//! Conventions: plural nouns under `/v1`, snake_case, RFC 3339 UTC times, digests and keys in lower-case
//! hex, `{items, next_cursor}` pages, decisions are resources.

#![forbid(unsafe_code)]

pub mod account;
pub mod algorithm;
pub mod application;
pub mod catalogue;
pub mod dataset;
pub mod draft;
pub mod endpoint;
pub mod evidence;
pub mod grant;
pub mod home;
pub mod ledger;
pub mod node;
pub mod openapi;
pub mod operation;
pub mod organisation;
pub mod page;
pub mod policy;
pub mod preview;
pub mod problem;
pub mod session;
pub mod signing;
pub mod source;
pub mod task;
pub mod timestamp;

pub use problem::Problem;
pub use timestamp::Timestamp;
