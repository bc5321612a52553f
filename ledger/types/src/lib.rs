//! What the members of a consortium sign and hash: identifiers, canonical bytes, transactions, blocks,
//! receipts and the proofs that tie them together. No input or output, no clock, no randomness.
//!
//! Every structure is encoded as deterministic CBOR (RFC 8949 §4.2) by [`cbor`]; every signed or hashed
//! preimage starts with a type tag and the chain id ([`preimage`]), so that bytes signed for one purpose
//! or one chain cannot be replayed for another.

#![forbid(unsafe_code)]

pub mod action;
pub mod algorithm;
pub mod block;
pub mod bundle;
pub mod cbor;
pub mod id;
pub mod merkle;
pub mod object;
pub mod preimage;
pub mod proof;
pub mod psi;
pub mod receipt;
pub mod state_path;
pub mod task;
pub mod tx;
pub mod usage;
pub mod verify;

pub use ledger_crypto::{Digest, PublicKey, Signature, SuiteId};
