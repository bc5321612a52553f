#![doc = include_str!("../../../../docs/protocols/rr22-psi.md")]

mod checkpoint;
pub(crate) mod coin;
mod driver;
mod form;
pub(crate) mod groups;
pub(crate) mod hashes;
#[cfg(test)]
mod machine_tests;
mod matching;
mod message;
mod party;
mod receiver;
mod sender;
pub(crate) mod sizes;
mod stage;
mod tag_index;
mod tagging;
mod vole_part;

pub use driver::{resume_receiver, resume_sender, run_receiver, run_receiver_returning, run_sender};
pub use form::{Form, Variant};
pub use matching::{Found, Matched, Matching};
pub use message::{Chunk, Confirm, Counts, End, Message, MessageKind, Part};
pub use mpc_core::vole::Security;
pub use party::{Agreed, Own, Party};
pub use receiver::{
    AwaitCorrections, AwaitMask, AwaitProof, Decoded, MaskedTable, Prepared as PreparedTable, ReceiverRun,
};
pub use sender::{Absorbing, AwaitChallenge, AwaitSetup, Prepared as PreparedTags, SenderRun, Uncompressed, Unmade};
pub use sizes::encodable_items;
pub use stage::{CheckpointClaim, ResumeClaim, Stage, StageKind};
pub use tagging::{Confirming, Named, Tagging};

pub use crate::run::ideal;

/// Identifier of the fast form with malicious security, with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.rr22-gf128/1";
/// Identifier of the fast form with semi-honest security.
pub const PROTOCOL_SEMI_HONEST: &str = "psi.rr22-gf128-semi-honest/1";
/// Identifier of the low-traffic form with malicious security.
pub const PROTOCOL_LOW: &str = "psi.rr22-low-gf128/1";
/// Identifier of the low-traffic form with semi-honest security.
pub const PROTOCOL_LOW_SEMI_HONEST: &str = "psi.rr22-low-gf128-semi-honest/1";
