//! Puncturable pseudorandom functions as trees: the sender knows all leaves v, the receiver all but one, and at that place
//! α what makes w_α = v_α + β·Δ.
//!
//! Guo, Yang, Wang, Zhang, Xie, Liu and Zhao, "Half-Tree: Halving the Cost of Tree Expansion in COT and DPF", EUROCRYPT
//! 2023. Inner levels are correlated (cGGM): children H(p) and p ⊕ H(p), so that every level sums to Δ; one block
//! per level is sent, and no hash is spent on masking it, because correlated transfers with the same Δ fit:
//!
//! * sender: c_l = K_l ⊕ Σ left nodes; receiver, with r_l = ¬α_l: M_l ⊕ c_l = Σ of the nodes on side r_l;
//! * noise bits (single-point COT): the leaves sum to Δ too, so w_α = Σ_{i≠α} w_i;
//! * noise values (pcGGM, single-point sVOLE): the last level is H(p), H(p ⊕ 1), which frees the leaves of their
//!   relation to Δ; both sums are sent, masked by hashes of the transfer, and ψ = K_β ⊕ Σ v gives
//!   w_α = ψ ⊕ M_β ⊕ Σ_{i≠α} w_i with the VOLE value M_β = K_β + β·Δ.
//!
//! Children lie half a level apart, so that a level is two runs over memory: bit l of α is decided at level l.
//!
//! The receiver puts one node per level right at an address that depends on α. A process on the same core that watches
//! the cache could learn noise positions; as in published implementations, this is not defended against.

use crate::aes_hash::FixedKeyAes;
use crate::exconv::NoiseField;
use crate::gf128::Gf128;

/// Masks of the last level: H(K, 2·tree + side).
fn last_masks(aes: &FixedKeyAes, tree: usize, key: Gf128, other: Gf128) -> [Gf128; 2] {
    let mut masks = [key, other];
    aes.tccr(2 * tree as u64, &mut masks);
    masks
}

/// What the sender has for one tree.
pub(super) struct SenderTree<'a> {
    pub(super) index: usize,
    pub(super) delta: Gf128,
    pub(super) seed: Gf128,
    /// K_l of each level.
    pub(super) keys: &'a [Gf128],
    /// K_β; of no use for noise bits.
    pub(super) value_key: Gf128,
}

impl SenderTree<'_> {
    /// Fills the leaves and the blocks to send.
    pub(super) fn expand(&self, field: NoiseField, aes: &FixedKeyAes, leaves: &mut [Gf128], send: &mut [Gf128]) {
        let depth = self.keys.len();
        leaves[0] = self.seed;
        leaves[1] = self.seed ^ self.delta;
        send[0] = self.keys[0] ^ self.seed;
        let correlated = match field {
            NoiseField::Bits => depth,
            NoiseField::Subfield | NoiseField::Field => depth - 1,
        };
        for l in 1..correlated {
            send[l] = self.keys[l] ^ aes.double_correlated(&mut leaves[..2 << l]);
        }
        match field {
            NoiseField::Bits => leaves.iter_mut().for_each(|leaf| leaf.0 &= !1),
            NoiseField::Subfield | NoiseField::Field => {
                let last = depth - 1;
                let sums = aes.double_independent(leaves);
                let masks = last_masks(aes, self.index, self.keys[last], self.keys[last] ^ self.delta);
                send[last] = sums[0] ^ masks[0];
                send[last + 1] = sums[1] ^ masks[1];
                send[last + 2] = self.value_key ^ sums[0] ^ sums[1];
            }
        }
    }
}

/// What the receiver has for one tree.
pub(super) struct ReceiverTree<'a> {
    pub(super) index: usize,
    /// The place, 2^depth at most.
    pub(super) alpha: usize,
    /// M_l of each level.
    pub(super) keys: &'a [Gf128],
    /// M_β; of no use for noise bits.
    pub(super) value_key: Gf128,
}

impl ReceiverTree<'_> {
    /// Fills the leaves from the blocks that the sender sent.
    pub(super) fn expand(&self, field: NoiseField, aes: &FixedKeyAes, leaves: &mut [Gf128], sent: &[Gf128]) {
        let depth = self.keys.len();
        // The path to α holds wrong nodes throughout; `total` is over all nodes of the level, wrong ones included.
        let side = |l: usize| (self.alpha >> l & 1) ^ 1;
        let beside = |l: usize| (self.alpha & ((1 << l) - 1)) | side(l) << l;
        leaves[..2].fill(Gf128::ZERO);
        let mut total = self.keys[0] ^ sent[0];
        leaves[beside(0)] = total;
        let correlated = match field {
            NoiseField::Bits => depth,
            NoiseField::Subfield | NoiseField::Field => depth - 1,
        };
        for l in 1..correlated {
            let left = aes.double_correlated(&mut leaves[..2 << l]);
            // Both children sum to the parent.
            let sums = [left, left ^ total];
            let fix = self.keys[l] ^ sent[l] ^ sums[side(l)];
            leaves[beside(l)] ^= fix;
            total ^= fix;
        }
        match field {
            NoiseField::Bits => {
                leaves[self.alpha] ^= total;
                leaves.iter_mut().for_each(|leaf| leaf.0 &= !1);
                leaves[self.alpha].0 |= 1;
            }
            NoiseField::Subfield | NoiseField::Field => {
                let last = depth - 1;
                let sums = aes.double_independent(leaves);
                let mask = last_masks(aes, self.index, self.keys[last], self.keys[last])[side(last)];
                let fix = sent[last + side(last)] ^ mask ^ sums[side(last)];
                leaves[beside(last)] ^= fix;
                leaves[self.alpha] ^= sent[last + 2] ^ self.value_key ^ sums[0] ^ sums[1] ^ fix;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prg::CommittedSeed;
    use crate::silent::random_block;

    #[test]
    fn the_leaves_agree_everywhere_but_at_the_noise_place() {
        let mut rng = CommittedSeed::from_bytes(&[1; 64]).prg("pprf", b"");
        let aes = FixedKeyAes::new([1; 16]);
        for field in [NoiseField::Bits, NoiseField::Subfield, NoiseField::Field] {
            for depth in [2usize, 5, 9] {
                for alpha in [0, 1, (1 << depth) - 1, 2 << (depth - 2)] {
                    let mut delta = random_block(&mut rng);
                    delta.0 |= 1;
                    let keys: Vec<_> = (0..depth).map(|_| random_block(&mut rng)).collect();
                    let (beta, value_key) = (random_block(&mut rng), random_block(&mut rng));
                    let sender = SenderTree { index: 3, delta, seed: random_block(&mut rng), keys: &keys, value_key };
                    let (mut v, mut sent) = (vec![Gf128::ZERO; 1 << depth], vec![Gf128::ZERO; depth + 2]);
                    sender.expand(field, &aes, &mut v, &mut sent);

                    let keys: Vec<_> = keys
                        .iter()
                        .enumerate()
                        .map(|(l, k)| if alpha >> l & 1 == 0 { *k ^ delta } else { *k })
                        .collect();
                    let receiver = ReceiverTree { index: 3, alpha, keys: &keys, value_key: value_key ^ (beta * delta) };
                    let mut w = vec![Gf128::ZERO; 1 << depth];
                    receiver.expand(field, &aes, &mut w, &sent);
                    for (i, (v, w)) in v.iter().zip(&w).enumerate() {
                        let noise = match field {
                            _ if i != alpha => Gf128::ZERO,
                            NoiseField::Bits => delta,
                            NoiseField::Subfield | NoiseField::Field => beta * delta,
                        };
                        assert!(*w == *v ^ noise, "{field:?} {depth} {alpha} {i}");
                    }
                }
            }
        }
    }
}
