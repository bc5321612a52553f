//! Eight elements of GF(2²⁵⁵ − 19) at a time, in radix 2⁵² for the 52-bit multiply–add.
//!
//! Two forms, so that no instruction is spent on a carry that is not needed:
//!
//! * [`Fe`]: five *digits* of 52 bits. Only the low 52 bits of a limb count; what lies above has already been carried
//!   into the next limb and is ignored by the multiplier. The top digit is below 2⁴⁷ + 2¹², so the value is below
//!   2²⁵⁵ + 2²²⁰.
//! * [`Sum`]: five limbs of 64 bits that stand for Σ limb·2⁵²ᵏ, as a product leaves them (each below 2⁵⁶) and as sums and
//!   differences of a few products keep them. [`Sum::carry`] makes digits of it; limbs must be below 2⁶⁰.
//!
//! Differences are kept positive by [`BIAS`], a multiple of p whose limbs are all about 2⁵⁸.
//!
//! No branch and no address depends on a value.

use super::constants::ZERO;
use crate::lanes8::{Avx512, LANES, Mask, V, hold};

/// 2¹¹·p, spread so that every limb is close to 2⁵⁸: limb 4 would be 2⁵⁸ and limb 0 −19·2¹¹; then 2⁵⁸ is borrowed from
/// (64 of) each next limb.
const BIAS: [u64; 5] = [(1 << 58) - (19 << 11), (1 << 58) - 64, (1 << 58) - 64, (1 << 58) - 64, (1 << 58) - 64];
const LOW_52: u64 = (1 << 52) - 1;
const LOW_47: u64 = (1 << 47) - 1;
/// 2²⁶⁰ mod p.
const FOLD: u64 = 32 * 19;

/// Eight field elements as digits.
#[derive(Clone, Copy)]
pub(super) struct Fe(pub(super) [V; 5]);

/// Eight field elements as uncarried limbs.
#[derive(Clone, Copy)]
pub(super) struct Sum(pub(super) [V; 5]);

impl Fe {
    /// The same element in every lane, given by its 52-bit digits.
    #[inline(always)]
    pub(super) fn splat(t: Avx512, digits: [u64; 5]) -> Self {
        Self(digits.map(|digit| V::splat(t, digit)))
    }

    /// `self · other`, plus `BIASES` times the bias.
    #[inline(always)]
    pub(super) fn product<const BIASES: u64>(&self, t: Avx512, other: &Self) -> Sum {
        let (mut a, mut b) = (self.0, other.0);
        hold(&mut a);
        hold(&mut b);
        let zero = V::splat(t, 0);
        let mut z = [zero; 10];
        for (limb, bias) in z.iter_mut().zip(BIAS) {
            *limb = V::splat(t, BIASES * bias);
        }
        for i in 0..5 {
            for j in 0..5 {
                z[i + j] = z[i + j].add_low(a[i], b[j]);
            }
            for j in 0..5 {
                z[i + j + 1] = z[i + j + 1].add_high(a[i], b[j]);
            }
        }
        fold(t, z)
    }

    /// `self²`, plus `BIASES` times the bias.
    #[inline(always)]
    pub(super) fn squared<const BIASES: u64>(&self, t: Avx512) -> Sum {
        let mut a = self.0;
        hold(&mut a);
        let mut z = [V::splat(t, 0); 10];
        // What stands for two equal products is taken once and doubled; so is half of the bias.
        for (limb, bias) in z.iter_mut().zip(BIAS) {
            *limb = V::splat(t, BIASES * (bias / 2));
        }
        for i in 0..4 {
            for j in i + 1..5 {
                z[i + j] = z[i + j].add_low(a[i], a[j]);
            }
            for j in i + 1..5 {
                z[i + j + 1] = z[i + j + 1].add_high(a[i], a[j]);
            }
        }
        for limb in &mut z {
            *limb = limb.add(*limb);
        }
        for i in 0..5 {
            z[2 * i] = z[2 * i].add_low(a[i], a[i]);
            z[2 * i + 1] = z[2 * i + 1].add_high(a[i], a[i]);
        }
        fold(t, z)
    }
}

/// Ten limbs to five: the upper half times 2²⁶⁰ ≡ 608. Limbs of the result are below 2⁵⁶ without bias.
#[inline(always)]
fn fold(t: Avx512, z: [V; 10]) -> Sum {
    let [mut r0, mut r1, mut r2, mut r3, mut r4, h0, h1, h2, h3, h4] = z;
    let h1 = h1.add(h0.shr::<52>());
    let h2 = h2.add(h1.shr::<52>());
    let h3 = h3.add(h2.shr::<52>());
    let h4 = h4.add(h3.shr::<52>());
    let by = V::splat(t, FOLD);
    r0 = r0.add_low(h0, by);
    r1 = r1.add_low(h1, by);
    r2 = r2.add_low(h2, by);
    r3 = r3.add_low(h3, by);
    // The product is below 2⁵¹⁰(1 + 2⁻³⁴), so h4 is below 2⁴²·(1 + 2⁻³⁴) and 608·h4 below 2⁵²: it has no high part.
    r4 = r4.add_low(h4, by);
    r1 = r1.add_high(h0, by);
    r2 = r2.add_high(h1, by);
    r3 = r3.add_high(h2, by);
    r4 = r4.add_high(h3, by);
    let mut limbs = [r0, r1, r2, r3, r4];
    hold(&mut limbs);
    Sum(limbs)
}

impl Sum {
    /// Digits of the same element.
    #[inline(always)]
    pub(super) fn carry(self, t: Avx512) -> Fe {
        let [r0, r1, r2, r3, r4] = self.0;
        let r0 = r0.add_low(r4.shr::<47>(), V::splat(t, 19));
        let r4 = r4.and(V::splat(t, LOW_47));
        let r1 = r1.add(r0.shr::<52>());
        let r2 = r2.add(r1.shr::<52>());
        let r3 = r3.add(r2.shr::<52>());
        let r4 = r4.add(r3.shr::<52>());
        Fe([r0, r1, r2, r3, r4])
    }

    #[inline(always)]
    pub(super) fn plus(self, other: &Self) -> Self {
        let mut out = self.0;
        for (limb, other) in out.iter_mut().zip(other.0) {
            *limb = limb.add(other);
        }
        Self(out)
    }

    /// The difference without a bias: every limb must be at least that of `other`.
    #[inline(always)]
    pub(super) fn less(self, other: &Self) -> Self {
        let mut out = self.0;
        for (limb, other) in out.iter_mut().zip(other.0) {
            *limb = limb.sub(other);
        }
        Self(out)
    }
}

impl Sum {
    /// The difference, kept positive by the bias: limbs of `other` must be below 2⁵⁷.
    #[inline(always)]
    pub(super) fn minus(self, t: Avx512, other: &Self) -> Self {
        self.plus(&Self(BIAS.map(|limb| V::splat(t, limb)))).less(other)
    }
}

/// What is done a few times per point: whole operations on digits, each with its carry.
impl Fe {
    /// The digits alone, as limbs of a sum.
    #[inline(always)]
    pub(super) fn sum(&self, t: Avx512) -> Sum {
        let low = V::splat(t, LOW_52);
        Sum(self.0.map(|limb| limb.and(low)))
    }

    #[inline(always)]
    pub(super) fn mul(&self, t: Avx512, other: &Self) -> Self {
        self.product::<0>(t, other).carry(t)
    }

    #[inline(always)]
    pub(super) fn square(&self, t: Avx512) -> Self {
        self.squared::<0>(t).carry(t)
    }

    #[inline(always)]
    pub(super) fn add(&self, t: Avx512, other: &Self) -> Self {
        self.sum(t).plus(&other.sum(t)).carry(t)
    }

    #[inline(always)]
    pub(super) fn sub(&self, t: Avx512, other: &Self) -> Self {
        self.sum(t).minus(t, &other.sum(t)).carry(t)
    }

    #[inline(always)]
    pub(super) fn neg(&self, t: Avx512) -> Self {
        Self::splat(t, ZERO).sub(t, self)
    }

    /// `other` in the lanes of the mask, `self` elsewhere.
    #[inline(always)]
    pub(super) fn select(&self, mask: Mask, other: &Self) -> Self {
        let mut out = self.0;
        for (limb, other) in out.iter_mut().zip(other.0) {
            *limb = limb.select(mask, other);
        }
        Self(out)
    }

    /// The digits of the representative below p, and nothing above them.
    #[inline(always)]
    pub(super) fn canonical(&self, t: Avx512) -> Self {
        let low = V::splat(t, LOW_52);
        let [d0, d1, d2, d3, d4] = self.sum(t).0;
        // The value v is below 2p: it is at least p exactly when v + 19 reaches 2²⁵⁵; then v − p = v + 19 − 2²⁵⁵.
        let c = d0.add(V::splat(t, 19)).shr::<52>();
        let c = d1.add(c).shr::<52>();
        let c = d2.add(c).shr::<52>();
        let c = d3.add(c).shr::<52>();
        let reaches = d4.add(c).shr::<47>();
        let d0 = d0.add_low(reaches, V::splat(t, 19));
        let d1 = d1.add(d0.shr::<52>());
        let d2 = d2.add(d1.shr::<52>());
        let d3 = d3.add(d2.shr::<52>());
        let d4 = d4.add(d3.shr::<52>());
        Self([d0.and(low), d1.and(low), d2.and(low), d3.and(low), d4.and(V::splat(t, LOW_47))])
    }

    /// The lanes whose element is negative: odd, as RFC 9496 §3.1 defines it.
    #[inline(always)]
    pub(super) fn is_negative(&self, t: Avx512) -> Mask {
        self.canonical(t).0[0].meets(V::splat(t, 1))
    }

    /// The lanes whose element is zero.
    #[inline(always)]
    pub(super) fn is_zero(&self, t: Avx512) -> Mask {
        let [d0, d1, d2, d3, d4] = self.canonical(t).0;
        d0.or(d1).or(d2).or(d3).or(d4).equals(V::splat(t, 0))
    }

    /// The lanes where both are the same element.
    #[inline(always)]
    pub(super) fn equals(&self, t: Avx512, other: &Self) -> Mask {
        self.sub(t, other).is_zero(t)
    }

    /// `−self` in the lanes of the mask, `self` elsewhere.
    #[inline(always)]
    pub(super) fn negate_where(&self, t: Avx512, mask: Mask) -> Self {
        self.select(mask, &self.neg(t))
    }

    /// The one of `self` and `−self` that is not negative.
    #[inline(always)]
    pub(super) fn abs(&self, t: Avx512) -> Self {
        self.negate_where(t, self.is_negative(t))
    }

    /// The integers that the eight strings stand for, little-endian; the highest bit is ignored.
    #[inline(always)]
    pub(super) fn from_bytes(t: Avx512, bytes: &[&[u8; 32]; LANES]) -> Self {
        let mut limbs = [[0u64; LANES]; 5];
        for (lane, bytes) in bytes.iter().enumerate() {
            let mut words = [0u64; 4];
            for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*bytes);
            }
            limbs[0][lane] = words[0] & LOW_52;
            limbs[1][lane] = (words[0] >> 52 | words[1] << 12) & LOW_52;
            limbs[2][lane] = (words[1] >> 40 | words[2] << 24) & LOW_52;
            limbs[3][lane] = (words[2] >> 28 | words[3] << 36) & LOW_52;
            limbs[4][lane] = (words[3] >> 16) & LOW_47;
        }
        Self(limbs.map(|lanes| V::load(t, &lanes)))
    }

    /// The canonical encodings.
    #[inline(always)]
    pub(super) fn to_bytes(self, t: Avx512) -> [[u8; 32]; LANES] {
        let mut limbs = [[0u64; LANES]; 5];
        for (lanes, limb) in limbs.iter_mut().zip(self.canonical(t).0) {
            limb.store(lanes);
        }
        let mut out = [[0u8; 32]; LANES];
        for (lane, out) in out.iter_mut().enumerate() {
            let limb = limbs.map(|lanes| lanes[lane]);
            let words = [
                limb[0] | limb[1] << 52,
                limb[1] >> 12 | limb[2] << 40,
                limb[2] >> 24 | limb[3] << 28,
                limb[3] >> 36 | limb[4] << 16,
            ];
            for (bytes, word) in out.as_chunks_mut::<8>().0.iter_mut().zip(words) {
                *bytes = word.to_le_bytes();
            }
        }
        out
    }
}
