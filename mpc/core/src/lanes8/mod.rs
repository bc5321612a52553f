//! Eight 64-bit lanes at a time: the vocabulary in which the batch kernels are written.
//!
//! The kernels take AVX-512 with 52-bit multiply–add when the processor has it; elsewhere, and when
//! `SHUZHENG_PORTABLE=1` is set, the portable paths of their callers run instead and give the same bytes.

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx512, Mask, V, hold};

/// Number of lanes.
pub(crate) const LANES: usize = 8;
