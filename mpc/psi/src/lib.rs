//! Private set intersection (隐私求交): two parties learn which keys both hold, and nothing of the others.
//!
//! The way of a key: [`canonical`] brings the key columns of a row into one form by a named, versioned
//! rule; [`prepare`] counts nulls and duplicates and collects distinct [`item`]s; a [`Protocol`] runs
//! on them and gives the receiver the positions of the items that the other side holds too, with the
//! columns that the policy releases. [`rr22`] is the fast one, [`ecdh`] the one with little traffic, [`unbalanced`] the
//! one for few items against many; what they share is in [`run`].

#![forbid(unsafe_code)]

pub mod canonical;
pub mod circuit;
pub mod delegated;
pub mod ecdh;
mod engine;
pub mod item;
mod parties;
pub mod prepare;
pub mod rr22;
pub mod run;
pub mod star;
pub mod unbalanced;

pub use engine::{Protocol, resume_receiver, resume_sender, run_receiver, run_receiver_returning, run_sender};
pub use item::{Item, ItemSet, ItemSetError};
