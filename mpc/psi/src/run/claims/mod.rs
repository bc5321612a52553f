//! A result to both sides: after the matching the receiver proves to the sender, item by item, what matched.
//!
//! Both sides hold the same value of the pseudorandom function for a common item. From it follow, in separate domains, the
//! tag that the sender sent, the key that sealed its columns, and a **proof** of 128 bits that nobody sent. For each match
//! the receiver says where the tag stood among those that were sent, and the proof; with columns to give back, these are
//! sealed under the item's key. The sender compares with its own proof of the item that it had put there.
//!
//! * A receiver cannot claim an item that it did not ask for: the proof is 128 bits that it would have to guess. It cannot
//!   claim one twice, nor more than the smaller side announced. So what the sender gets are matches.
//! * It can keep matches to itself. Nothing in this protocol shows that; the joint canaries, which must be claimed too, only
//!   find claims that were lost by accident.
//! * Places among the tags are in the sender's secret order and claims stand in the order of places: nothing of the
//!   receiver's own order is told.
//!
//! Source: P. Rindal, P. Schoppmann, *VOLE-PSI*, EUROCRYPT 2021, §4 (a receiver that passes its output on has to show it).

mod checking;
mod claiming;
mod driver;
mod message;

use super::tag::SealKey;

pub(crate) use checking::{Checking, Claimable, Returned};
pub(crate) use claiming::{ClaimList, Claiming};
pub(crate) use driver::{check, check_width, claim};
pub use message::ClaimKind;

/// What proves that an item is held: 128 bits of the pseudorandom function, in a domain of their own.
pub(crate) type Proof = u128;

/// Bytes of a claim without columns: where, and the proof.
pub(crate) const CLAIM_BYTES: usize = 4 + 16;

/// The key of the columns that go back: the item's own, for which the other direction has another nonce.
pub(crate) type ReturnKey = SealKey;

#[cfg(test)]
mod tests;
