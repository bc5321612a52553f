#![doc = include_str!("../../../../docs/protocols/ecdh-psi.md")]

mod domain;
mod driver;
mod extended;
#[cfg(test)]
mod machine_tests;
mod message;
mod point_log;
mod receiver;
mod sender;
mod tag;

pub use crate::run::{
    Agreement, CanaryOutcome, Control, Header, Matches, Params, PayloadArena, PayloadSource, Phase, PhaseTime,
    Progress, PsiError, ReceiverOutcome, Role, RunConfig, RunReport, SenderOutcome, SessionId, ideal, tag_bits,
};
pub use driver::{run_receiver, run_receiver_returning, run_sender};
pub use message::{Confirm, Counts, Message, MessageKind, PointChunk, TagChunk, TagsEnd};
pub use receiver::{Exchange, Matched, Matching, ReceiverSetup};
pub use sender::{Confirming, Evaluating, SenderSetup, TagBuilder, Tagging};

/// Identifier of the protocol with its version, first in every header and every hash domain.
pub const PROTOCOL: &str = "psi.ecdh-ristretto255/1";
