#![doc = include_str!("../../../../docs/protocols/rr22-psi.md")]

mod checkpoint;
pub(crate) mod coin;
mod driver;
pub(crate) mod groups;
pub(crate) mod hashes;
#[cfg(test)]
mod machine_tests;
mod matching;
mod message;
mod receiver;
mod sender;
pub(crate) mod sizes;
mod stage;
mod tag_index;
mod tagging;
mod vole_part;

pub use driver::{resume_receiver, resume_sender, run_receiver, run_receiver_returning, run_sender};
pub use matching::{Found, Matched, Matching};
pub use message::{Chunk, Confirm, Counts, End, Message, MessageKind, Part};
pub use mpc_core::vole::Security;
pub use receiver::{
    AwaitCorrections, AwaitMask, AwaitProof, Decoded, MaskedTable, Prepared as PreparedTable, ReceiverAgreed,
    ReceiverRun, ReceiverSetup,
};
pub use sender::{
    Absorbing, AwaitChallenge, AwaitSetup, Prepared as PreparedTags, SenderAgreed, SenderRun, SenderSetup,
    Uncompressed, Unmade,
};
pub use sizes::encodable_items;
pub use stage::{CheckpointClaim, ResumeClaim, Stage, StageKind};
pub use tagging::{Confirming, Named, Tagging};

pub use crate::run::ideal;

/// Identifier of the protocol with malicious security, with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.rr22-gf128/1";
/// Identifier of the protocol with semi-honest security.
pub const PROTOCOL_SEMI_HONEST: &str = "psi.rr22-gf128-semi-honest/1";

/// The identifier for a kind of security.
pub fn protocol_id(security: Security) -> &'static str {
    match security {
        Security::Malicious => PROTOCOL,
        Security::SemiHonest => PROTOCOL_SEMI_HONEST,
    }
}
