//! PSI of three to eight parties: a star of oblivious programmable PRFs (`psi.star-opprf/1`).

mod outcome;
mod run;

pub use outcome::{LeaderOutcome, PairReport, SenderOutcome, StarMatches, StarRow};
pub use run::{run_leader, run_sender};

/// Identifier of the protocol with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.star-opprf/1";
/// Fewest parties, the leader included. (Two run [`crate::rr22`].)
pub const PARTIES_MIN: usize = 3;
/// Most parties, the leader included.
pub const PARTIES_MAX: usize = 8;
