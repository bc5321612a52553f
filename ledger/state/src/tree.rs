//! The state tree: staging a block's writes.

use anyhow::anyhow;
use borsh::BorshDeserialize;
use jmt::storage::{LeafNode, Node, NodeKey, StaleNodeIndex, TreeReader, TreeUpdateBatch};
use jmt::{JellyfishMerkleTree, KeyHash, OwnedValue, SimpleHasher, Version};
use ledger_crypto::{Hasher, SuiteId};
use ledger_types::Digest;
use ledger_types::id::{ChainId, Height};
use ledger_types::state_path::state_key;
use rocksdb::{DB, Snapshot};

use crate::error::StoreError;
use crate::key::{self, cf};
use crate::store::column;
use crate::value;

/// The suite's hash for the tree library, which wants it as a type and in another `digest` generation.
struct TreeHasher<const GM: bool>(Hasher);

impl<const GM: bool> SimpleHasher for TreeHasher<GM> {
    fn new() -> Self {
        Self(if GM { SuiteId::Gm } else { SuiteId::Intl }.hasher())
    }

    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self) -> [u8; 32] {
        self.0.finish().0
    }
}

/// What a block does to the world state; nothing is stored until it is committed.
#[derive(Debug, Clone)]
pub struct StateUpdate {
    pub(crate) version: Height,
    pub(crate) root: Digest,
    pub(crate) batch: TreeUpdateBatch,
}

impl StateUpdate {
    /// Height of the block.
    pub fn version(&self) -> Height {
        self.version
    }

    /// Root of the world state after the block.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// Places and values written, `None` for removed.
    pub(crate) fn values(&self) -> impl Iterator<Item = (Digest, Option<&[u8]>)> {
        self.batch.node_batch.values().iter().map(|((_, k), v)| (Digest(k.0), v.as_deref()))
    }
}

/// One moment of the database as the tree library reads it.
pub(crate) struct Nodes<'a> {
    db: &'a DB,
    snapshot: Snapshot<'a>,
}

impl<'a> Nodes<'a> {
    pub(crate) fn new(db: &'a DB) -> Self {
        Self { db, snapshot: db.snapshot() }
    }

    pub(crate) fn snapshot(&self) -> &Snapshot<'a> {
        &self.snapshot
    }
}

impl TreeReader for Nodes<'_> {
    fn get_node_option(&self, node_key: &NodeKey) -> anyhow::Result<Option<Node>> {
        let found = self
            .snapshot
            .get_pinned_cf(column(self.db, cf::NODE), key::node(node_key))
            .map_err(|e| anyhow!(StoreError::from(e)))?;
        found
            .map(|v| Node::try_from_slice(&v))
            .transpose()
            .map_err(|e| anyhow!(StoreError::Corrupt(format!("state node {node_key:?}: {e}"))))
    }

    fn get_value_option(&self, max_version: Version, key: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        let iter = self.snapshot.raw_iterator_cf_opt(column(self.db, cf::VAL), value::read_options());
        let found = value::seek(iter, &Digest(key.0), max_version).map_err(|e| anyhow!(e))?;
        Ok(found.and_then(|f| f.value).map(|v| v.to_vec()))
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        Err(anyhow!("only a restore from a snapshot reads the rightmost leaf"))
    }
}

/// Applies writes to the state at `version - 1` (to nothing at version 0).
pub(crate) fn stage(
    db: &DB,
    suite: SuiteId,
    chain: &ChainId,
    version: Height,
    writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
) -> Result<StateUpdate, StoreError> {
    let nodes = Nodes::new(db);
    let writes = writes.into_iter().map(|(k, v)| (KeyHash(state_key(suite, chain, &k).0), v));
    let (root, mut batch) = match suite {
        SuiteId::Gm => tree::<true>(&nodes).put_value_set(writes, version)?,
        SuiteId::Intl => tree::<false>(&nodes).put_value_set(writes, version)?,
    };
    // A block that changes nothing copies the root node to its own height, and the library forgets to say
    // that the old copy is stale. Without this, empty blocks would leave a node each for ever.
    if version > 0 {
        let old = StaleNodeIndex { stale_since_version: version, node_key: key::root_node(version - 1) };
        batch.stale_node_index_batch.insert(old);
    }
    Ok(StateUpdate { version, root: Digest(root.0), batch })
}

/// Root of the state at a height.
pub(crate) fn root(nodes: &Nodes<'_>, suite: SuiteId, version: Height) -> Result<Option<Digest>, StoreError> {
    let root = match suite {
        SuiteId::Gm => tree::<true>(nodes).get_root_hash_option(version)?,
        SuiteId::Intl => tree::<false>(nodes).get_root_hash_option(version)?,
    };
    Ok(root.map(|r| Digest(r.0)))
}

fn tree<'a, const GM: bool>(nodes: &'a Nodes<'a>) -> JellyfishMerkleTree<'a, Nodes<'a>, TreeHasher<GM>> {
    JellyfishMerkleTree::new(nodes)
}
