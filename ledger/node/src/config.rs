//! Settings of a node.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ledger_consensus::Pacing;
use ledger_crypto::SigningKey;
use ledger_mesh::Mesh;
use ledger_state::Retention;
use ledger_types::block::Genesis;
use ledger_types::id::OrgId;

use crate::clock::Clock;

/// Which engine decides.
#[derive(Clone)]
pub enum Engine {
    /// This organisation alone, which must be the genesis document's only validator.
    Solo,
    /// Byzantine fault tolerant consensus over the mesh.
    Malachite(Mesh),
}

/// Bounds of the queue of transactions.
#[derive(Debug, Clone, Copy)]
pub struct PoolLimits {
    /// Most transactions.
    pub txs_max: usize,
    /// Most bytes of all transactions.
    pub bytes_max: usize,
    /// Most transactions of one organisation's accounts: one member's flood leaves room for the others.
    pub txs_per_org_max: usize,
    /// Most transactions of one account.
    pub txs_per_sender_max: usize,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self { txs_max: 50_000, bytes_max: 64 * 1024 * 1024, txs_per_org_max: 20_000, txs_per_sender_max: 10_000 }
    }
}

/// What a node needs to start. [`NodeConfig::new`] fills in the settings.
#[derive(Clone)]
pub struct NodeConfig {
    /// Directory of this chain: `store/` and `consensus/`.
    pub dir: PathBuf,
    /// The document on which the chain starts.
    pub genesis: Genesis,
    /// This organisation.
    pub org: OrgId,
    /// Its node key: `node_key` of the organisation in the genesis document.
    pub key: Arc<SigningKey>,
    /// The engine.
    pub engine: Engine,
    /// Pace and timeouts of consensus.
    pub pacing: Pacing,
    /// How long paths into the past of the state are kept.
    pub retention: Retention,
    /// Bounds of the queue.
    pub pool: PoolLimits,
    /// How long a proposer may take for a block. A validator takes about as long to execute it again, and both
    /// must fit into the propose timeout.
    pub build_budget: Duration,
    /// Memory for blocks of the database that are in use.
    pub cache_bytes: usize,
    /// Where time comes from.
    pub clock: Clock,
}

impl NodeConfig {
    /// The default settings.
    pub fn new(dir: impl Into<PathBuf>, genesis: Genesis, org: OrgId, key: Arc<SigningKey>, engine: Engine) -> Self {
        Self {
            dir: dir.into(),
            genesis,
            org,
            key,
            engine,
            pacing: Pacing::default(),
            retention: Retention::default(),
            pool: PoolLimits::default(),
            build_budget: Duration::from_millis(150),
            cache_bytes: 64 * 1024 * 1024,
            clock: Clock::system(),
        }
    }
}
