#![doc = include_str!("../../../../docs/protocols/star-psi.md")]

mod answer;
mod coin;
pub mod ideal;
mod leading;
mod message;
mod outcome;
mod outputs;
mod party;
mod program;
mod query;
mod run;
mod sealing;
mod sending;
mod sizes;
mod unsealing;
mod wire;

pub use message::{Confirm, Counts, Message, MessageKind, RUN_BYTES};
pub use outcome::{LeaderOutcome, PairReport, SenderOutcome, StarMatches, StarRow};
pub use run::{run_leader, run_sender};
pub(crate) use sending::{check_payload, check_places};

/// Identifier of the protocol with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.star-opprf/1";
/// Fewest parties, the leader included. (Two run [`crate::rr22`].)
pub const PARTIES_MIN: usize = 3;
/// Most parties, the leader included.
pub const PARTIES_MAX: usize = 8;
