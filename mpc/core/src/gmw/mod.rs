//! Boolean circuits on exclusive-or shares of two parties (Goldreich, Micali, Wigderson 1987), 64 gates to a word, with
//! AND gates from random oblivious transfers of single bits ([`crate::silent_ot`]): the middle of circuit-PSI
//! (docs/protocols/circuit-psi.md).
//!
//! Security: semi-honest, given transfers. A party's message of a gate is its shares masked by bits that the other party
//! does not know; every bit of a transfer is used once.
//!
//! * [`Pool`]: bits of transfers, taken in order; both parties take the same ones for the same gate.
//! * [`Pool::and`]: one layer of AND gates; [`OpenGates`] waits for the other party's words.
//! * [`Conjunction`]: the AND of many rows of bits in ⌈log2⌉ layers, hence equality of strings.
//! * [`SignBit`]: the sign of a number that is shared additively.
//!
//! ```
//! use mpc_core::gmw::{Party, Pool};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // What transfers give: m₀ and m₀ ⊕ m₁ here, m_c and c there.
//! let (zero, differ, choice) = (vec![5u64, 6], vec![7u64, 1], vec![3u64, 9]);
//! let chosen: Vec<u64> = (0..2).map(|i| zero[i] ^ (differ[i] & choice[i])).collect();
//! let mut mine = Pool::new(Party::Offering, zero, differ)?;
//! let mut yours = Pool::new(Party::Choosing, chosen, choice)?;
//! // x = 1 ⊕ 3, y = 4 ⊕ 6
//! let (gates, said) = mine.and(&[1], &[4])?;
//! let (other_gates, other_said) = yours.and(&[3], &[6])?;
//! let (z, other_z) = (gates.finish(&other_said)?, other_gates.finish(&said)?);
//! assert_eq!(z[0] ^ other_z[0], (1 ^ 3) & (4 ^ 6));
//! # Ok(())
//! # }
//! ```

mod conjunction;
mod pool;
mod sign;
pub mod slices;

pub use conjunction::Conjunction;
pub use pool::{GmwError, OpenGates, Party, Pool};
pub use sign::SignBit;

#[cfg(test)]
mod tests;
