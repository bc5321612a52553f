#![doc = include_str!("../../../../docs/protocols/circuit-psi.md")]

mod aggregates;
mod bins;
mod control;
mod driver;
#[cfg(test)]
mod fault_tests;
pub mod ideal;
mod message;
mod party;
mod points;
mod receiver;
mod release;
mod sender;
mod sizes;
mod transfers;
mod transport;

pub use aggregates::{AggregateError, AggregateResult, Aggregates, Column, FUNCTIONS_MAX, Function, MIN_GROUP_MAX};
pub use driver::{ReceiverAggregates, SenderAggregates, run_receiver, run_sender};
pub use message::{Message, MessageKind};

/// Identifier of the protocol with its version; first in every header and every hash.
pub const PROTOCOL: &str = "psi.circuit-gf128/1";
/// Canaries that a run of this protocol should have of each kind: they cost one bin each.
pub const CANARIES: u16 = 64;
