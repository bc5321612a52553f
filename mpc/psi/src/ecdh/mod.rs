#![doc = include_str!("../../../../docs/protocols/ecdh-psi.md")]

mod canary;
mod driver;
mod error;
mod extended;
mod header;
pub mod ideal;
mod lane;
mod link;
#[cfg(test)]
mod machine_tests;
mod matches;
mod message;
mod params;
mod payload;
mod point_log;
mod progress;
mod receiver;
mod report;
mod sender;
mod tag;
mod wire;

pub use driver::{ReceiverOutcome, SenderOutcome, run_receiver, run_sender};
pub use error::PsiError;
pub use header::{Header, Role};
pub use matches::Matches;
pub use message::{Confirm, Counts, Message, MessageKind, PointChunk, TagChunk, TagsEnd};
pub use params::{Agreement, Params, RunConfig, SessionId, tag_bits};
pub use payload::{PayloadArena, PayloadSource};
pub use progress::{Control, Phase, Progress};
pub use receiver::{Exchange, Matched, Matching, ReceiverSetup};
pub use report::{CanaryOutcome, PhaseTime, RunReport};
pub use sender::{Confirming, Evaluating, SenderSetup, TagBuilder, Tagging};

/// Identifier of the protocol with its version, first in every header and every hash domain.
pub const PROTOCOL: &str = "psi.ecdh-ristretto255/1";
