//! Consensus engines behind one trait: [`malachite`] (Byzantine fault tolerant, for consortia) and [`solo`]
//! (one validator, for tests and single-node chains). Both decide blocks of an application that implements
//! [`BlockApp`] and give each decided block a certificate that verifies offline with
//! [`ledger_types::proof`].
//!
//! The engines keep no chain of their own: what is decided is the application's, and an engine starts at
//! the application's tip plus one. Execution comes before the vote: a validator votes for a block only
//! after its own application reproduced every root in the header.

#![forbid(unsafe_code)]

mod app;
mod engine;
mod lane;
pub mod malachite;
mod pacing;
pub mod solo;

pub use app::{AppError, BlockApp, Tip, Undecided};
pub use engine::{ConsensusEngine, EngineError, EngineHandle, EngineMonitor, EngineStatus, Equivocation};
pub use pacing::Pacing;
