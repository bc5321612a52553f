//! What the protocol computes, said in the clear. For tests and for reading; not for use between parties.

use std::collections::HashMap;

use crate::item::Item;

/// Positions of the leader's items that are among the items of every sender, in the leader's order, each with the
/// position of the equal item at every sender.
pub fn intersect(leader: &[Item], senders: &[&[Item]]) -> Vec<(usize, Vec<usize>)> {
    let at: Vec<HashMap<&Item, usize>> =
        senders.iter().map(|items| items.iter().enumerate().map(|(i, item)| (item, i)).collect()).collect();
    let everywhere = |item: &Item| at.iter().map(|at| at.get(item).copied()).collect::<Option<Vec<usize>>>();
    leader.iter().enumerate().filter_map(|(i, item)| everywhere(item).map(|places| (i, places))).collect()
}
