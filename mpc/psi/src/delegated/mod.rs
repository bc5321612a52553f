#![doc = include_str!("../../../../docs/protocols/delegated-psi.md")]

pub mod ideal;
mod joining;
mod message;
mod outcome;
mod rows;
mod run;

pub use message::{Confirm, Message, MessageKind, RUN_BYTES};
pub use outcome::{DataPartyOutcome, JoinedRow, JoinedRows, ThirdOutcome};
pub use run::{run_data_party, run_third};

/// Identifier of the protocol with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.delegated-prf/1";
/// Fewest data parties.
pub const DATA_PARTIES_MIN: usize = 2;
/// Most data parties.
pub const DATA_PARTIES_MAX: usize = 8;
