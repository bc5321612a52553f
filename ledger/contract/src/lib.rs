//! The rules of the consortium: who may do what, and what comes of it.
//!
//! One crate, three enforcers: the ledger decides with it, the desk explains with it before anything is
//! signed, the party asks it before a row is touched. It is pure: the same state, block and transaction
//! give the same writes and the same receipt on every node. No clock, randomness, floats, threads or
//! hash maps; `clippy.toml` bans them with the reason.
//!
//! | where | what |
//! |---|---|
//! | [`check_admission`] | what a transaction must hold to be in a block at all |
//! | [`Executor`] | runs the transactions of one block over an overlay; receipts and the write set |
//! | `action` | one file per action: form, check against state, apply |
//! | [`policy`] | may this task use these columns; line by line, with the smallest grant that would do |
//! | [`dispute`] | do the attestations of a run agree with each other and with the ledger |
//! | [`read`], [`state_key`] | typed reads and the only place where storage keys are made |
//! | [`RuleCode`] | every refusal by its stable name |
//!
//! A refusal of the first kind ([`Inadmissible`]) never enters a valid block. Every other refusal is
//! ordered like a success and leaves a receipt: that somebody tried is evidence too. It changes nothing
//! but the sender's nonce, because an action's check has no means to write.

#![forbid(unsafe_code)]
#![deny(clippy::disallowed_types, clippy::disallowed_methods, clippy::float_arithmetic)]

// The tests beside the code and those in `tests/` drive the same consortium through the public API.
#[cfg(test)]
extern crate self as ledger_contract;
#[cfg(test)]
#[path = "../tests/world/mod.rs"]
mod world;

mod action;
mod admission;
mod code;
mod columns;
mod context;
pub mod dispute;
mod effect;
mod error;
pub mod evidence;
mod executor;
mod genesis;
pub mod limits;
mod nonce;
mod overlay;
pub mod policy;
pub mod read;
mod scope;
mod spec;
pub mod state_key;
mod text;
mod usage;

pub use action::{COMMITMENT_SCHEME, check_form, dry_run};
pub use admission::{SignatureCheck, check_admission};
pub use code::{RuleCode, UnknownRuleCode};
pub use context::BlockContext;
pub use effect::Effect;
pub use error::{Inadmissible, Rejection, RuleError, StateError};
pub use executor::Executor;
pub use genesis::{GenesisError, RULES_VERSION, genesis_writes};
pub use overlay::{Overlay, StateRead, WriteSet};
pub use spec::KEY_RULES;
