#![doc = include_str!("../../../../docs/protocols/voprf.md")]

mod client;
mod dleq;
mod message;
mod server;
mod suite;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use crate::group::{PointError, PointErrorAt};
use crate::oprf::InputTooLong;

pub use crate::oprf::{OUTPUT_BYTES, Output};
pub use client::Client;
pub use dleq::{PROOF_BYTES, Proof};
pub use message::{Evaluated, Proven, Request};
pub use server::{PublicKey, ServerKey};
pub use suite::{Mode, Oprf, Poprf, Voprf};

/// Elements of one request at most: what the 16-bit counter of the proof's composite numbers (RFC 9497 §2.2.1).
pub const BATCH_MAX: usize = u16::MAX as usize;

/// Why a step was refused. No variant contains a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoprfError {
    /// An input or the public info is too long.
    #[error(transparent)]
    InputTooLong(#[from] InputTooLong),
    /// No elements, or more than one proof covers.
    #[error("a batch of {0} elements; 1 to {max} are possible", max = BATCH_MAX)]
    BatchSize(usize),
    /// An element of the peer is not acceptable.
    #[error(transparent)]
    Point(#[from] PointErrorAt),
    /// The answer has another number of elements than the question, or inputs were left out.
    #[error("{got} elements instead of {expected}")]
    Count {
        /// As many as were asked for.
        expected: usize,
        /// As many as came.
        got: usize,
    },
    /// The proof does not hold: the answer was not made with the key of this public key.
    #[error("the proof does not hold under the public key")]
    Proof,
    /// Bytes that are not such a message.
    #[error("malformed {message}")]
    Malformed {
        /// Name of the message.
        message: &'static str,
    },
    /// 32 bytes that are not a secret key: not canonical, or zero.
    #[error("not a secret key")]
    SecretKey,
    /// 32 bytes that are not a public key.
    #[error("not a public key: {0}")]
    PublicKey(PointError),
    /// The seed gives no key (probability below 2^−252 for each of 256 tries).
    #[error("no key can be derived from this seed")]
    Derive,
    /// The public info makes the key zero, so that whoever finds such an info knows the key (RFC 9497 §3.3.3).
    #[error("this info is not usable with this key")]
    Info,
}
