//! Where the bins of the canaries stand among the others.

/// Bins in their order on the wire: canaries at even distances from the first to the last, in an order that follows from
/// the joint salt, so that whatever shifts or loses a stretch of bins meets one.
pub(super) struct Bins {
    /// Position of each canary.
    controls: Vec<u32>,
    /// Position of each bin of the cuckoo table.
    places: Vec<u32>,
}

impl Bins {
    /// `order` are the numbers of the canaries, shuffled.
    pub(super) fn new(cuckoo: usize, order: &[u32]) -> Self {
        let (count, total) = (order.len(), cuckoo + order.len());
        let mut controls = vec![0; count];
        let mut places = Vec::with_capacity(cuckoo);
        let mut next = 0usize;
        for (i, control) in order.iter().enumerate() {
            let at = if count < 2 { 0 } else { i * (total - 1) / (count - 1) };
            places.extend((next as u32)..(at as u32));
            controls[*control as usize] = at as u32;
            next = at + 1;
        }
        places.extend((next as u32)..(total as u32));
        Self { controls, places }
    }

    /// Position of a canary.
    pub(super) fn control(&self, number: usize) -> usize {
        self.controls[number] as usize
    }

    /// Position of a bin of the cuckoo table.
    pub(super) fn place(&self, bin: usize) -> usize {
        self.places[bin] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_taken_once_and_canaries_are_at_both_ends() {
        for (cuckoo, count) in [(3, 0), (3, 1), (3, 2), (3, 8), (100, 7), (1_000, 128), (5, 200)] {
            let order: Vec<u32> = (0..count).map(|i| (i * 7 + 3) % count.max(1)).collect();
            let distinct = order.iter().collect::<std::collections::BTreeSet<_>>().len() == order.len();
            if !distinct {
                continue;
            }
            let bins = Bins::new(cuckoo, &order);
            let total = cuckoo + count as usize;
            let mut taken: Vec<usize> = (0..count as usize).map(|i| bins.control(i)).collect();
            if count > 1 {
                assert!(taken.contains(&0) && taken.contains(&(total - 1)));
            }
            taken.extend((0..cuckoo).map(|bin| bins.place(bin)));
            taken.sort_unstable();
            assert_eq!(taken, (0..total).collect::<Vec<_>>());
        }
    }
}
