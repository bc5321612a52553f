//! What the parts of a node share.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use ledger_contract::{BlockContext, genesis_writes, read};
use ledger_crypto::{SuiteId, Verifier};
use ledger_state::{StateView, Store, StoreConfig, Tip};
use ledger_types::Digest;
use ledger_types::block::{Genesis, ValidatorSet};
use ledger_types::id::{ChainId, Height, OrgId, TimeMs};
use ledger_types::object::Parameters;
use lru::LruCache;
use parking_lot::Mutex;

use crate::clock::Clock;
use crate::config::NodeConfig;
use crate::error::{ExecuteError, NodeError};
use crate::execute::Executed;
use crate::feed::Feed;
use crate::pool::Pool;
use crate::query::BlockTrees;
use crate::signatures::Signatures;
use crate::waiters::Waiters;

/// Keys with tables: 86 KiB each.
const KEY_TABLES: usize = 512;

/// Good signatures remembered: more than the queue and a few blocks hold.
const GOOD_SIGNATURES: NonZeroUsize = NonZeroUsize::new(131_072).expect("not zero");

/// Blocks whose Merkle trees are kept; at most half a megabyte each.
const TREES: NonZeroUsize = NonZeroUsize::new(32).expect("not zero");

/// Blocks of the present height that were executed and wait for the decision.
const EXECUTED_MAX: usize = 8;

pub(crate) struct Chain {
    pub(crate) store: Arc<Store>,
    pub(crate) org: OrgId,
    pub(crate) signatures: Signatures,
    pub(crate) pool: Pool,
    pub(crate) feed: Feed,
    pub(crate) waiters: Waiters,
    pub(crate) clock: Clock,
    pub(crate) build_budget: Duration,
    /// Trees of the blocks that proofs were asked of last: evidence comes in bunches.
    pub(crate) trees: Mutex<LruCache<Height, Arc<BlockTrees>>>,
    executed: Mutex<HashMap<Digest, Arc<Executed>>>,
}

/// The state on which the next block is executed.
pub(crate) struct Parent {
    pub(crate) tip: Tip,
    pub(crate) view: StateView,
    pub(crate) parameters: Parameters,
    pub(crate) validators: ValidatorSet,
}

impl Chain {
    pub(crate) fn open(config: &NodeConfig) -> Result<Self, NodeError> {
        let g = &config.genesis;
        let state = genesis_writes(g)?;
        let member = g.organisations.iter().find(|o| o.id == config.org);
        let member = member.ok_or_else(|| NodeError::NotAMember(config.org.clone()))?;
        if member.node_key != config.key.public_key() {
            return Err(NodeError::OtherKey(config.org.clone()));
        }
        let store = StoreConfig {
            retention: config.retention,
            cache_bytes: config.cache_bytes,
            ..StoreConfig::new(config.dir.join("store"))
        };
        let store = Arc::new(Store::open(&store, g, || Ok::<_, NodeError>(state))?);
        let verifier = Verifier::new(g.suite, KEY_TABLES);
        for validator in &g.validators.0 {
            verifier.preload(&validator.key);
        }
        let height = store.tip().height;
        Ok(Self {
            store,
            org: config.org.clone(),
            signatures: Signatures::new(verifier, GOOD_SIGNATURES),
            pool: Pool::new(config.pool),
            feed: Feed::new(height),
            waiters: Waiters::default(),
            clock: config.clock.clone(),
            build_budget: config.build_budget,
            trees: Mutex::new(LruCache::new(TREES)),
            executed: Mutex::default(),
        })
    }

    pub(crate) fn genesis(&self) -> &Genesis {
        self.store.genesis()
    }

    pub(crate) fn suite(&self) -> SuiteId {
        self.genesis().suite
    }

    pub(crate) fn chain(&self) -> &ChainId {
        &self.genesis().chain
    }

    pub(crate) fn parent(&self) -> Result<Parent, ExecuteError> {
        let tip = self.store.tip();
        let view = StateView::new(self.store.clone(), tip.height);
        let missing = |what: &str| ExecuteError::Local(format!("the state has no {what}"));
        let parameters = read::parameters(&view)?.ok_or_else(|| missing("parameters"))?;
        let validators = read::validators(&view)?.ok_or_else(|| missing("validators"))?;
        Ok(Parent { tip, view, parameters, validators })
    }

    /// The context of the next block at this time.
    pub(crate) fn context(&self, parent: &Parent, time_ms: TimeMs) -> BlockContext {
        BlockContext {
            chain: self.chain().clone(),
            suite: self.suite(),
            rules: self.genesis().rules,
            height: parent.tip.height + 1,
            time_ms,
            prev: parent.tip.hash,
            parameters: parent.parameters.clone(),
        }
    }

    /// A block of the next height that was executed already.
    pub(crate) fn executed(&self, hash: &Digest) -> Option<Arc<Executed>> {
        self.executed.lock().get(hash).cloned()
    }

    pub(crate) fn remember(&self, block: Arc<Executed>) {
        let mut executed = self.executed.lock();
        // One honest proposer a round makes one block; whoever makes more pays with execution after the decision.
        if executed.len() < EXECUTED_MAX {
            executed.insert(block.hash, block);
        }
    }

    /// The decided block; the other ones of its height are of no more use.
    pub(crate) fn take_executed(&self, hash: &Digest) -> Option<Arc<Executed>> {
        let mut executed = self.executed.lock();
        let decided = executed.remove(hash);
        executed.clear();
        decided
    }
}
