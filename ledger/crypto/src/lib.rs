//! Crypto suites of the ledger: signature, hash and cipher, fixed for a chain at genesis.
//!
//! | suite | signature | hash | cipher |
//! |---|---|---|---|
//! | [`SuiteId::Gm`] (default) | SM2 with SM3, GM/T 0003, user id of GM/T 0009 | SM3, GM/T 0004 | SM4-GCM, GM/T 0002, RFC 8998 |
//! | [`SuiteId::Intl`] | Ed25519, RFC 8032 | SHA-256 | AES-256-GCM |
//!
//! Verification works on public data and may take variable time; signing does not branch on secrets.
//! Secret keys have a type that neither prints nor serialises and are wiped when dropped; the only way
//! to disk is [`keyfile`].

#![forbid(unsafe_code)]

pub mod aead;
mod digest;
mod fixed;
mod key;
pub mod keyfile;
mod signature;
mod sm2;
mod suite;
mod verifier;

pub use digest::{Digest, HexError};
pub use key::{KeyError, PublicKey, SigningKey};
pub use signature::{Signature, SignatureError, verify};
pub use suite::{Hasher, SuiteId};
pub use verifier::{Verifier, VerifierStats};
