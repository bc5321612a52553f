//! Which vector kernels this process uses, chosen once (docs/adr/0013-vector-kernels.md).

use std::sync::OnceLock;

/// Environment variable that forces the portable kernels when it is set to anything but `0` or nothing.
pub const PORTABLE_VARIABLE: &str = "SHUZHENG_PORTABLE";

/// Whether the environment asks for the portable kernels.
pub(crate) fn portable_is_asked_for() -> bool {
    std::env::var_os(PORTABLE_VARIABLE).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Proof that AES-NI, PCLMULQDQ, SSSE3 and SSE4.1 were detected: only this module makes one.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AesNi(());

/// Proof that, besides [`AesNi`], VAES, VPCLMULQDQ and AVX-512 (F, BW, DQ, VL) were detected.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vaes(());

/// The kernels for AES and carry-less products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Plain Rust; the only one on other processors than x86-64.
    Portable,
    /// AES-NI and PCLMULQDQ, 128 bits at a time.
    #[cfg(target_arch = "x86_64")]
    AesNi(AesNi),
    /// VAES and VPCLMULQDQ on AVX-512, 512 bits at a time.
    #[cfg(target_arch = "x86_64")]
    Vaes(Vaes),
}

impl Kernel {
    /// The best kernel of this processor, or the portable one if the environment asks for it. The same answer for the
    /// life of the process.
    #[inline]
    pub fn chosen() -> Self {
        static CHOSEN: OnceLock<Kernel> = OnceLock::new();
        *CHOSEN.get_or_init(|| {
            if portable_is_asked_for() { Self::Portable } else { *Self::available().last().unwrap_or(&Self::Portable) }
        })
    }

    /// Every kernel that this processor can run, the portable one first and the best one last.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut, reason = "nothing to add on other processors")]
        let mut kernels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            let narrow = has!("aes") && has!("pclmulqdq") && has!("ssse3") && has!("sse4.1");
            if narrow {
                kernels.push(Self::AesNi(AesNi(())));
            }
            let wide = has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl");
            if narrow && wide && has!("vaes") && has!("vpclmulqdq") {
                kernels.push(Self::Vaes(Vaes(())));
            }
        }
        kernels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_kernel_is_one_that_the_processor_can_run_and_the_portable_one_always_is() {
        let available = Kernel::available();
        assert_eq!(available[0], Kernel::Portable);
        assert!(available.contains(&Kernel::chosen()));
    }
}
