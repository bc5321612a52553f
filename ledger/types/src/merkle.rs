//! Binary Merkle trees after RFC 9162 §2.1: leaf hash H(0x00 ‖ data), node hash H(0x01 ‖ left ‖ right), a
//! tree of n leaves splits at the largest power of two below n. The empty tree has the hash of nothing.
//! The hash is the suite's (SM3 or SHA-256).

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

fn leaf_hash(suite: SuiteId, data: &[u8]) -> Digest {
    suite.hash(&[&[0], data])
}

fn node_hash(suite: SuiteId, left: &Digest, right: &Digest) -> Digest {
    suite.hash(&[&[1], &left.0, &right.0])
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
        let (mut level, mut hash) = (0, leaf_hash(self.suite, data));
        while let Some(&(top, left)) = self.peaks.last() {
            if top != level {
                break;
            }
            self.peaks.pop();
            hash = node_hash(self.suite, &left, &hash);
            level += 1;
        }
        self.peaks.push((level, hash));
        self.leaves += 1;
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
