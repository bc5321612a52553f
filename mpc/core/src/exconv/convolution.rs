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
    pub(super) pending: [[Gf128; WINDOW]; N],
    /// The last places before the chunk.
    pub(super) before: [[Gf128; WINDOW]; N],
}

/// All of `x` have the same length.
pub(super) fn run<const N: usize>(
    kernel: Kernel,
    coefficients: &FixedKeyAes,
    field: NoiseField,
    mut x: [&mut [Gf128]; N],
) {
    let mut state = State { pending: [[Gf128::ZERO; WINDOW]; N], before: [[Gf128::ZERO; WINDOW]; N] };
    let mut words = [Gf128::ZERO; CHUNK / 4];
    let len = x.iter().map(|x| x.len()).min().unwrap_or(0);
    for lap in 0..2u64 {
        for start in (0..len).step_by(CHUNK) {
            let mut chunk = x.each_mut().map(|x| &mut x[start..len.min(start + CHUNK)]);
            let words = &mut words[..CHUNK.min(len - start) / 4];
            coefficients.counter((lap << 40) + (start / 4) as u64, words);
            match kernel {
                #[cfg(target_arch = "x86_64")]
                Kernel::Vaes(detected) => x86::convolute(detected, field, words, &mut chunk, &mut state),
                _ => {
                    for (n, chunk) in chunk.iter_mut().enumerate() {
                        portable(field, words, chunk, &mut state.pending[n], &state.before[n]);
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
