//! The party with the values A.

use rand_core::{CryptoRng, RngCore};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::check::{self, Weights};
use super::pprf::ReceiverTree;
use super::sender::Delta;
use super::soft_spoken::{self, BITS, Columns};
use super::{Challenge, Corrections, Layout, Noise, Opening, Proof, SecretBlocks, Setup, SilentError};
use crate::aes_hash::FixedKeyAes;
use crate::base_ot;
use crate::exconv::NoiseField;
use crate::gf128::Gf128;
use crate::memory::filled;
use crate::parallel::for_each_pair;

/// Waits for the sender's opening.
pub struct Receiver<F> {
    layout: Layout<F>,
    session: [u8; 32],
}

impl<F: Noise> Receiver<F> {
    /// `session` must be new for every run and the same on both sides.
    pub fn start(layout: Layout<F>, session: [u8; 32]) -> Self {
        Self { layout, session }
    }

    /// Answers the base transfers, makes the base correlation.
    ///
    /// # Errors
    /// When an element of the opening is not acceptable.
    pub fn setup<R: RngCore + CryptoRng>(
        self,
        opening: &Opening,
        rng: &mut R,
        threads: usize,
    ) -> Result<(ReceiverSetUp<F>, Setup), SilentError> {
        let Self { layout, session } = self;
        let (answer, keys) = base_ot::send(session, BITS, &opening.0, rng, threads)?;
        let context = layout.context(&session, opening);
        let aes = layout.aes(&context);
        let (u, columns, making) =
            soft_spoken::make(layout.security(), &context, &aes, layout.rows(), &keys, rng, threads);
        Ok((ReceiverSetUp { layout, context, aes, u, columns }, Setup { answer, making }))
    }
}

/// Waits for the sender's corrections.
pub struct ReceiverSetUp<F> {
    layout: Layout<F>,
    context: [u8; 32],
    aes: FixedKeyAes,
    u: SecretBlocks,
    columns: Columns,
}

impl<F: Noise> ReceiverSetUp<F> {
    /// The sizes of this run.
    pub fn layout(&self) -> &Layout<F> {
        &self.layout
    }

    /// Grows the trees. Nothing that is computed here may be used before the check, if there is one.
    ///
    /// # Errors
    /// When the corrections have another layout.
    pub fn expand(self, corrections: &Corrections, threads: usize) -> Result<ReceiverExpanded<F>, SilentError> {
        let Self { layout, context, aes, u, columns } = self;
        corrections.fits(&layout)?;
        let (trees, levels) = (layout.trees(), layout.levels());
        let mut path_keys: SecretBlocks = Zeroizing::new(Vec::with_capacity(levels.next_multiple_of(BITS)));
        for row in 0..levels.div_ceil(BITS) {
            path_keys.extend_from_slice(columns.transfers(layout.path_row() + row).as_slice());
        }
        let choice = |bit: usize| (u[layout.path_row() + bit / BITS].0 >> (bit % BITS) & 1) as usize;
        // α_l = ¬r_l
        let alpha =
            |tree: usize| (0..layout.depth(tree)).map(|l| (choice(layout.first_level(tree) + l) ^ 1) << l).sum();
        let has_values = F::FIELD != NoiseField::Bits;
        let noise = (0..trees).map(|tree| (alpha(tree), if has_values { F::value(u[tree]) } else { Gf128::ONE }));
        let noise: Zeroizing<Vec<(usize, Gf128)>> = Zeroizing::new(noise.collect());
        let value_key = |tree| if has_values { columns.value_of(tree, F::value) } else { Gf128::ZERO };
        let value_keys: SecretBlocks = Zeroizing::new((0..trees).map(value_key).collect());
        let mask = layout.malicious().then(|| {
            let row = layout.mask_row();
            (Delta(u[row]), Delta(columns.value(row)))
        });

        let mut leaves = Zeroizing::new(filled(layout.places(), Gf128::ZERO));
        // Each part reads its own blocks of the message.
        let mut sent = corrections.0.clone();
        let (mut leaves_left, mut sent_left) = (leaves.as_mut_slice(), sent.as_mut_slice());
        for stand in layout.stands() {
            let (block, sends) = (1 << stand.depth, layout.blocks_of_tree(stand.depth));
            let (own_leaves, own_sent);
            (own_leaves, leaves_left) = leaves_left.split_at_mut(stand.trees * block);
            (own_sent, sent_left) = sent_left.split_at_mut(stand.trees * sends);
            for_each_pair(threads, own_leaves, block, own_sent, sends, |i, leaves, sent| {
                let index = stand.first + i;
                let keys = &path_keys[layout.first_level(index)..][..stand.depth];
                let tree = ReceiverTree { index, alpha: noise[index].0, keys, value_key: value_keys[index] };
                tree.expand(F::FIELD, &aes, leaves, sent);
            });
        }
        Ok(ReceiverExpanded { layout, context, noise, leaves, mask })
    }
}

/// Has grown its trees. With malicious security it must check the sender, otherwise there is no check.
pub struct ReceiverExpanded<F> {
    layout: Layout<F>,
    context: [u8; 32],
    /// Place within its block and value.
    noise: Zeroizing<Vec<(usize, Gf128)>>,
    leaves: SecretBlocks,
    /// x and M_x.
    mask: Option<(Delta, Delta)>,
}

impl<F: Noise> ReceiverExpanded<F> {
    /// Asks the sender to prove that its corrections are consistent.
    ///
    /// # Errors
    /// Without malicious security there is no check.
    pub fn challenge<R: RngCore + CryptoRng>(
        self,
        rng: &mut R,
        threads: usize,
    ) -> Result<(ReceiverChallenged<F>, Challenge), SilentError> {
        let Some((x, key)) = &self.mask else { return Err(SilentError::Check) };
        let mut seed = [0u8; 16];
        rng.fill_bytes(&mut seed);
        let weights = Weights::new(&self.layout, seed);
        let place = |tree: usize, alpha: usize| self.layout.first_place(tree) + alpha;
        let noise = self.noise.iter().enumerate();
        let sum = noise.fold(x.0, |sum, (tree, (alpha, beta))| sum ^ (weights.of(place(tree, *alpha)) * *beta));
        let expected = check::digest(&self.context, weights.sum(threads, &self.leaves) ^ key.0);
        let checked =
            ReceiverChecked { layout: self.layout, context: self.context, noise: self.noise, leaves: self.leaves };
        Ok((ReceiverChallenged { expected, checked }, Challenge { seed, sum }))
    }

    /// Goes on without check.
    ///
    /// # Errors
    /// With malicious security there is one.
    pub fn without_check(self) -> Result<ReceiverChecked<F>, SilentError> {
        if self.mask.is_some() {
            return Err(SilentError::Check);
        }
        Ok(ReceiverChecked { layout: self.layout, context: self.context, noise: self.noise, leaves: self.leaves })
    }
}

/// Waits for the sender's proof.
pub struct ReceiverChallenged<F> {
    expected: [u8; 32],
    checked: ReceiverChecked<F>,
}

impl<F: Noise> ReceiverChallenged<F> {
    /// The sizes of this run.
    pub fn layout(&self) -> &Layout<F> {
        &self.checked.layout
    }

    /// Compares the proof.
    ///
    /// # Errors
    /// When the sender deviated. Everything of this run must be thrown away.
    pub fn verify(self, proof: &Proof) -> Result<ReceiverChecked<F>, SilentError> {
        if bool::from(self.expected.ct_eq(&proof.0)) {
            Ok(self.checked)
        } else {
            Err(SilentError::InconsistentCorrections)
        }
    }
}

/// Ready to compress.
pub struct ReceiverChecked<F> {
    layout: Layout<F>,
    context: [u8; 32],
    noise: Zeroizing<Vec<(usize, Gf128)>>,
    leaves: SecretBlocks,
}

impl<F: Noise> ReceiverChecked<F> {
    /// The permutation for hashing outputs.
    pub(crate) fn output_hash(&self) -> FixedKeyAes {
        self.layout.output_hash(&self.context)
    }

    /// C.
    pub(crate) fn compress(&mut self, threads: usize) -> SecretBlocks {
        let leaves = std::mem::take(&mut *self.leaves);
        Zeroizing::new(self.layout.code().encode(threads, leaves))
    }

    /// A and C.
    pub(crate) fn compress_both(&mut self, threads: usize) -> [SecretBlocks; 2] {
        let leaves = std::mem::take(&mut *self.leaves);
        let place = |(tree, (alpha, beta)): (usize, &(usize, Gf128))| (self.layout.first_place(tree) + alpha, *beta);
        let noise: Zeroizing<Vec<_>> = Zeroizing::new(self.noise.iter().enumerate().map(place).collect());
        self.layout.code().encode_with_sparse(threads, &noise, leaves).map(Zeroizing::new)
    }
}
