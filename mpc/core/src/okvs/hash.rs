//! From keys to equations: a keyed permutation, and the bin and columns read off its output.

use crate::aes_hash::FixedKeyAes;
use crate::gf128::Gf128;

/// The public seed of one table. It must be random and must not be known before the keys are fixed: whoever knows it
/// earlier can choose keys that cannot be encoded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 16]);

/// Keys that go through the cipher at a time: long enough for its pipeline, short enough for the first-level cache.
pub(crate) const BATCH: usize = 64;

/// Two permutations of a seed. `spread` turns a key into 128 bits from which bin, columns and dense coefficient are
/// read; being a permutation it makes equal only what was equal. `mask` gives the bits of binary dense columns.
pub struct Hasher {
    spread: FixedKeyAes,
    mask: FixedKeyAes,
}

impl Hasher {
    pub(crate) fn new(seed: &Seed) -> Self {
        let mut subkeys = [Gf128(1), Gf128(2)];
        FixedKeyAes::new(seed.0).permute(&mut subkeys);
        let [spread, mask] = subkeys.map(|key| FixedKeyAes::new(key.to_bytes()));
        Self { spread, mask }
    }

    /// The hashes of at most [`BATCH`] keys.
    #[inline]
    pub(crate) fn spread(&self, keys: &[Gf128], out: &mut [Gf128; BATCH]) {
        let out = &mut out[..keys.len()];
        out.copy_from_slice(keys);
        self.spread.permute(out);
    }

    /// The masks of at most [`BATCH`] hashes.
    #[inline]
    pub(crate) fn masks(&self, hashes: &[Gf128], out: &mut [Gf128; BATCH]) {
        let out = &mut out[..hashes.len()];
        out.copy_from_slice(hashes);
        self.mask.permute(out);
    }
}

/// `⌊x·bound / 2³²⌋`: a number below `bound` of 32 uniform bits, uniform up to `bound/2³²`.
#[inline(always)]
fn below(x: u32, bound: u32) -> u32 {
    ((u64::from(x) * u64::from(bound)) >> 32) as u32
}

/// The bin of a hash.
#[inline(always)]
pub(crate) fn bin(hash: Gf128, bins: u32) -> usize {
    below((hash.0 >> 96) as u32, bins) as usize
}

/// The three different sparse columns of a hash, each set of three about equally likely. `sparse` is at least 3.
#[inline(always)]
pub(crate) fn columns(hash: Gf128, sparse: u32) -> [u32; 3] {
    let a = below(hash.0 as u32, sparse);
    // One of the remaining ones, counted past those that are taken.
    let mut b = below((hash.0 >> 32) as u32, sparse - 1);
    b += u32::from(b >= a);
    let mut c = below((hash.0 >> 64) as u32, sparse - 2);
    c += u32::from(c >= a.min(b));
    c += u32::from(c >= a.max(b));
    [a, b, c]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_different_and_every_set_of_three_is_as_likely() {
        let hasher = Hasher::new(&Seed([3; 16]));
        let mut counts = std::collections::BTreeMap::new();
        let mut out = [Gf128::ZERO; BATCH];
        for i in 0..1_000u128 {
            let keys: Vec<Gf128> = (0..BATCH as u128).map(|j| Gf128(i * BATCH as u128 + j)).collect();
            hasher.spread(&keys, &mut out);
            for h in out {
                let mut set = columns(h, 6);
                set.sort_unstable();
                assert!(set[0] < set[1] && set[1] < set[2] && set[2] < 6);
                *counts.entry(set).or_insert(0u32) += 1;
            }
        }
        // 20 sets, 3,200 each, deviation 55.
        assert_eq!(counts.len(), 20);
        assert!(counts.values().all(|n| (2_920..3_480).contains(n)), "{counts:?}");
        assert_eq!(
            {
                let mut set = columns(out[0], 3);
                set.sort_unstable();
                set
            },
            [0, 1, 2]
        );
    }

    #[test]
    fn other_seeds_give_other_hashes() {
        let (mut a, mut b) = ([Gf128::ZERO; BATCH], [Gf128::ZERO; BATCH]);
        Hasher::new(&Seed([1; 16])).spread(&[Gf128(5)], &mut a);
        Hasher::new(&Seed([2; 16])).spread(&[Gf128(5)], &mut b);
        assert!(a[0] != b[0]);
        Hasher::new(&Seed([1; 16])).masks(&[Gf128(5)], &mut b);
        assert!(a[0] != b[0]);
    }
}
