//! Binary Merkle trees after RFC 9162 §2.1: leaf hash H(0x00 ‖ data), node hash H(0x01 ‖ left ‖ right), a
//! tree of n leaves splits at the largest power of two below n. The empty tree has the hash of nothing.
//! The hash is the suite's (SM3 or SHA-256).

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

const LEAF: u8 = 0;
const NODE: u8 = 1;
/// Bytes that are hashed for a leaf that is a digest.
pub const LEAF_BYTES: usize = 33;
/// Bytes that are hashed for a node.
pub const NODE_BYTES: usize = 65;

fn leaf_hash(suite: SuiteId, data: &[u8]) -> Digest {
    suite.hash(&[&[LEAF], data])
}

fn node_hash(suite: SuiteId, left: &Digest, right: &Digest) -> Digest {
    suite.hash(&[&[NODE], &left.0, &right.0])
}

/// What is hashed for a leaf that is a digest, for those who hash many at a time.
pub fn leaf_preimage(data: &[u8; 32]) -> [u8; LEAF_BYTES] {
    let mut out = [LEAF; LEAF_BYTES];
    out[1..].copy_from_slice(data);
    out
}

/// What is hashed for the node above two others.
pub fn node_preimage(left: &[u8; 32], right: &[u8; 32]) -> [u8; NODE_BYTES] {
    let mut out = [NODE; NODE_BYTES];
    out[1..33].copy_from_slice(left);
    out[33..].copy_from_slice(right);
    out
}

/// Computes a root in one pass with one digest per level: memory is logarithmic in the number of leaves.
#[derive(Debug, Clone)]
pub struct Accumulator {
    suite: SuiteId,
    // (level, root) of perfect subtrees, levels strictly falling.
    peaks: Vec<(u32, Digest)>,
    leaves: u64,
}

impl Accumulator {
    /// An empty tree.
    pub fn new(suite: SuiteId) -> Self {
        Self { suite, peaks: Vec::with_capacity(64), leaves: 0 }
    }

    /// Appends a leaf.
    pub fn push(&mut self, data: &[u8]) {
        self.push_subtree(0, leaf_hash(self.suite, data));
    }

    /// Appends 2^`level` leaves by the root over them.
    ///
    /// # Panics
    /// When the leaves before are not a multiple of as many: there is no such subtree then.
    pub fn push_subtree(&mut self, level: u32, root: Digest) {
        assert!(self.leaves.trailing_zeros() >= level, "a subtree begins at a multiple of its size");
        let added = 1 << level;
        let (mut level, mut hash) = (level, root);
        while let Some(&(top, left)) = self.peaks.last() {
            if top != level {
                break;
            }
            self.peaks.pop();
            hash = node_hash(self.suite, &left, &hash);
            level += 1;
        }
        self.peaks.push((level, hash));
        self.leaves += added;
    }

    /// Number of leaves so far.
    pub fn len(&self) -> u64 {
        self.leaves
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.leaves == 0
    }

    /// The root over the leaves so far.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(&(_, mut root)) = peaks.next() else { return self.suite.hash(&[]) };
        for (_, left) in peaks {
            root = node_hash(self.suite, left, &root);
        }
        root
    }
}

/// Root over leaves given at once.
pub fn root<T: AsRef<[u8]>>(suite: SuiteId, leaves: &[T]) -> Digest {
    let mut acc = Accumulator::new(suite);
    for leaf in leaves {
        acc.push(leaf.as_ref());
    }
    acc.root()
}

/// A tree with all its nodes, for many proofs.
#[derive(Debug, Clone)]
pub struct Tree {
    suite: SuiteId,
    // From the leaves to the root. A node without a neighbour goes up as it is: the same tree as splitting at
    // the largest power of two, because every left part is perfect.
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// Hashes the leaves and everything above them.
    pub fn new<T: AsRef<[u8]>>(suite: SuiteId, leaves: impl IntoIterator<Item = T>) -> Self {
        let mut level: Vec<Digest> = leaves.into_iter().map(|l| leaf_hash(suite, l.as_ref())).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let up = level.chunks(2).map(|pair| match pair {
                [left, right] => node_hash(suite, left, right),
                lone => lone[0],
            });
            let up = up.collect();
            levels.push(std::mem::replace(&mut level, up));
        }
        levels.push(level);
        Self { suite, levels }
    }

    /// The root.
    pub fn root(&self) -> Digest {
        self.levels.last().and_then(|l| l.first()).copied().unwrap_or_else(|| self.suite.hash(&[]))
    }

    /// Proof for the leaf at `index`; `None` when there is no such leaf.
    pub fn prove(&self, index: usize) -> Option<InclusionProof> {
        let size = self.levels[0].len();
        if index >= size {
            return None;
        }
        let sibling = |(depth, level): (usize, &Vec<Digest>)| level.get((index >> depth) ^ 1).copied();
        let path = self.levels.iter().enumerate().filter_map(sibling).collect();
        Some(InclusionProof { index: index as u64, size: size as u64, path })
    }
}

/// Inclusion proof of one leaf (RFC 9162 §2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// Place of the leaf, from 0.
    pub index: u64,
    /// Number of leaves of the tree.
    pub size: u64,
    /// Siblings from the leaf upwards.
    pub path: Vec<Digest>,
}

/// Proof for `leaves[index]`; `None` when there is no such leaf.
pub fn prove<T: AsRef<[u8]>>(suite: SuiteId, leaves: &[T], index: usize) -> Option<InclusionProof> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut lo, mut hi) = (0, leaves.len());
    let mut siblings = Vec::new();
    while hi - lo > 1 {
        let split = lo + largest_power_below(hi - lo);
        if index < split {
            siblings.push((split, hi));
            hi = split;
        } else {
            siblings.push((lo, split));
            lo = split;
        }
    }
    for (from, to) in siblings.into_iter().rev() {
        path.push(root(suite, &leaves[from..to]));
    }
    Some(InclusionProof { index: index as u64, size: leaves.len() as u64, path })
}

// n >= 2
fn largest_power_below(n: usize) -> usize {
    1 << (usize::BITS - 1 - (n - 1).leading_zeros())
}

impl InclusionProof {
    /// The root that this proof gives for a leaf; `None` when the path's length does not fit (RFC 9162 §2.1.3.2).
    pub fn root(&self, suite: SuiteId, leaf: &[u8]) -> Option<Digest> {
        if self.index >= self.size {
            return None;
        }
        let (mut fnode, mut snode) = (self.index, self.size - 1);
        let mut hash = leaf_hash(suite, leaf);
        for sibling in &self.path {
            if snode == 0 {
                return None;
            }
            if fnode & 1 == 1 || fnode == snode {
                hash = node_hash(suite, sibling, &hash);
                while fnode & 1 == 0 && fnode != 0 {
                    fnode >>= 1;
                    snode >>= 1;
                }
            } else {
                hash = node_hash(suite, &hash, sibling);
            }
            fnode >>= 1;
            snode >>= 1;
        }
        (snode == 0).then_some(hash)
    }

    /// Whether the leaf lies under the root.
    pub fn verify(&self, suite: SuiteId, leaf: &[u8], expected: &Digest) -> bool {
        self.root(suite, leaf).as_ref() == Some(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(n: usize) -> Vec<Vec<u8>> {
        (0..n).map(|i| format!("leaf {i}").into_bytes()).collect()
    }

    // The definition of RFC 9162 §2.1.1, written down as it stands.
    fn reference(suite: SuiteId, l: &[Vec<u8>]) -> Digest {
        match l.len() {
            0 => suite.hash(&[]),
            1 => leaf_hash(suite, &l[0]),
            n => {
                let k = (0..).map(|i| 1usize << i).take_while(|k| *k < n).last().expect("n is at least 2");
                node_hash(suite, &reference(suite, &l[..k]), &reference(suite, &l[k..]))
            }
        }
    }

    #[test]
    fn the_streaming_root_is_the_recursive_one() {
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            for n in 0..70 {
                assert_eq!(root(suite, &leaves(n)), reference(suite, &leaves(n)), "{n}");
            }
        }
    }

    #[test]
    fn a_kept_tree_gives_the_same_roots_and_proofs() {
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            for n in 0..40 {
                let l = leaves(n);
                let tree = Tree::new(suite, &l);
                assert_eq!(tree.root(), root(suite, &l));
                for i in 0..=n {
                    assert_eq!(tree.prove(i), prove(suite, &l, i), "{i} of {n}");
                }
            }
        }
    }

    #[test]
    fn leaves_pushed_as_subtrees_give_the_root_of_leaves_pushed_one_by_one() {
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            for n in [0, 1, 5, 8, 13, 16, 24, 31] {
                let digests: Vec<Digest> = (0..n as u64).map(|i| suite.hash(&[&i.to_be_bytes()])).collect();
                let hash = |preimage: &[u8]| suite.hash(&[preimage]);
                let mut acc = Accumulator::new(suite);
                let (groups, rest) = digests.as_chunks::<4>();
                for group in groups {
                    let [a, b, c, d] = group.map(|digest| hash(&leaf_preimage(&digest.0)));
                    let (left, right) = (hash(&node_preimage(&a.0, &b.0)), hash(&node_preimage(&c.0, &d.0)));
                    acc.push_subtree(2, hash(&node_preimage(&left.0, &right.0)));
                }
                rest.iter().for_each(|digest| acc.push(&digest.0));
                let leaves: Vec<[u8; 32]> = digests.iter().map(|digest| digest.0).collect();
                assert_eq!((acc.root(), acc.len()), (root(suite, &leaves), n as u64));
            }
        }
    }

    #[test]
    fn every_leaf_is_proved_and_no_other() {
        let suite = SuiteId::Gm;
        for n in 1..40 {
            let l = leaves(n);
            let r = root(suite, &l);
            for i in 0..n {
                let proof = prove(suite, &l, i).unwrap();
                assert!(proof.verify(suite, &l[i], &r), "{i} of {n}");
                assert!(!proof.verify(suite, b"other", &r));
                let moved = InclusionProof { index: (proof.index + 1) % n as u64, ..proof.clone() };
                assert!(n == 1 || !moved.verify(suite, &l[i], &r));
                let mut long = proof.clone();
                long.path.push(r);
                assert!(!long.verify(suite, &l[i], &r));
            }
        }
        assert!(prove(suite, &leaves(3), 3).is_none());
    }
}
