#![doc = include_str!("../../../../docs/protocols/unbalanced-psi.md")]

mod agreed;
mod blob;
mod driver;
mod epoch;
mod face;
mod keep;
#[cfg(test)]
mod machine_tests;
mod message;
mod receiver;
mod sender;
mod setup;

use mpc_core::PointErrorAt;
use mpc_core::voprf::VoprfError;

use crate::run::PsiError;

pub use blob::BlobDigest;
pub use driver::{run_receiver, run_sender};
pub use epoch::EPOCH_QUESTIONS_MAX;
pub use face::{EpochId, Face};
pub use message::{Blinded, Confirm, Counts, Evaluated, Message, MessageKind, Part};

/// Identifier of the protocol with its version, first in every header.
pub const PROTOCOL: &str = "psi.unbalanced-voprf/1";

/// In the words of a run: which list, and where its message begins.
fn voprf_error(what: &'static str, offset: u64, error: VoprfError) -> PsiError {
    match error {
        VoprfError::Point(PointErrorAt { index, cause }) => {
            PsiError::BadPoint { what, index: offset + index as u64, cause }
        }
        VoprfError::Proof => PsiError::BadProof { what: "evaluated elements" },
        _ => PsiError::Malformed { message: what },
    }
}
