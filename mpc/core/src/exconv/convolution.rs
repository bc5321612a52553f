//! Two laps of the convolution, in place, of N vectors at once (the latency of one hides behind the other).

use zeroize::Zeroize;

#[cfg(target_arch = "x86_64")]
use super::x86;
use super::{GAMMA, GAMMA_SUBFIELD, MEMORY, NoiseField};
use crate::aes_hash::FixedKeyAes;
use crate::cpu::Kernel;
use crate::gf128::{Gf128, multiply_portable};
use crate::memory::Pair;

/// Distance of the place that is always taken.
pub(super) const STICKY: usize = MEMORY + 1;
/// Values that are under way at once: the current four and those that they reach.
pub(super) const WINDOW: usize = MEMORY + 4;
/// Places whose coefficients are drawn at a time.
const CHUNK: usize = 1_024;

/// What one chunk leaves to the next.
pub(super) struct State<const N: usize> {
    /// What was added to the next places so far.
    pub(super) pending: [[Gf128; WINDOW]; N],
    /// The last places before the chunk.
    pub(super) before: [[Gf128; WINDOW]; N],
}

/// Two laps over one vector.
pub(super) fn run(kernel: Kernel, coefficients: &FixedKeyAes, field: NoiseField, x: &mut [Gf128]) {
    let mut laps = Laps::<1>::new(kernel, coefficients, field);
    for lap in 0..2 {
        for (i, chunk) in x.chunks_mut(CHUNK).enumerate() {
            laps.chunk(lap, i * CHUNK, [chunk]);
        }
    }
}

/// Two laps over both vectors whose places lie side by side.
pub(super) fn run_pairs(kernel: Kernel, coefficients: &FixedKeyAes, field: NoiseField, x: &mut [Pair]) {
    let mut laps = Laps::<2>::new(kernel, coefficients, field);
    let mut apart = [[Gf128::ZERO; CHUNK]; 2];
    for lap in 0..2 {
        for (i, chunk) in x.chunks_mut(CHUNK).enumerate() {
            let mut apart = apart.each_mut().map(|apart| &mut apart[..chunk.len()]);
            for (j, pair) in chunk.iter().enumerate() {
                (apart[0][j], apart[1][j]) = (pair.0[0], pair.0[1]);
            }
            laps.chunk(lap, i * CHUNK, apart.each_mut().map(|apart| &mut **apart));
            for (j, pair) in chunk.iter_mut().enumerate() {
                *pair = Pair([apart[0][j], apart[1][j]]);
            }
        }
    }
    apart.iter_mut().zeroize();
}

/// What goes from chunk to chunk.
struct Laps<'a, const N: usize> {
    kernel: Kernel,
    coefficients: &'a FixedKeyAes,
    field: NoiseField,
    state: State<N>,
    words: [Gf128; CHUNK / 4],
}

impl<'a, const N: usize> Laps<'a, N> {
    fn new(kernel: Kernel, coefficients: &'a FixedKeyAes, field: NoiseField) -> Self {
        let state = State { pending: [[Gf128::ZERO; WINDOW]; N], before: [[Gf128::ZERO; WINDOW]; N] };
        Self { kernel, coefficients, field, state, words: [Gf128::ZERO; CHUNK / 4] }
    }

    /// One chunk of a lap, which begins at the place `start`; all vectors have the same length.
    fn chunk(&mut self, lap: u64, start: usize, mut chunk: [&mut [Gf128]; N]) {
        let Self { kernel, coefficients, field, state, words } = self;
        let words = &mut words[..chunk[0].len() / 4];
        coefficients.counter((lap << 40) + (start / 4) as u64, words);
        match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Vaes(detected) => x86::convolute(*detected, *field, words, &mut chunk, state),
            _ => {
                for (n, chunk) in chunk.iter_mut().enumerate() {
                    portable(*field, words, chunk, &mut state.pending[n], &state.before[n]);
                }
            }
        }
        for (before, chunk) in state.before.iter_mut().zip(chunk) {
            let kept = chunk.len().min(WINDOW);
            before.copy_within(kept.., 0);
            before[WINDOW - kept..].copy_from_slice(&chunk[chunk.len() - kept..]);
        }
    }
}

/// γ·x, constant time in x.
fn times_gamma(x: Gf128) -> Gf128 {
    let (mut sum, mut shifted) = (Gf128::ZERO, x);
    for bit in 0..32 {
        if GAMMA.0 >> bit & 1 == 1 {
            sum ^= shifted;
        }
        shifted = shifted.double();
    }
    sum
}

fn portable(
    field: NoiseField,
    words: &[Gf128],
    chunk: &mut [Gf128],
    pending: &mut [Gf128; WINDOW],
    before: &[Gf128; WINDOW],
) {
    for j in 0..chunk.len() {
        let sticky = if j < STICKY { before[WINDOW - STICKY + j] } else { chunk[j - STICKY] };
        let fresh = match field {
            NoiseField::Bits => chunk[j] ^ sticky,
            NoiseField::Subfield => multiply_portable(chunk[j] ^ sticky, GAMMA_SUBFIELD),
            NoiseField::Field => times_gamma(chunk[j] ^ sticky),
        };
        let y = fresh ^ pending[0];
        chunk[j] = y;
        pending.copy_within(1.., 0);
        pending[WINDOW - 1] = Gf128::ZERO;
        let word = (words[j / 4].0 >> (32 * (j % 4))) as u32;
        for (d, pending) in pending.iter_mut().enumerate().take(MEMORY) {
            pending.0 ^= y.0 & u128::from(word >> d & 1).wrapping_neg();
        }
    }
}
