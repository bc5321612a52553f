//! Pseudorandom correlations with little communication: the machines below [`crate::vole`] and [`crate::silent_ot`].
//!
//! | message | from | what |
//! |---|---|---|
//! | [`Opening`] | sender | base oblivious transfers: the choices are the bits of Δ |
//! | [`Setup`] | receiver | the answer, and the base correlation (`soft_spoken`) |
//! | [`Corrections`] | sender | puncturable functions: level sums (`pprf`) |
//! | [`Challenge`] | receiver | malicious security only: consistency check (`check`) |
//! | [`Proof`] | sender | malicious security only |
//!
//! The *sender* ends with Δ and keys B, the *receiver* with values A and C = A·Δ + B. Both machines are deterministic
//! functions of their randomness and the messages, for every number of threads.

mod check;
mod layout;
mod message;
mod pprf;
mod receiver;
mod sender;
mod soft_spoken;

use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

pub use layout::{LEN_MAX, Layout, NOISE_PLACES};
pub use message::{Challenge, Corrections, Opening, Proof, Setup};
pub use receiver::{Receiver, ReceiverChallenged, ReceiverChecked, ReceiverExpanded, ReceiverSetUp};
pub use sender::{Sender, SenderChecked, SenderExpanded};

use crate::base_ot::BaseOtError;
use crate::exconv::NoiseField;
use crate::gf128::{Gf128, embed, project};

/// What the other party is trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// It follows the protocol.
    SemiHonest,
    /// It may do anything.
    Malicious,
}

/// Which correlation: the field of the noise, hence of A.
pub trait Noise: Send + Sync + 'static {
    /// The field.
    const FIELD: NoiseField;
    /// Tag in every derivation.
    const TAG: &'static [u8];

    /// A noise value from 128 uniform bits. Linear over GF(2), so that it may be applied to the bits of a correlation.
    fn value(bits: Gf128) -> Gf128 {
        bits
    }
}

/// A uniform in GF(2¹²⁸).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values;

/// A uniform in the subfield GF(2⁶⁴): subfield VOLE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subvalues;

/// A uniform bits: correlated oblivious transfer. Bit 0 of Δ is 1, bit 0 of B is 0, so that bit 0 of C is A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bits;

impl Noise for Values {
    const FIELD: NoiseField = NoiseField::Field;
    const TAG: &'static [u8] = b"shuzheng/vole/1";
}

impl Noise for Subvalues {
    const FIELD: NoiseField = NoiseField::Subfield;
    const TAG: &'static [u8] = b"shuzheng/subfield-vole/1";

    fn value(bits: Gf128) -> Gf128 {
        embed(project(bits))
    }
}

impl Noise for Bits {
    const FIELD: NoiseField = NoiseField::Bits;
    const TAG: &'static [u8] = b"shuzheng/silent-ot/1";
}

/// Why a run ends without result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SilentError {
    /// The number of outputs is not between 1 and [`LEN_MAX`].
    #[error("{0} outputs; possible are 1 to {LEN_MAX}")]
    Length(usize),
    /// A message has another length than the layout says.
    #[error("{message} of {got} bytes; {expected} were expected")]
    MessageLength {
        /// Which.
        message: &'static str,
        /// Bytes by the layout.
        expected: usize,
        /// Bytes that came.
        got: usize,
    },
    /// A message for another layout (number of outputs, security).
    #[error("{message} belongs to another layout")]
    MessageLayout {
        /// Which.
        message: &'static str,
    },
    /// An element of the base oblivious transfers.
    #[error("base oblivious transfer: {0}")]
    BaseOt(#[from] BaseOtError),
    /// The receiver's trees are not those that it proves.
    #[error("the receiver's seeds are not consistent: it deviated from the protocol")]
    InconsistentLeaves,
    /// The receiver did not use the same rows for all chunks of Δ.
    #[error("the receiver's rows are not consistent: it deviated from the protocol")]
    InconsistentRows,
    /// The sender's corrections do not give the correlation.
    #[error("the sender's corrections are not consistent: it deviated from the protocol")]
    InconsistentCorrections,
    /// The check is part of malicious security and must not be left out; or it is not part of this run.
    #[error("the consistency check belongs to malicious security and to nothing else")]
    Check,
}

/// Values that are cleared when dropped.
pub type SecretBlocks = Zeroizing<Vec<Gf128>>;

pub(crate) fn random_block<R: RngCore + CryptoRng>(rng: &mut R) -> Gf128 {
    let mut bytes = Zeroizing::new([0u8; 16]);
    rng.fill_bytes(bytes.as_mut_slice());
    Gf128::from_bytes(*bytes)
}

#[cfg(test)]
pub(crate) mod tests;
