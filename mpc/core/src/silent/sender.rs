//! The party with Δ.

use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, Zeroizing};

use super::check::{self, Weights};
use super::pprf::SenderTree;
use super::soft_spoken::{self, BITS};
use super::{Challenge, Corrections, Layout, Noise, Opening, Proof, SecretBlocks, Setup, SilentError, random_block};
use crate::aes_hash::FixedKeyAes;
use crate::base_ot;
use crate::exconv::NoiseField;
use crate::gf128::Gf128;
use crate::memory::filled;
use crate::parallel::for_each_pair;

/// Waits for the receiver's setup.
pub struct Sender<F> {
    layout: Layout<F>,
    context: [u8; 32],
    delta: Delta,
    transfers: base_ot::Receiver,
}

/// Δ, cleared when dropped.
pub(super) struct Delta(pub(super) Gf128);

impl Drop for Delta {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<F: Noise> Sender<F> {
    /// The sizes of this run.
    pub fn layout(&self) -> &Layout<F> {
        &self.layout
    }

    /// Draws Δ and opens the base transfers. `session` must be new for every run and the same on both sides.
    pub fn start<R: RngCore + CryptoRng>(
        layout: Layout<F>,
        session: [u8; 32],
        rng: &mut R,
        threads: usize,
    ) -> (Self, Opening) {
        let mut delta = Delta(random_block(rng));
        if F::FIELD == NoiseField::Bits {
            delta.0.0 |= 1;
        }
        // The receiver's trees give every seed but the one at Δ: at each level the sum of the other side.
        let choices = Zeroizing::new((0..BITS).map(|c| (delta.0.0 >> c & 1) as u8 ^ 1).collect::<Vec<_>>());
        let (transfers, sent) = base_ot::Receiver::start(session, &choices, rng, threads);
        let opening = Opening(sent);
        let context = layout.context(&session, &opening);
        (Self { layout, context, delta, transfers }, opening)
    }

    /// Takes the base correlation, grows the trees.
    ///
    /// # Errors
    /// When the setup has another layout, an element that is not acceptable, or a proof that does not hold.
    pub fn expand<R: RngCore + CryptoRng>(
        self,
        setup: &Setup,
        rng: &mut R,
        threads: usize,
    ) -> Result<(SenderExpanded<F>, Corrections), SilentError> {
        let Self { layout, context, delta, transfers } = self;
        setup.fits(&layout)?;
        let keys = transfers.finish(&setup.answer, threads)?;
        let aes = layout.aes(&context);
        let columns = soft_spoken::hold(&context, &aes, layout.rows(), delta.0, &keys, &setup.making, threads)?;

        let (trees, levels) = (layout.trees(), layout.levels());
        let mut path_keys: SecretBlocks = Zeroizing::new(Vec::with_capacity(levels.next_multiple_of(BITS)));
        for row in 0..levels.div_ceil(BITS) {
            path_keys.extend_from_slice(columns.transfers(layout.path_row() + row).as_slice());
        }
        let has_values = F::FIELD != NoiseField::Bits;
        let value_key = |tree| if has_values { columns.value_of(tree, F::value) } else { Gf128::ZERO };
        let value_keys: SecretBlocks = Zeroizing::new((0..trees).map(value_key).collect());
        let mask_key = if layout.malicious() { columns.value(layout.mask_row()) } else { Gf128::ZERO };
        let seeds: SecretBlocks = Zeroizing::new((0..trees).map(|_| random_block(rng)).collect());

        let mut leaves = Zeroizing::new(filled(layout.places(), Gf128::ZERO));
        let mut send = vec![Gf128::ZERO; layout.correction_blocks()];
        let (mut leaves_left, mut send_left) = (leaves.as_mut_slice(), send.as_mut_slice());
        for stand in layout.stands() {
            let (block, sends) = (1 << stand.depth, layout.blocks_of_tree(stand.depth));
            let (own_leaves, own_send);
            (own_leaves, leaves_left) = leaves_left.split_at_mut(stand.trees * block);
            (own_send, send_left) = send_left.split_at_mut(stand.trees * sends);
            for_each_pair(threads, own_leaves, block, own_send, sends, |i, leaves, send| {
                let index = stand.first + i;
                let keys = &path_keys[layout.first_level(index)..][..stand.depth];
                let tree = SenderTree { index, delta: delta.0, seed: seeds[index], keys, value_key: value_keys[index] };
                tree.expand(F::FIELD, &aes, leaves, send);
            });
        }
        Ok((SenderExpanded { layout, context, delta, leaves, mask_key: Delta(mask_key) }, Corrections(send)))
    }
}

/// Has grown its trees. With malicious security it must answer the check, otherwise there is none.
pub struct SenderExpanded<F> {
    layout: Layout<F>,
    context: [u8; 32],
    pub(super) delta: Delta,
    leaves: SecretBlocks,
    mask_key: Delta,
}

impl<F: Noise> SenderExpanded<F> {
    /// The sizes of this run.
    pub fn layout(&self) -> &Layout<F> {
        &self.layout
    }

    /// Answers the consistency check.
    ///
    /// # Errors
    /// Without malicious security there is no check.
    pub fn answer(self, challenge: &Challenge, threads: usize) -> Result<(SenderChecked<F>, Proof), SilentError> {
        if !self.layout.malicious() {
            return Err(SilentError::Check);
        }
        let weights = Weights::new(&self.layout, challenge.seed);
        let sum = weights.sum(threads, &self.leaves) ^ self.mask_key.0 ^ (challenge.sum * self.delta.0);
        let proof = Proof(check::digest(&self.context, sum));
        Ok((
            SenderChecked { layout: self.layout, context: self.context, delta: self.delta, leaves: self.leaves },
            proof,
        ))
    }

    /// Goes on without check.
    ///
    /// # Errors
    /// With malicious security there is one.
    pub fn without_check(self) -> Result<SenderChecked<F>, SilentError> {
        if self.layout.malicious() {
            return Err(SilentError::Check);
        }
        Ok(SenderChecked { layout: self.layout, context: self.context, delta: self.delta, leaves: self.leaves })
    }
}

/// Ready to compress.
pub struct SenderChecked<F> {
    layout: Layout<F>,
    context: [u8; 32],
    delta: Delta,
    leaves: SecretBlocks,
}

impl<F: Noise> SenderChecked<F> {
    /// The permutation for hashing outputs.
    pub(crate) fn output_hash(&self) -> FixedKeyAes {
        self.layout.output_hash(&self.context)
    }

    /// Δ and B.
    pub(crate) fn compress(mut self, threads: usize) -> (Gf128, SecretBlocks) {
        let leaves = std::mem::take(&mut *self.leaves);
        (self.delta.0, Zeroizing::new(self.layout.code().encode(threads, leaves)))
    }
}
