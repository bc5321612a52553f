//! Two laps of the convolution, in place, of N vectors at once (the latency of one hides behind the other).

#[cfg(target_arch = "x86_64")]
use super::x86;
use super::{GAMMA, MEMORY, NoiseField};
use crate::aes_hash::FixedKeyAes;
use crate::cpu::Kernel;
use crate::gf128::Gf128;

/// Distance of the place that is always taken.
pub(super) const STICKY: usize = MEMORY + 1;
/// Values that are under way at once: the current four and those that they reach.
pub(super) const WINDOW: usize = MEMORY + 4;
/// Places whose coefficients are drawn at a time.
const CHUNK: usize = 1_024;

/// What one chunk leaves to the next.
pub(super) struct State<const N: usize> {
    /// What was added to the next places so far.
    pub(super) pending: [[Gf128; N]; WINDOW],
    /// The last places before the chunk.
    pub(super) before: [[Gf128; N]; WINDOW],
}

pub(super) fn run<const N: usize>(kernel: Kernel, coefficients: &FixedKeyAes, field: NoiseField, x: &mut [[Gf128; N]]) {
    let mut state = State { pending: [[Gf128::ZERO; N]; WINDOW], before: [[Gf128::ZERO; N]; WINDOW] };
    let mut words = [Gf128::ZERO; CHUNK / 4];
    for lap in 0..2u64 {
        for (i, chunk) in x.chunks_mut(CHUNK).enumerate() {
            let words = &mut words[..chunk.len() / 4];
            coefficients.counter((lap << 40) + (i * CHUNK / 4) as u64, words);
            match kernel {
                #[cfg(target_arch = "x86_64")]
                Kernel::Vaes(detected) => x86::convolute(detected, field, words, chunk, &mut state),
                _ => portable(field, words, chunk, &mut state),
            }
            let kept = chunk.len().min(WINDOW);
            state.before.copy_within(kept.., 0);
            state.before[WINDOW - kept..].copy_from_slice(&chunk[chunk.len() - kept..]);
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

fn portable<const N: usize>(field: NoiseField, words: &[Gf128], chunk: &mut [[Gf128; N]], state: &mut State<N>) {
    for j in 0..chunk.len() {
        let sticky = if j < STICKY { state.before[WINDOW - STICKY + j] } else { chunk[j - STICKY] };
        let word = (words[j / 4].0 >> (32 * (j % 4))) as u32;
        for ((x, sticky), pending) in chunk[j].iter_mut().zip(sticky).zip(state.pending[0]) {
            let fresh = match field {
                NoiseField::Bits => *x ^ sticky,
                NoiseField::Field => times_gamma(*x ^ sticky),
            };
            *x = fresh ^ pending;
        }
        state.pending.copy_within(1.., 0);
        state.pending[WINDOW - 1] = [Gf128::ZERO; N];
        for d in 0..MEMORY {
            for (pending, y) in state.pending[d].iter_mut().zip(chunk[j]) {
                pending.0 ^= y.0 & u128::from(word >> d & 1).wrapping_neg();
            }
        }
    }
}
