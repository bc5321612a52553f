//! Building blocks of the protocols: the prime-order group Ristretto255 with hashing into it, secret
//! scalars, the oblivious pseudorandom function, and a generator from which all randomness of a party is
//! derived after it committed to the seed. No input or output, no clock; randomness of the operating
//! system only where a seed is made.
//!
//! Every secret type here clears itself when dropped and prints nothing in `Debug`.

#![deny(unsafe_code)]

pub mod aes_hash;
pub mod base_ot;
pub mod batch;
pub mod cpu;
pub mod cuckoo;
pub mod exconv;
pub mod fuse;
pub mod gf128;
pub mod gmw;
pub mod group;
pub mod group_kernel;
pub mod hash_to_group;
mod lanes8;
pub mod memory;
pub mod multiplex;
pub mod okvs;
pub mod oprf;
pub mod parallel;
pub mod permutation;
pub mod prg;
#[cfg(target_arch = "x86_64")]
mod ristretto8;
pub mod scalar;
#[cfg(target_arch = "x86_64")]
mod sha512x8;
pub mod silent;
pub mod silent_ot;
pub mod sm3x16;
pub mod vole;
pub mod voprf;

pub use aes_hash::FixedKeyAes;
pub use batch::Batch;
pub use cpu::Kernel;
pub use gf128::Gf128;
pub use group::{ENCODED_BYTES, Encoded, PointError, PointErrorAt};
pub use group_kernel::GroupKernel;
pub use hash_to_group::HashDomain;
pub use permutation::Permutation;
pub use prg::{CommittedSeed, Prg, SeedCommitment, SeedError};
pub use scalar::SecretScalar;
