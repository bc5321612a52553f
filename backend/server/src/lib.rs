//! The desk room (接入网): one organisation's API, console, users and sessions, and its read model of the ledger.
//!
//! The desk holds no keys of the organisation and decides nothing that the ledger decides: it explains, asks the
//! party room to sign what a person has read, and shows what came of it. [`start`] composes it from a ledger, a
//! party room and a database; `backend_api` declares what it answers.

#![forbid(unsafe_code)]

mod actions;
mod answer;
pub mod authz;
mod call;
mod config;
mod console;
mod csv;
mod cursor;
mod desk;
mod dispatch;
mod estimate;
mod fault;
mod fingerprint;
mod http;
mod logins;
mod metrics;
mod password;
mod projection;
mod routes;
mod security;
mod session;
mod sign;
mod start;
mod text;
mod view;

pub use backend_api::openapi::document_json as openapi_json;
pub use config::{ContactConfig, DeskConfig};
pub use desk::{PeerInfo, Peers};
pub use logins::{LoginError, provision_login};
pub use start::{DeskError, DeskHandle, start};
