//! Walking from a root to a key, collecting what a verifier needs.
//!
//! The tree library can do this too, but it reads siblings only to hash them, and it panics where a node
//! cannot be read. A stored node has up to 16 children and stands for four levels of the binary tree.

use jmt::storage::{LeafNode, Node, NodeKey, TreeReader};
use ledger_crypto::SuiteId;
use ledger_types::Digest;
use ledger_types::id::Height;
use ledger_types::state_path::{EMPTY, StateLeaf, StatePath, inner_hash};

use crate::error::StoreError;
use crate::key;
use crate::tree::Nodes;

#[derive(Clone, Copy)]
struct Child {
    hash: Digest,
    version: Height,
    leaf: bool,
}

type Children = [Option<Child>; 16];

// The children of an inner node, whose type the library does not name in public.
fn children(node: &Node) -> Children {
    let mut out = [None; 16];
    if let Node::Internal(inner) = node {
        for (nibble, c) in inner.children_sorted() {
            out[nibble.as_usize()] = Some(Child { hash: Digest(c.hash), version: c.version, leaf: c.is_leaf() });
        }
    }
    out
}

/// The one child that is the whole subtree of these places: a lone leaf, or the lowest level.
fn only(range: &[Option<Child>]) -> Option<(usize, Child)> {
    let mut present = range.iter().enumerate().filter_map(|(i, c)| c.map(|c| (i, c)));
    match (present.next(), present.next()) {
        (Some((i, c)), None) if c.leaf || range.len() == 1 => Some((i, c)),
        _ => None,
    }
}

fn hash(suite: SuiteId, range: &[Option<Child>]) -> Digest {
    if range.iter().all(Option::is_none) {
        return EMPTY;
    }
    if let Some((_, child)) = only(range) {
        return child.hash;
    }
    let (left, right) = range.split_at(range.len() / 2);
    inner_hash(suite, &hash(suite, left), &hash(suite, right))
}

/// The path of a place in the state at a height whose nodes are kept.
pub(crate) fn walk(nodes: &Nodes<'_>, suite: SuiteId, place: &Digest, height: Height) -> Result<StatePath, StoreError> {
    let mut siblings = Vec::new();
    let mut at = key::root_node(height);
    let leaf = 'down: loop {
        let depth = at.nibble_path().num_nibbles();
        let inner = match nodes.get_node(&at)? {
            Node::Null => break None,
            Node::Leaf(leaf) => break Some(state_leaf(&leaf)?),
            inner @ Node::Internal(_) if depth < 64 => children(&inner),
            Node::Internal(_) => return Err(StoreError::corrupt("the state tree is deeper than a key is long")),
        };
        let nibble = usize::from(place.0[depth / 2] >> (4 * (1 - depth % 2)) & 15);
        for width in [8, 4, 2, 1] {
            let mine = nibble & !(width - 1);
            let other = mine ^ width;
            siblings.push(hash(suite, &inner[other..other + width]));
            let range = &inner[mine..mine + width];
            if range.iter().all(Option::is_none) {
                break 'down None;
            }
            if let Some((i, child)) = only(range) {
                let nibble = u8::try_from(mine + i).expect("a place among sixteen");
                let path = at.nibble_path().nibbles().chain([nibble.into()]).collect();
                at = NodeKey::new(child.version, path);
                continue 'down;
            }
        }
        return Err(StoreError::corrupt("a node of the state tree without its child"));
    };
    siblings.reverse();
    Ok(StatePath { leaf, siblings })
}

// The library keeps the digest of the value to itself, but not its encoding: key, then digest.
fn state_leaf(leaf: &LeafNode) -> Result<StateLeaf, StoreError> {
    let bytes = borsh::to_vec(leaf).map_err(|e| StoreError::Corrupt(format!("leaf of the state tree: {e}")))?;
    let (key, value) = bytes.split_at_checked(32).ok_or_else(|| StoreError::corrupt("leaf of the state tree"))?;
    let value = value.try_into().map_err(|_| StoreError::corrupt("leaf of the state tree"))?;
    Ok(StateLeaf { key: Digest(key.try_into().expect("split at 32")), value: Digest(value) })
}
