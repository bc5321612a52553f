//! Forgetting nodes of the state tree that only old roots reach.

use jmt::storage::{Node, NodeKey, TreeReader};
use ledger_types::id::Height;
use rocksdb::{Direction, IteratorMode, WriteBatch};

use crate::config::Retention;
use crate::error::StoreError;
use crate::key::{self, cf, meta};
use crate::store::Store;
use crate::tree::Nodes;

/// Heights whose replaced nodes are removed with one block at most. One is the steady state; more are there
/// after the retention was shortened.
const HEIGHTS_PER_BLOCK: usize = 32;

/// The row of `stale` for one height: keys of nodes, each after a byte with its length.
pub(crate) fn encode_stale<'a>(keys: impl Iterator<Item = &'a jmt::storage::NodeKey>) -> Vec<u8> {
    let mut out = Vec::new();
    for key in keys {
        let key = key::node(key);
        out.push(u8::try_from(key.len()).expect("8 + 1 + 32 bytes at most"));
        out.extend(key);
    }
    out
}

fn decode_stale(mut row: &[u8]) -> Option<Vec<&[u8]>> {
    let mut keys = Vec::new();
    while let Some((&len, rest)) = row.split_first() {
        let (key, rest) = rest.split_at_checked(len as usize)?;
        keys.push(key);
        row = rest;
    }
    Some(keys)
}

impl Store {
    /// Adds to the batch of block `height` the removal of nodes that no kept root reaches.
    pub(crate) fn prune_into(&self, batch: &mut WriteBatch, height: Height) -> Result<(), StoreError> {
        let Retention::Heights(keep) = self.retention else { return Ok(()) };
        let oldest = height.saturating_sub(keep);
        let (stale, node) = (self.cf(cf::STALE), self.cf(cf::NODE));
        // Not from the start: what was removed there still has to be stepped over until it is compacted away.
        let first = key::height(self.horizon()? + 1);
        let rows = self.db.iterator_cf(stale, IteratorMode::From(&first, Direction::Forward));
        let mut horizon = None;
        for item in rows.take(HEIGHTS_PER_BLOCK) {
            let (k, row) = item?;
            let since = key::read_height(&k).ok_or_else(|| StoreError::corrupt("stale index"))?;
            if since > oldest {
                break;
            }
            let keys = decode_stale(&row).ok_or_else(|| StoreError::Corrupt(format!("stale index of {since}")))?;
            for key in keys {
                batch.delete_cf(node, key);
            }
            batch.delete_cf(stale, &k);
            horizon = Some(since);
        }
        if let Some(horizon) = horizon {
            batch.put_cf(self.cf(cf::META), meta::HORIZON, key::height(horizon));
        }
        Ok(())
    }
}

/// For tools and tests.
impl Store {
    /// Nodes of the state tree in the store, of all kept heights.
    pub fn count_nodes(&self) -> Result<usize, StoreError> {
        let mut count = 0;
        for item in self.db.iterator_cf(self.cf(cf::NODE), IteratorMode::Start) {
            item?;
            count += 1;
        }
        Ok(count)
    }

    /// Nodes of the state tree that the root of one height reaches.
    pub fn count_reachable(&self, height: Height) -> Result<usize, StoreError> {
        let nodes = Nodes::new(&self.db);
        let mut open = vec![key::root_node(height)];
        let mut count = 0;
        while let Some(at) = open.pop() {
            count += 1;
            let Node::Internal(inner) = nodes.get_node(&at)? else { continue };
            for (nibble, child) in inner.children_sorted() {
                let path = at.nibble_path().nibbles().chain([nibble]).collect();
                open.push(NodeKey::new(child.version, path));
            }
        }
        Ok(count)
    }

    /// Writes what is in memory to files; not needed for durability.
    pub fn flush(&self) -> Result<(), StoreError> {
        for name in cf::ALL {
            self.db.flush_cf(self.cf(name))?;
        }
        Ok(())
    }
}
