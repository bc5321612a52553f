//! Private set intersection (隐私求交): two parties learn which keys both hold, and nothing of the others.
//!
//! The way of a key: [`canonical`] brings the key columns of a row into one form by a named, versioned
//! rule; [`prepare`] counts nulls and duplicates and collects distinct [`item`]s; [`ecdh`] runs the protocol
//! on them and gives the receiver the positions of the items that the other side holds too, with the
//! columns that the policy releases.

#![forbid(unsafe_code)]

pub mod canonical;
pub mod ecdh;
pub mod item;
pub mod prepare;
pub mod run;

pub use item::{Item, ItemSet, ItemSetError};
