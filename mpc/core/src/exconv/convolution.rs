//! Two laps of the convolution, in place.

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
pub(super) struct State {
    /// What was added to the next places so far.
    pub(super) pending: [Gf128; WINDOW],
    /// The last places before the chunk.
    pub(super) before: [Gf128; WINDOW],
}

pub(super) fn run(kernel: Kernel, coefficients: &FixedKeyAes, field: NoiseField, x: &mut [Gf128]) {
    let mut state = State { pending: [Gf128::ZERO; WINDOW], before: [Gf128::ZERO; WINDOW] };
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

fn portable(field: NoiseField, words: &[Gf128], chunk: &mut [Gf128], state: &mut State) {
    for j in 0..chunk.len() {
        let sticky = if j < STICKY { state.before[WINDOW - STICKY + j] } else { chunk[j - STICKY] };
        let fresh = chunk[j] ^ sticky;
        let y = match field {
            NoiseField::Bits => fresh,
            NoiseField::Field => times_gamma(fresh),
        } ^ state.pending[0];
        state.pending.copy_within(1.., 0);
        state.pending[WINDOW - 1] = Gf128::ZERO;
        let word = (words[j / 4].0 >> (32 * (j % 4))) as u32;
        for d in 0..MEMORY {
            state.pending[d].0 ^= y.0 & u128::from(word >> d & 1).wrapping_neg();
        }
        chunk[j] = y;
    }
}
