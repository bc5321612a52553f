//! Paths in the tree of the world state: that a key has a value at a root, or that it has none.
//!
//! The tree is a Jellyfish Merkle tree: a sparse binary tree over 256-bit keys in which a subtree with one
//! leaf is that leaf. Leaf hash `H("JMT::LeafNode" ‖ key ‖ H(value))`, inner hash
//! `H("JMT::IntrnalNode" ‖ left ‖ right)`, empty subtree the constant [`EMPTY`]. H is the suite's hash, the
//! key is the tagged digest of the object's key ([`state_key`]). The check needs nothing but this file.

use ledger_crypto::{Digest, SuiteId};
use serde::{Deserialize, Serialize};

use crate::id::ChainId;
use crate::preimage::{self, Tag};

/// Hash of an empty subtree; the root of an empty state.
pub const EMPTY: Digest = Digest(*b"SPARSE_MERKLE_PLACEHOLDER_HASH__");

const LEAF: &[u8] = b"JMT::LeafNode";
// Sixteen bytes: the authors of the tree dropped a vowel.
const INNER: &[u8] = b"JMT::IntrnalNode";

/// Where an object lies in the tree.
pub fn state_key(suite: SuiteId, chain: &ChainId, key: &[u8]) -> Digest {
    preimage::digest(suite, Tag::StateKey, chain, key)
}

/// Hash of an inner node.
pub fn inner_hash(suite: SuiteId, left: &Digest, right: &Digest) -> Digest {
    suite.hash(&[INNER, &left.0, &right.0])
}

/// The leaf at which a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateLeaf {
    /// Place in the tree.
    pub key: Digest,
    /// Digest of the value.
    pub value: Digest,
}

/// A path from a leaf, or from an empty place, to the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatePath {
    /// The leaf; another key's leaf, or none at all, proves absence.
    pub leaf: Option<StateLeaf>,
    /// Hashes beside the path, from the leaf upwards; at most 256.
    pub siblings: Vec<Digest>,
}

/// Why a path does not prove what is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatePathError {
    /// More siblings than a key has bits.
    #[error("the path is longer than a key")]
    TooLong,
    /// A value is claimed, but the path ends at another key or nowhere.
    #[error("the path does not lead to the key")]
    OtherKey,
    /// The leaf holds the digest of another value.
    #[error("the value is not the one in the tree")]
    OtherValue,
    /// Absence is claimed, but the leaf is the key's own, or lies where the key would not.
    #[error("the path does not show that the key is absent")]
    NotAbsent,
    /// The path gives another root.
    #[error("the path does not lead to the state root")]
    OtherRoot,
}

impl StatePath {
    /// Checks that `value` (or, when `None`, nothing) is stored under `key` in the state with this root.
    pub fn verify(
        &self,
        suite: SuiteId,
        chain: &ChainId,
        key: &[u8],
        value: Option<&[u8]>,
        root: &Digest,
    ) -> Result<(), StatePathError> {
        let place = state_key(suite, chain, key);
        if self.siblings.len() > 256 {
            return Err(StatePathError::TooLong);
        }
        match (value, &self.leaf) {
            (Some(value), Some(leaf)) => {
                if leaf.key != place {
                    return Err(StatePathError::OtherKey);
                }
                if leaf.value != suite.hash(&[value]) {
                    return Err(StatePathError::OtherValue);
                }
            }
            (Some(_), None) => return Err(StatePathError::OtherKey),
            (None, Some(leaf)) => {
                // Were the key present, this leaf could not be alone in the subtree that both share.
                if leaf.key == place || common_bits(&leaf.key, &place) < self.siblings.len() {
                    return Err(StatePathError::NotAbsent);
                }
            }
            (None, None) => {}
        }
        if self.root(suite, &place) == *root { Ok(()) } else { Err(StatePathError::OtherRoot) }
    }

    fn root(&self, suite: SuiteId, place: &Digest) -> Digest {
        let start = self.leaf.map_or(EMPTY, |l| suite.hash(&[LEAF, &l.key.0, &l.value.0]));
        let depths = (0..self.siblings.len()).rev();
        self.siblings.iter().zip(depths).fold(start, |hash, (sibling, depth)| {
            let (left, right) = if bit(place, depth) { (sibling, &hash) } else { (&hash, sibling) };
            inner_hash(suite, left, right)
        })
    }
}

// Bit 0 is the most significant one.
fn bit(d: &Digest, index: usize) -> bool {
    d.0[index / 8] >> (7 - index % 8) & 1 == 1
}

fn common_bits(a: &Digest, b: &Digest) -> usize {
    (0..256).take_while(|&i| bit(a, i) == bit(b, i)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> ChainId {
        ChainId::new("test").expect("a slug")
    }

    fn leaf(suite: SuiteId, key: &[u8], value: &[u8]) -> StateLeaf {
        StateLeaf { key: state_key(suite, &chain(), key), value: suite.hash(&[value]) }
    }

    // The definition, written down recursively: the hash of the subtree of `leaves` below `depth`.
    fn reference(suite: SuiteId, leaves: &[StateLeaf], depth: usize) -> Digest {
        match leaves {
            [] => EMPTY,
            [l] => suite.hash(&[LEAF, &l.key.0, &l.value.0]),
            _ => {
                let (ones, zeros): (Vec<_>, Vec<_>) = leaves.iter().partition(|l| bit(&l.key, depth));
                let (left, right) = (reference(suite, &zeros, depth + 1), reference(suite, &ones, depth + 1));
                inner_hash(suite, &left, &right)
            }
        }
    }

    fn prove(suite: SuiteId, leaves: &[StateLeaf], place: &Digest) -> StatePath {
        let (mut here, mut siblings) = (leaves.to_vec(), Vec::new());
        while here.len() > 1 {
            let depth = siblings.len();
            let side = bit(place, depth);
            let (mine, other): (Vec<_>, Vec<_>) = here.into_iter().partition(|l| bit(&l.key, depth) == side);
            siblings.push(reference(suite, &other, depth + 1));
            here = mine;
        }
        siblings.reverse();
        StatePath { leaf: here.first().copied(), siblings }
    }

    #[test]
    fn presence_and_absence_are_proved_and_nothing_else() {
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            for n in [0usize, 1, 2, 3, 50] {
                let name = |i: usize| format!("key {i}").into_bytes();
                let leaves: Vec<_> = (0..n).map(|i| leaf(suite, &name(i), b"v")).collect();
                let root = reference(suite, &leaves, 0);
                for i in 0..n + 20 {
                    let path = prove(suite, &leaves, &state_key(suite, &chain(), &name(i)));
                    let check = |value: Option<&[u8]>| path.verify(suite, &chain(), &name(i), value, &root);
                    assert_eq!(check(Some(b"v")).is_ok(), i < n);
                    assert_eq!(check(None).is_ok(), i >= n);
                    assert!(check(Some(b"w")).is_err());
                    let other_chain = ChainId::new("other").expect("a slug");
                    assert!(path.verify(suite, &other_chain, &name(i), Some(b"v"), &root).is_err());
                    let mut long = path.clone();
                    long.siblings.push(EMPTY);
                    assert!(long.verify(suite, &chain(), &name(i), (i < n).then_some(&b"v"[..]), &root).is_err());
                }
            }
        }
    }

    #[test]
    fn a_path_of_more_bits_than_a_key_is_refused() {
        let path = StatePath { leaf: None, siblings: vec![EMPTY; 257] };
        assert_eq!(path.verify(SuiteId::Gm, &chain(), b"k", None, &EMPTY), Err(StatePathError::TooLong));
    }
}
