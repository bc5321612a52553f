//! How long everything is, from the number of outputs and the kind of security.

use std::marker::PhantomData;

use sha2::{Digest, Sha256};

use super::soft_spoken::{BITS, CHUNKS};
use super::{Noise, Security, SilentError};
use crate::aes_hash::FixedKeyAes;
use crate::base_ot;
use crate::exconv::{ExConv, LENGTH_MIN, NoiseField};
use crate::group::ENCODED_BYTES;

/// Noise places t: 128 for 128 bits of security (the noise misses a parity check of a quarter of the places with bias
/// (1 − 2·¼)^t), and a quarter more for blocks of two lengths (146 bits at worst, docs/protocols/vole.md) and against
/// attacks on regular noise.
pub const NOISE_PLACES: usize = 160;

/// Most outputs of one run.
pub const LEN_MAX: usize = 1 << 26;

/// Sizes of one run. Both parties must use the same.
#[derive(Debug)]
pub struct Layout<F> {
    len: usize,
    security: Security,
    /// Depth of the shallow trees; the deep ones have one level more.
    depth: usize,
    /// The first trees are deep.
    deep: usize,
    noise: PhantomData<F>,
}

/// Trees of one depth that stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    /// Number of the first tree.
    pub(super) first: usize,
    /// How many.
    pub(super) trees: usize,
    /// Levels of each.
    pub(super) depth: usize,
}

impl<F> Clone for Layout<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Layout<F> {}

impl<F: Noise> Layout<F> {
    /// For `len` outputs.
    ///
    /// # Errors
    /// When `len` is 0 or above [`LEN_MAX`].
    pub fn new(len: usize, security: Security) -> Result<Self, SilentError> {
        if len == 0 || len > LEN_MAX {
            return Err(SilentError::Length(len));
        }
        // Rate ½; blocks of a power of two, some of them twice as long, so that there are just enough.
        let places = (2 * len).max(LENGTH_MIN);
        let depth = (places / NOISE_PLACES).ilog2() as usize;
        let deep = places.div_ceil(1 << depth) - NOISE_PLACES;
        Ok(Self { len, security, depth, deep, noise: PhantomData })
    }

    /// Outputs.
    pub fn len(&self) -> usize {
        self.len
    }

    /// There is at least one output.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Kind of security.
    pub fn security(&self) -> Security {
        self.security
    }

    /// Noise places t, one in each of as many blocks, each with its tree.
    pub fn trees(&self) -> usize {
        NOISE_PLACES
    }

    /// Levels of the tree with this number; its block has 2^depth places.
    pub fn depth(&self, tree: usize) -> usize {
        self.depth + usize::from(tree < self.deep)
    }

    /// The first place of a tree's block.
    pub(super) fn first_place(&self, tree: usize) -> usize {
        (tree + tree.min(self.deep)) << self.depth
    }

    /// The number of a tree's first level among all levels of all trees.
    pub(super) fn first_level(&self, tree: usize) -> usize {
        tree * self.depth + tree.min(self.deep)
    }

    /// Levels of all trees.
    pub(super) fn levels(&self) -> usize {
        self.first_level(self.trees())
    }

    /// The deep trees, and the others.
    pub(super) fn stands(&self) -> [Stand; 2] {
        let deep = Stand { first: 0, trees: self.deep, depth: self.depth + 1 };
        [deep, Stand { first: self.deep, trees: self.trees() - self.deep, depth: self.depth }]
    }

    /// Places of every block are a multiple of this.
    pub(super) fn block_step(&self) -> usize {
        1 << self.depth
    }

    /// Places N of the noise vector.
    pub fn places(&self) -> usize {
        self.first_place(self.trees())
    }

    /// Bytes of all messages together, in both directions.
    pub fn wire_bytes(&self) -> usize {
        let check = if self.malicious() { self.challenge_bytes() + self.proof_bytes() } else { 0 };
        self.opening_bytes() + self.setup_bytes() + self.corrections_bytes() + check
    }

    pub(super) fn malicious(&self) -> bool {
        self.security == Security::Malicious
    }

    pub(super) fn code(&self) -> ExConv {
        ExConv::new(F::FIELD, self.places(), self.len)
            .expect("places are a multiple of 32 within the limits of the code")
    }

    fn has_values(&self) -> bool {
        F::FIELD != NoiseField::Bits
    }

    /// Rows of the base correlation: the noise values, the mask of the check, the path bits, the mask of the rows.
    pub(super) fn rows(&self) -> usize {
        self.path_row() + self.levels().div_ceil(BITS) + usize::from(self.malicious())
    }

    /// The row that masks the consistency check.
    pub(super) fn mask_row(&self) -> usize {
        if self.has_values() { self.trees() } else { 0 }
    }

    /// The first row with path bits.
    pub(super) fn path_row(&self) -> usize {
        self.mask_row() + usize::from(self.malicious())
    }

    /// Blocks that the sender sends for a tree: level sums (two for a last level of unrelated leaves), the noise value.
    pub(super) fn blocks_of_tree(&self, depth: usize) -> usize {
        depth + if self.has_values() { 2 } else { 0 }
    }

    /// The same for all trees.
    pub(super) fn correction_blocks(&self) -> usize {
        self.stands().iter().map(|stand| stand.trees * self.blocks_of_tree(stand.depth)).sum()
    }

    pub(super) fn opening_bytes(&self) -> usize {
        BITS * base_ot::BYTES_PER_TRANSFER
    }

    pub(super) fn corrections_len(&self) -> usize {
        (CHUNKS - 1) * self.rows()
    }

    pub(super) fn setup_bytes(&self) -> usize {
        let proofs = if self.malicious() { CHUNKS * 32 + 32 + 16 + 32 } else { 0 };
        ENCODED_BYTES + BITS * 32 + self.corrections_len() * 16 + proofs
    }

    pub(super) fn corrections_bytes(&self) -> usize {
        self.correction_blocks() * 16
    }

    pub(super) fn challenge_bytes(&self) -> usize {
        32
    }

    pub(super) fn proof_bytes(&self) -> usize {
        32
    }

    /// Digest of session, layout and opening, in everything that follows.
    pub(super) fn context(&self, session: &[u8; 32], opening: &super::Opening) -> [u8; 32] {
        Sha256::new()
            .chain_update(F::TAG)
            .chain_update([0, u8::from(self.malicious())])
            .chain_update((self.len as u64).to_be_bytes())
            .chain_update(session)
            .chain_update(opening.encode())
            .finalize()
            .into()
    }

    /// The permutation of this run's trees and streams.
    pub(super) fn aes(&self, context: &[u8; 32]) -> FixedKeyAes {
        Self::permutation(b"shuzheng/silent/aes/1", context)
    }

    /// The permutation that hashes outputs.
    pub(super) fn output_hash(&self, context: &[u8; 32]) -> FixedKeyAes {
        Self::permutation(b"shuzheng/silent/output/1", context)
    }

    fn permutation(tag: &[u8], context: &[u8; 32]) -> FixedKeyAes {
        let digest = Sha256::new().chain_update(tag).chain_update(context).finalize();
        let mut key = [0u8; 16];
        key.copy_from_slice(&digest[..16]);
        FixedKeyAes::new(key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bits, Values};
    use super::*;

    #[test]
    fn blocks_cover_twice_as_many_places_as_outputs_and_hardly_more() {
        for len in [1, 2, 1_000, 4_096, 4_097, 65_536, 100_003, 1_415_577, 1 << 24, LEN_MAX] {
            let layout = Layout::<Values>::new(len, Security::Malicious).unwrap();
            assert!(layout.places() >= 2 * len && layout.places() >= LENGTH_MIN);
            assert!(layout.places() < (2 * len).max(LENGTH_MIN) + layout.block_step());
            let (mut place, mut level) = (0, 0);
            for tree in 0..layout.trees() {
                assert_eq!((layout.first_place(tree), layout.first_level(tree)), (place, level), "{len}: {tree}");
                place += 1 << layout.depth(tree);
                level += layout.depth(tree);
            }
            assert_eq!((layout.places(), layout.levels()), (place, level), "{len}");
            let stands = layout.stands();
            assert_eq!(stands.iter().map(|stand| stand.trees << stand.depth).sum::<usize>(), place, "{len}");
            assert_eq!(stands[1].first, stands[0].trees);
            // Made without panic.
            layout.code();
        }
        for len in [0, LEN_MAX + 1] {
            assert_eq!(Layout::<Bits>::new(len, Security::SemiHonest).unwrap_err(), SilentError::Length(len));
        }
    }

    #[test]
    fn no_distribution_of_a_parity_check_over_blocks_of_two_lengths_is_missed_with_more_than_two_to_the_minus_146() {
        // A check touches a part δ of the long blocks and ε of the short ones, half of all places together; no noise
        // place meets it with (1 − δ)^deep · (1 − ε)^shallow. For bits the bias with a quarter of the places is the same.
        let (mut least, t) = (f64::MAX, NOISE_PLACES as f64);
        for deep in 0..=NOISE_PLACES {
            let (long, short) = (deep as f64, t - deep as f64);
            for step in 0..1_000 {
                let delta = f64::from(step) / 1_000.0;
                let epsilon = ((2.0 * long + short) / 2.0 - 2.0 * long * delta) / short;
                if (0.0..1.0).contains(&epsilon) {
                    least = least.min(-(long * (1.0 - delta).log2() + short * (1.0 - epsilon).log2()));
                }
            }
        }
        assert!((146.0..147.0).contains(&least), "{least}");
    }

    #[test]
    fn the_traffic_of_every_length_is_below_200_kilobytes() {
        for shift in 0..26 {
            for len in [(1usize << shift) - 1, 1 << shift, 27 << shift.min(21) >> 4] {
                if let Ok(layout) = Layout::<Values>::new(len, Security::Malicious) {
                    assert!(layout.wire_bytes() <= 200_000, "{len}: {}", layout.wire_bytes());
                }
            }
        }
    }
}
