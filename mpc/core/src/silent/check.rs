//! The receiver makes sure that the sender's corrections give the correlation at every place.
//!
//! As in Weng, Yang, Katz and Wang, "Wolverine", S&P 2021, single-point sVOLE (after Yang et al., "Ferret", CCS 2020, and Boyle et
//! al., CCS 2019), for all trees at once: with random weights χ_j over all N places,
//!
//! * receiver: sends a seed of the weights and x* = Σ_b χ_{α_b}·β_b + x, where x is a VOLE value of which the sender holds
//!   K_x and the receiver M_x = K_x + x·Δ; keeps Z = Σ χ_j·w_j + M_x;
//! * sender: Y = Σ χ_j·v_j + K_x + x*·Δ, sends a digest of Y; the receiver compares it with that of Z.
//!
//! Z = Y when w = v + e·Δ. If the sender deviates so that w is wrong for the receiver's α, Z ≠ Y but for a chance of
//! 2⁻¹²⁷ (below), so a sender that goes through has guessed something about α (a tree's path bit, say) and fails with the
//! probability of a wrong guess: the selective failure that the functionality of the papers grants. The sender sees
//! nothing of the receiver but whether it goes on. A receiver that sends a wrong x* sees the digest of a Y that it could
//! only know with Δ.
//!
//! The weight of place j is ψ_{⌊j/W⌋}·χ_{j mod W}: a non-zero error vanishes for at most 2·2⁻¹²⁸ of the weights (degree 2).

use sha2::{Digest, Sha256};

use super::{Layout, Noise};
use crate::aes_hash::FixedKeyAes;
use crate::gf128::{Gf128, inner_product};
use crate::parallel::map_blocks;

/// Places that share a ψ, unless trees are smaller: their χ stay in the second-level cache.
const WINDOW: usize = 4_096;

pub(super) struct Weights {
    window: usize,
    within: Vec<Gf128>,
    across: Vec<Gf128>,
}

impl Weights {
    pub(super) fn new<F: Noise>(layout: &Layout<F>, seed: [u8; 16]) -> Self {
        let window = WINDOW.min(layout.block_step());
        let aes = FixedKeyAes::new(seed);
        let (mut within, mut across) = (vec![Gf128::ZERO; window], vec![Gf128::ZERO; layout.places() / window]);
        aes.counter(0, &mut within);
        aes.counter(1 << 40, &mut across);
        Self { window, within, across }
    }

    pub(super) fn of(&self, place: usize) -> Gf128 {
        self.across[place / self.window] * self.within[place % self.window]
    }

    /// Σ weight_j·x_j.
    pub(super) fn sum(&self, threads: usize, x: &[Gf128]) -> Gf128 {
        let windows: Vec<&[Gf128]> = x.chunks(self.window).collect();
        let parts: Result<Vec<Gf128>, std::convert::Infallible> = map_blocks(threads, 64, &windows, |first, block| {
            let sum = |i: usize, window: &[Gf128]| self.across[first + i] * inner_product(&self.within, window);
            Ok(block.iter().enumerate().map(|(i, window)| sum(i, window)).collect())
        });
        match parts {
            Ok(parts) => parts.into_iter().fold(Gf128::ZERO, |sum, part| sum ^ part),
            Err(never) => match never {},
        }
    }
}

pub(super) fn digest(context: &[u8; 32], value: Gf128) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"shuzheng/silent/check/1")
        .chain_update(context)
        .chain_update(value.to_bytes())
        .finalize()
        .into()
}
