//! What the protocol computes, said in the clear. For tests and for reading; not for use between parties.

use std::collections::HashMap;

use crate::item::Item;

/// For every item that all data parties hold, its position at each of them, in the order of the first.
pub fn join(parties: &[&[Item]]) -> Vec<Vec<usize>> {
    let at: Vec<HashMap<&Item, usize>> =
        parties.iter().map(|items| items.iter().enumerate().map(|(i, item)| (item, i)).collect()).collect();
    let Some(first) = parties.first() else { return Vec::new() };
    first.iter().filter_map(|item| at.iter().map(|at| at.get(item).copied()).collect()).collect()
}
