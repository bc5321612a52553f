//! Showing one row of a published version: the row, its salt and its place under the root. Whoever is shown
//! this can check it against the ledger; nothing is learned about other rows, because their salts stay secret.

use ledger_crypto::{Digest, SuiteId};
use ledger_types::id::ChainId;
use ledger_types::merkle::{Accumulator, InclusionProof};
use serde::{Deserialize, Serialize};

use super::commitment::leaf;

/// One row, opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowOpening {
    /// Salt of the row.
    pub salt: Digest,
    /// Canonical bytes of the row.
    #[serde(with = "serde_bytes")]
    pub row: Vec<u8>,
    /// Its place under the root.
    pub proof: InclusionProof,
}

impl RowOpening {
    /// Whether the row is part of the version with this root.
    pub fn verify(&self, suite: SuiteId, chain: &ChainId, root: &Digest) -> bool {
        self.proof.verify(suite, &leaf(suite, chain, &self.salt, &self.row).0, root)
    }
}

/// Builds the inclusion proof of one leaf while all leaves stream by: each sibling on its path is the root
/// over one run of leaves, and these runs do not overlap.
pub struct Prover {
    suite: SuiteId,
    index: u64,
    size: u64,
    // From the leaf upwards: first leaf, leaf after the last, root so far.
    siblings: Vec<(u64, u64, Accumulator)>,
    next: u64,
}

impl Prover {
    /// For leaf `index` of `size`; `None` when there is no such leaf.
    pub fn new(suite: SuiteId, index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let mut siblings = Vec::new();
        let (mut lo, mut hi) = (0, size);
        while hi - lo > 1 {
            // RFC 9162 §2.1.1: the largest power of two below the number of leaves.
            let split = lo + (1u64 << (63 - (hi - lo - 1).leading_zeros()));
            if index < split {
                siblings.push((split, hi, Accumulator::new(suite)));
                hi = split;
            } else {
                siblings.push((lo, split, Accumulator::new(suite)));
                lo = split;
            }
        }
        siblings.reverse();
        Some(Self { suite, index, size, siblings, next: 0 })
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: &Digest) {
        let at = self.next;
        self.next += 1;
        if let Some((_, _, tree)) = self.siblings.iter_mut().find(|(from, to, _)| (*from..*to).contains(&at)) {
            tree.push(&leaf.0);
        }
    }

    /// The proof; `None` when the number of leaves was another than announced.
    pub fn finish(self) -> Option<InclusionProof> {
        let path = self.siblings.iter().map(|(_, _, tree)| tree.root()).collect();
        (self.next == self.size).then_some(InclusionProof { index: self.index, size: self.size, path })
    }

    /// The suite of the tree.
    pub fn suite(&self) -> SuiteId {
        self.suite
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::merkle;

    #[test]
    fn a_streamed_proof_equals_the_one_computed_at_once() {
        let suite = SuiteId::Gm;
        for n in [1u64, 2, 3, 7, 8, 9, 33] {
            let leaves: Vec<Digest> = (0..n).map(|i| suite.hash(&[&i.to_be_bytes()])).collect();
            for index in 0..n {
                let mut prover = Prover::new(suite, index, n).unwrap();
                leaves.iter().for_each(|l| prover.push(l));
                assert_eq!(prover.finish(), merkle::prove(suite, &leaves, index as usize), "{index} of {n}");
            }
        }
        assert!(Prover::new(suite, 3, 3).is_none());
    }
}
