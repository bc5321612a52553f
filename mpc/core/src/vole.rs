//! Random vector oblivious linear evaluation over GF(2¹²⁸) with little communication (docs/protocols/vole.md).
//!
//! The sender gets a uniform Δ and B, the receiver uniform A and C with **C\[i\] = A\[i\]·Δ + B\[i\]** (addition is `^`).
//!
//! ```
//! use mpc_core::vole::{Layout, Receiver, Security, Sender};
//! use mpc_core::CommittedSeed;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (mut mine, mut yours) = (CommittedSeed::generate()?.prg("vole", b""), CommittedSeed::generate()?.prg("vole", b""));
//! let layout = Layout::new(1_000, Security::Malicious)?;
//! let session = [7; 32];
//! let (sender, opening) = Sender::start(layout, session, &mut mine, 1);
//! let (receiver, setup) = Receiver::start(layout, session).setup(&opening, &mut yours, 1)?;
//! let (sender, corrections) = sender.expand(&setup, &mut mine, 1)?;
//! let (receiver, challenge) = receiver.expand(&corrections, 1)?.challenge(&mut yours, 1)?;
//! let (sender, proof) = sender.answer(&challenge, 1)?;
//! let values = receiver.verify(&proof)?.finish(1);
//! let keys = sender.finish(1);
//! assert!((0..1_000).all(|i| values.c[i] == values.a[i] * keys.delta ^ keys.b[i]));
//! # Ok(())
//! # }
//! ```
//!
//! With [`subfield`] A is uniform in the subfield GF(2⁶⁴) instead, and all the rest is the same.
//!
//! With [`Security::SemiHonest`] both sides call `without_check` instead of `challenge`, `answer` and `verify`.

use zeroize::Zeroizing;

use crate::gf128::{Gf128, project};
use crate::silent::{Noise, ReceiverChecked, SecretBlocks, SenderChecked, Subvalues, Values};

pub use crate::silent::{Challenge, Corrections, Opening, Proof, Security, Setup, SilentError};

/// Sizes of a run.
pub type Layout = crate::silent::Layout<Values>;
/// The sender's machine.
pub type Sender = crate::silent::Sender<Values>;
/// The receiver's machine.
pub type Receiver = crate::silent::Receiver<Values>;

/// Subfield VOLE: A has 64 bits, [`embed`](crate::gf128::embed) makes elements of it.
pub mod subfield {
    use super::Subvalues;

    /// Sizes of a run.
    pub type Layout = crate::silent::Layout<Subvalues>;
    /// The sender's machine.
    pub type Sender = crate::silent::Sender<Subvalues>;
    /// The receiver's machine.
    pub type Receiver = crate::silent::Receiver<Subvalues>;
    /// What the receiver ends with.
    pub type Pairs = super::Pairs<u64>;
}

/// Noise that makes VOLE, not oblivious transfer.
pub trait ValueNoise: Noise {}
impl ValueNoise for Values {}
impl ValueNoise for Subvalues {}

/// What the sender ends with. Cleared when dropped.
pub struct Keys {
    /// Δ, the same for all.
    pub delta: Gf128,
    /// B.
    pub b: SecretBlocks,
}

/// What the receiver ends with. Cleared when dropped.
pub struct Pairs<A: zeroize::Zeroize = Gf128> {
    /// A, uniform.
    pub a: Zeroizing<Vec<A>>,
    /// C = A·Δ + B.
    pub c: SecretBlocks,
}

impl<F: ValueNoise> SenderChecked<F> {
    /// Compresses the noise. The costly step; the same result for every number of threads.
    pub fn finish(self, threads: usize) -> Keys {
        let (delta, b) = self.compress(threads);
        Keys { delta, b }
    }
}

impl ReceiverChecked<Values> {
    /// Compresses the noise and its shares. The costly step; the same result for every number of threads.
    pub fn finish(mut self, threads: usize) -> Pairs {
        let [a, c] = self.compress_both(threads);
        Pairs { a, c }
    }
}

impl ReceiverChecked<Subvalues> {
    /// Compresses the noise and its shares. The costly step; the same result for every number of threads.
    pub fn finish(mut self, threads: usize) -> subfield::Pairs {
        let [a, c] = self.compress_both(threads);
        Pairs { a: Zeroizing::new(a.iter().map(|a| project(*a)).collect()), c }
    }
}

#[cfg(test)]
mod tests;
