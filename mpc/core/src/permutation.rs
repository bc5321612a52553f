//! A secret uniform permutation.

use crate::prg::Prg;

/// A permutation of `0..len`, drawn by Fisher and Yates' shuffle.
///
/// Holds four bytes per element; [`u32::MAX`] elements at most.
#[derive(Clone)]
pub struct Permutation(Vec<u32>);

impl Permutation {
    /// A uniform permutation of `0..len`.
    pub fn random(len: u32, prg: &mut Prg) -> Self {
        let mut order: Vec<u32> = (0..len).collect();
        for i in (1..len).rev() {
            order.swap(i as usize, prg.below(i + 1) as usize);
        }
        Self(order)
    }

    /// The elements at positions `from..to` of the shuffled order; fewer when the end is reached.
    pub fn slice(&self, from: usize, to: usize) -> &[u32] {
        let to = to.min(self.0.len());
        &self.0[from.min(to)..to]
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Permutation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Permutation({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prg::CommittedSeed;

    #[test]
    fn every_element_appears_once() {
        let seed = CommittedSeed::from_bytes(&[3; 64]);
        for len in [0u32, 1, 2, 1_000] {
            let permutation = Permutation::random(len, &mut seed.prg("shuffle", b""));
            let mut sorted = permutation.slice(0, usize::MAX).to_vec();
            assert_eq!(sorted.len(), permutation.len());
            sorted.sort_unstable();
            assert_eq!(sorted, (0..len).collect::<Vec<_>>());
        }
    }

    #[test]
    fn all_orders_of_three_are_drawn_about_equally_often() {
        let seed = CommittedSeed::from_bytes(&[4; 64]);
        let mut counts = std::collections::BTreeMap::new();
        for i in 0..6_000u32 {
            let order = Permutation::random(3, &mut seed.prg("shuffle", &i.to_be_bytes()));
            *counts.entry(order.slice(0, 3).to_vec()).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|n| (850..1_150).contains(n)), "{counts:?}");
    }
}
