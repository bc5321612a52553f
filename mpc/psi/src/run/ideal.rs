//! What the protocol computes, said in the clear. For tests and for reading; not for use between parties.

use std::collections::HashMap;

use crate::item::Item;

/// Positions of the receiver's items that are among the sender's, in the receiver's order, each with the
/// position of the sender's equal item.
pub fn intersect(receiver: &[Item], sender: &[Item]) -> Vec<(usize, usize)> {
    let at: HashMap<&Item, usize> = sender.iter().enumerate().map(|(i, item)| (item, i)).collect();
    receiver.iter().enumerate().filter_map(|(i, item)| at.get(item).map(|j| (i, *j))).collect()
}
