//! Expand–convolute code: a compressing linear map G that turns sparse noise into pseudorandom values under the dual LPN
//! assumption (Raghuraman, Rindal and Tanguy, "Expand-Convolute Codes for Pseudorandom Correlation Generators from LPN",
//! CRYPTO 2023).
//!
//! The noise has N = 2K places (rate ½). The code is systematic: with x = (x₁, x₂), both of K places,
//! G·x = x₁ + B·C·x₂.
//!
//! * C convolutes, two laps: y_j = γ·(x_j + y_{j−25}) + Σ_{d=1..24} c_{j−d,d}·y_{j−d} with public random bits c. The second
//!   lap continues with the state at the end of the first, so that every place reaches every other.
//! * B expands: each of the outputs sums 21 places, one at random in each of 21 segments.
//!
//! Which field the noise lives in matters. With bits as noise (oblivious transfer) everything is binary and γ = 1. With
//! noise from GF(2¹²⁸) a binary code would be **broken**: the outputs, read as a K × 128 matrix of bits, then have their
//! columns in the span of as many columns of G as there are noise places, and linear algebra over GF(2) finds these. So
//! γ is an element that lies in no proper subfield, and the code is one over GF(2¹²⁸). With noise from the subfield GF(2⁶⁴)
//! the outputs of the noise have to stay in it, so γ is an element of it, again in no smaller one.
//!
//! The seed of the code is fixed and public ("nothing up my sleeve").

mod convolution;
mod expander;
#[cfg(target_arch = "x86_64")]
mod x86;

use zeroize::Zeroize;

use crate::aes_hash::FixedKeyAes;
use crate::cpu::Kernel;
use crate::gf128::Gf128;
use crate::memory::{filled, pairs};

/// Places that one output sums (`w_B` of the paper).
pub const EXPANDER_WEIGHT: usize = 21;
/// Random places of the convolution's memory (`m` of the paper); one more is always taken.
pub const MEMORY: usize = 24;
/// The code's constant over GF(2¹²⁸): the golden ratio's first 32 bits.
pub const GAMMA: Gf128 = Gf128(0x9e37_79b9);
/// The code's constant over GF(2⁶⁴): the norm γ·γ^(2⁶⁴) of [`GAMMA`].
pub const GAMMA_SUBFIELD: Gf128 = Gf128(0x8e4f_b8e9_1e3e_cb00_62c5_5054_e974_5e9a);
/// Bytes of the table that are read at random in one pass over the outputs: what the caches and their translation
/// buffers bear.
const PASS_BYTES: usize = 9 << 20;
/// N must be a multiple of this.
pub const LENGTH_STEP: usize = 32;
/// The smallest N.
pub const LENGTH_MIN: usize = 8_192;
/// The largest N: positions are drawn by 32 bits.
pub const LENGTH_MAX: usize = 1 << 28;

/// Where the noise values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseField {
    /// GF(2).
    Bits,
    /// GF(2⁶⁴), as a subfield of GF(2¹²⁸).
    Subfield,
    /// GF(2¹²⁸).
    Field,
}

/// A code from N places to at most N/2 outputs.
#[derive(Debug, Clone)]
pub struct ExConv {
    half: usize,
    outputs: usize,
    field: NoiseField,
    kernel: Kernel,
    coefficients: FixedKeyAes,
    positions: FixedKeyAes,
    pass_bytes: usize,
}

impl ExConv {
    /// The code for `noise_len` places that gives `outputs` values. `None` unless `noise_len` is a multiple of
    /// [`LENGTH_STEP`] between [`LENGTH_MIN`] and [`LENGTH_MAX`], and `outputs` at most half of it.
    pub fn new(field: NoiseField, noise_len: usize, outputs: usize) -> Option<Self> {
        Self::with_kernel(Kernel::chosen(), field, noise_len, outputs)
    }

    fn with_kernel(kernel: Kernel, field: NoiseField, noise_len: usize, outputs: usize) -> Option<Self> {
        let fits = noise_len.is_multiple_of(LENGTH_STEP) && (LENGTH_MIN..=LENGTH_MAX).contains(&noise_len);
        (fits && outputs <= noise_len / 2).then(|| Self {
            half: noise_len / 2,
            outputs,
            field,
            kernel,
            coefficients: FixedKeyAes::with_kernel(kernel, *b"shuzheng/exconv1"),
            positions: FixedKeyAes::with_kernel(kernel, *b"shuzheng/exconv2"),
            pass_bytes: PASS_BYTES,
        })
    }

    /// G·x: takes the noise places, gives the outputs, in the same memory. The same for every number of threads.
    ///
    /// # Panics
    /// When `x` has not the length that the code was made for.
    pub fn encode(&self, threads: usize, mut x: Vec<Gf128>) -> Vec<Gf128> {
        assert_eq!(x.len(), 2 * self.half, "the noise has the length that the code was made for");
        let (out, table) = x.split_at_mut(self.half);
        convolution::run(self.kernel, &self.coefficients, self.field, table);
        self.expander().add(threads, table, &mut out[..self.outputs]);
        self.keep_outputs(&mut x);
        x
    }

    /// G·e and G·x for sparse e, given by places and values. Takes less than two calls of [`encode`](Self::encode): the
    /// convolutions run side by side, and what they leave lies side by side, so that the expander finds the places of
    /// both in one line of the cache.
    ///
    /// # Panics
    /// When `x` has not the length that the code was made for, or a place is beyond it.
    pub fn encode_with_sparse(&self, threads: usize, e: &[(usize, Gf128)], mut x: Vec<Gf128>) -> [Vec<Gf128>; 2] {
        assert_eq!(x.len(), 2 * self.half, "the noise has the length that the code was made for");
        let mut table = pairs(&x[self.half..]);
        let mut out = filled(self.outputs, Gf128::ZERO);
        for (place, value) in e {
            match place.checked_sub(self.half) {
                Some(place) => table[place].0[0] ^= *value,
                None if *place < self.outputs => out[*place] ^= *value,
                None => {}
            }
        }
        self.keep_outputs(&mut x);
        convolution::run_pairs(self.kernel, &self.coefficients, self.field, &mut table);
        self.expander().add_pairs(threads, &table, [&mut out, &mut x]);
        table.iter_mut().zeroize();
        [out, x]
    }

    fn expander(&self) -> expander::Expander<'_> {
        expander::Expander { kernel: self.kernel, pass_bytes: self.pass_bytes, positions: &self.positions }
    }

    /// Cuts off what would tell the noise.
    fn keep_outputs(&self, x: &mut Vec<Gf128>) {
        x[self.outputs..].iter_mut().zeroize();
        x.truncate(self.outputs);
        x.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gf128::{embed, project};
    use crate::prg::CommittedSeed;
    use rand_core::RngCore;

    fn random(len: usize, label: &str) -> Vec<Gf128> {
        let mut prg = CommittedSeed::from_bytes(&[6; 64]).prg(label, b"");
        let mut bytes = [0; 16];
        (0..len)
            .map(|_| {
                prg.fill_bytes(&mut bytes);
                Gf128::from_bytes(bytes)
            })
            .collect()
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        for (len, outputs) in [(0, 0), (8_160, 10), (8_200, 10), (LENGTH_MAX + 32, 1), (8_192, 4_097)] {
            assert!(ExConv::new(NoiseField::Bits, len, outputs).is_none());
        }
        assert!(ExConv::new(NoiseField::Field, 8_192, 4_096).is_some());
    }

    #[test]
    fn every_kernel_and_every_number_of_threads_gives_the_same_outputs() {
        for field in [NoiseField::Bits, NoiseField::Subfield, NoiseField::Field] {
            for (len, outputs) in [(LENGTH_MIN, 4_096), (8_256, 4_001), (100_000 / 32 * 32, 49_999)] {
                let x = random(len, "x");
                let noise: Vec<_> = [0, 5, len / 2 - 1, len / 2, len / 2 + 3, len - 1].map(|at| (at, x[at])).to_vec();
                let mut dense = vec![Gf128::ZERO; len];
                noise.iter().for_each(|(at, value)| dense[*at] = *value);
                let want_of_noise =
                    ExConv::with_kernel(Kernel::Portable, field, len, outputs).unwrap().encode(1, dense);
                let want = ExConv::with_kernel(Kernel::Portable, field, len, outputs).unwrap().encode(1, x.clone());
                assert_eq!(want.len(), outputs);
                for kernel in Kernel::available() {
                    let mut code = ExConv::with_kernel(kernel, field, len, outputs).unwrap();
                    for (threads, segments_of_a_pass) in [(1, 1), (2, 3), (3, 7), (7, 21)] {
                        code.pass_bytes = segments_of_a_pass * len / 2 * 16 * 2 / EXPANDER_WEIGHT;
                        assert!(code.encode(threads, x.clone()) == want, "{kernel:?} {threads}");
                        let [first, second] = code.encode_with_sparse(threads, &noise, x.clone());
                        assert!(second == want && first == want_of_noise, "{kernel:?} {threads}");
                    }
                }
            }
        }
    }

    #[test]
    fn it_is_linear_over_its_field_and_over_every_extension_of_it() {
        let len = LENGTH_MIN;
        for field in [NoiseField::Subfield, NoiseField::Field] {
            let code = ExConv::new(field, len, len / 2).unwrap();
            let (x, y) = (random(len, "x"), random(len, "y"));
            let factor = Gf128(0x1234_5678_9abc_def0_0fed_cba9_8765_4321);
            let mixed = x.iter().zip(&y).map(|(x, y)| (factor * *x) ^ *y).collect();
            let (gx, gy, mixed) = (code.encode(1, x), code.encode(1, y), code.encode(2, mixed));
            assert!((0..len / 2).all(|i| mixed[i] == (factor * gx[i]) ^ gy[i]));
        }
    }

    #[test]
    fn noise_from_the_subfield_stays_in_it_and_is_not_confined_to_the_span_of_its_values() {
        let len = LENGTH_MIN;
        let mut x = vec![Gf128::ZERO; len];
        for (i, place) in [3, len / 2 + 7, len / 2 + 900, len - 3].into_iter().enumerate() {
            x[place] = embed(1 << i);
        }
        let out = ExConv::new(NoiseField::Subfield, len, len / 2).unwrap().encode(1, x);
        assert!(out.iter().all(|y| embed(project(*y)) == *y));
        let distinct: std::collections::BTreeSet<_> = out.iter().map(|y| y.0).collect();
        assert_eq!(distinct.len(), len / 2);
    }

    #[test]
    fn every_single_place_reaches_about_half_of_the_outputs() {
        let len = LENGTH_MIN;
        let code = ExConv::new(NoiseField::Bits, len, len / 2).unwrap();
        // The last places too: this is what the second lap is for.
        for place in [len / 2, len / 2 + 1, len * 3 / 4, len - 25, len - 1] {
            let mut x = vec![Gf128::ZERO; len];
            x[place] = Gf128::ONE;
            let weight = code.encode(1, x).iter().filter(|y| **y != Gf128::ZERO).count();
            // 2,048 expected, standard deviation 32.
            assert!((1_850..2_250).contains(&weight), "{place}: {weight}");
        }
    }

    #[test]
    fn the_constant_lies_in_no_proper_subfield() {
        // The largest proper subfield is GF(2^64), the fixed points of x ↦ x^(2^64); it contains all the others.
        let power = |x: Gf128, squarings| (0..squarings).fold(x, |x, _| x * x);
        assert!(power(GAMMA, 64) != GAMMA);
        // The same one step down: in GF(2^64), and not in GF(2^32).
        assert!(GAMMA_SUBFIELD == GAMMA * power(GAMMA, 64));
        assert!(power(GAMMA_SUBFIELD, 64) == GAMMA_SUBFIELD);
        assert!(power(GAMMA_SUBFIELD, 32) != GAMMA_SUBFIELD);
    }

    #[test]
    fn over_the_large_field_the_outputs_are_not_confined_to_the_span_of_the_noise_values() {
        // Three noise values span three dimensions over GF(2); a binary code would keep every output among their eight sums.
        let len = LENGTH_MIN;
        let mut x = vec![Gf128::ZERO; len];
        for (i, place) in [len / 2 + 7, len / 2 + 900, len - 3].into_iter().enumerate() {
            x[place] = Gf128(1 << i);
        }
        let distinct = |field| {
            let out = ExConv::new(field, len, len / 2).unwrap().encode(1, x.clone());
            out.into_iter().map(|y| y.0).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert!(distinct(NoiseField::Bits) <= 8);
        assert_eq!(distinct(NoiseField::Field), len / 2);
    }
}
