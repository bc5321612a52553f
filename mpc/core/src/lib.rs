//! Building blocks of the protocols: the prime-order group Ristretto255 with hashing into it, secret
//! scalars, the oblivious pseudorandom function, and a generator from which all randomness of a party is
//! derived after it committed to the seed. No input or output, no clock; randomness of the operating
//! system only where a seed is made.
//!
//! Every secret type here clears itself when dropped and prints nothing in `Debug`.

#![deny(unsafe_code)]

pub mod aes_hash;
pub mod base_ot;
pub mod cpu;
pub mod exconv;
pub mod gf128;
pub mod group;
pub mod hash_to_group;
mod memory;
pub mod oprf;
pub mod parallel;
pub mod permutation;
pub mod prg;
pub mod scalar;
pub mod silent;
pub mod silent_ot;
pub mod vole;

pub use aes_hash::FixedKeyAes;
pub use cpu::Kernel;
pub use gf128::Gf128;
pub use group::{ENCODED_BYTES, Encoded, PointError, PointErrorAt};
pub use hash_to_group::HashDomain;
pub use permutation::Permutation;
pub use prg::{CommittedSeed, Prg, SeedCommitment, SeedError};
pub use scalar::SecretScalar;
