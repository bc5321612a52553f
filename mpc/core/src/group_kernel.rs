//! Which implementation of the batch operations runs.

#[cfg(target_arch = "x86_64")]
use crate::lanes8::Avx512;

/// An implementation of the batch operations. All give the same bytes.
#[derive(Clone, Copy)]
pub struct GroupKernel {
    #[cfg(target_arch = "x86_64")]
    vector: Option<Avx512>,
}

impl GroupKernel {
    /// The fastest one of this machine: eight lanes of AVX-512 with 52-bit multiply–add if the processor has them, else
    /// the portable one, which also runs when `SHUZHENG_PORTABLE=1` is set. Decided once per process.
    pub fn best() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            vector: Avx512::detect(),
        }
    }

    /// The one for every machine: curve25519-dalek and the sha2 crate.
    pub fn portable() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            vector: None,
        }
    }

    /// Whether it is the one for every machine.
    pub fn is_portable(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        if self.vector.is_some() {
            return false;
        }
        true
    }

    /// Its name, for reports.
    pub fn name(self) -> &'static str {
        if self.is_portable() { "portable" } else { "avx512-ifma" }
    }

    #[cfg(target_arch = "x86_64")]
    pub(crate) fn vector(self) -> Option<Avx512> {
        self.vector
    }
}
