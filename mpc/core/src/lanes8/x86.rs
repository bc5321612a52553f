//! AVX-512 registers as a value type.
//!
//! Invariant: an [`Avx512`] exists only if run-time detection found every feature named in
//! [`Avx512::detect`]. A [`V`] or [`Mask`] is only ever made from one, so that its existence proves that the
//! instructions of its methods may be executed. That is what makes these methods safe.
//!
//! Every method is one instruction (or two) whose time does not depend on the values in the lanes. All of them
//! are `inline(always)` so that they become part of the kernel that carries the `target_feature` attribute.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask, _mm512_loadu_si512,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_blend_epi64, _mm512_movm_epi64, _mm512_or_si512,
    _mm512_ror_epi64, _mm512_set1_epi64, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
    _mm512_ternarylogic_epi64, _mm512_test_epi64_mask,
};
use std::sync::OnceLock;

/// Proof that the processor has AVX-512 F, VL, BW, DQ and IFMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The proof, unless the processor lacks a feature or `SHUZHENG_PORTABLE=1` asks for the portable paths.
    /// Decided once per process.
    pub(crate) fn detect() -> Option<Self> {
        static FOUND: OnceLock<bool> = OnceLock::new();
        let found = *FOUND.get_or_init(|| {
            !crate::cpu::portable_is_asked_for()
                && std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512vl")
                && std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx512dq")
                && std::arch::is_x86_feature_detected!("avx512ifma")
        });
        found.then_some(Self(()))
    }
}

/// One bit per lane.
#[derive(Clone, Copy)]
pub(crate) struct Mask(__mmask8);

impl Mask {
    /// Lane `i` is bit `i`.
    #[inline(always)]
    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline(always)]
    pub(crate) fn not(self) -> Self {
        Self(!self.0)
    }

    /// All ones in the lanes of the mask, zeros elsewhere.
    #[inline(always)]
    pub(crate) fn lanes(self) -> V {
        // SAFETY: see the module's invariant.
        V(unsafe { _mm512_movm_epi64(self.0) })
    }
}

/// Makes the compiler finish what it began before it starts what uses these values. Left alone it weaves neighbouring
/// products into each other, runs out of registers and spills; the processor overlaps them without that.
#[inline(always)]
pub(crate) fn hold(values: &mut [V; 5]) {
    // SAFETY: see the module's invariant.
    unsafe { hold_registers(values) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn hold_registers([a, b, c, d, e]: &mut [V; 5]) {
    // SAFETY: no instruction; the registers keep their values.
    unsafe {
        std::arch::asm!(
            "/* {0} {1} {2} {3} {4} */",
            inout(zmm_reg) a.0,
            inout(zmm_reg) b.0,
            inout(zmm_reg) c.0,
            inout(zmm_reg) d.0,
            inout(zmm_reg) e.0,
            options(nomem, nostack, preserves_flags)
        );
    }
}

/// Eight unsigned 64-bit lanes; arithmetic wraps.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct V(__m512i);

impl V {
    /// The same value in every lane.
    #[inline(always)]
    pub(crate) fn splat(_: Avx512, value: u64) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_set1_epi64(value as i64) })
    }

    /// Lane `i` is `lanes[i]`.
    #[inline(always)]
    pub(crate) fn load(_: Avx512, lanes: &[u64; 8]) -> Self {
        // SAFETY: see the module's invariant; 64 bytes are readable behind the reference, and the instruction
        // asks for no alignment.
        Self(unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) })
    }

    /// `out[i]` is lane `i`.
    #[inline(always)]
    pub(crate) fn store(self, out: &mut [u64; 8]) {
        // SAFETY: see the module's invariant; 64 bytes are writable behind the reference, and the instruction
        // asks for no alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    pub(crate) fn add(self, other: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    pub(crate) fn sub(self, other: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_sub_epi64(self.0, other.0) })
    }

    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_or_si512(self.0, other.0) })
    }

    /// The bitwise function of three variables with the truth table `TABLE`: bit `4a + 2b + c` is its value.
    #[inline(always)]
    pub(crate) fn ternary<const TABLE: i32>(self, b: Self, c: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_ternarylogic_epi64::<TABLE>(self.0, b.0, c.0) })
    }

    /// Logical shift to the right by `N < 64`.
    #[inline(always)]
    pub(crate) fn shr<const N: u32>(self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_srli_epi64::<N>(self.0) })
    }

    /// Rotation to the right by `N < 64`.
    #[inline(always)]
    pub(crate) fn ror<const N: i32>(self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_ror_epi64::<N>(self.0) })
    }

    /// `self + (a · b mod 2⁵²)`, of the low 52 bits of `a` and `b`.
    #[inline(always)]
    pub(crate) fn add_low(self, a: Self, b: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_madd52lo_epu64(self.0, a.0, b.0) })
    }

    /// `self + ⌊a · b / 2⁵²⌋`, of the low 52 bits of `a` and `b`.
    #[inline(always)]
    pub(crate) fn add_high(self, a: Self, b: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_madd52hi_epu64(self.0, a.0, b.0) })
    }

    /// The lanes where both are equal.
    #[inline(always)]
    pub(crate) fn equals(self, other: Self) -> Mask {
        // SAFETY: see the module's invariant.
        Mask(unsafe { _mm512_cmpeq_epi64_mask(self.0, other.0) })
    }

    /// The lanes where both have a one at the same place.
    #[inline(always)]
    pub(crate) fn meets(self, other: Self) -> Mask {
        // SAFETY: see the module's invariant.
        Mask(unsafe { _mm512_test_epi64_mask(self.0, other.0) })
    }

    /// `other` in the lanes of the mask, `self` elsewhere.
    #[inline(always)]
    pub(crate) fn select(self, mask: Mask, other: Self) -> Self {
        // SAFETY: see the module's invariant.
        Self(unsafe { _mm512_mask_blend_epi64(mask.0, self.0, other.0) })
    }
}
