//! PSI whose result goes to a party that has no input: tags under a key that the data parties share
//! (`psi.delegated-prf/1`).

mod outcome;
mod run;

pub use outcome::{DataPartyOutcome, JoinedRow, JoinedRows, ThirdOutcome};
pub use run::{run_data_party, run_third};

/// Identifier of the protocol with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.delegated-prf/1";
/// Fewest data parties.
pub const DATA_PARTIES_MIN: usize = 2;
/// Most data parties.
pub const DATA_PARTIES_MAX: usize = 8;
