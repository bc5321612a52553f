//! A running node.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use ledger_client::{BlockRecord, ChainStatus, EvidenceQuery, EvidenceRow, Ledger, LedgerError, StateProof, TxRecord};
use ledger_consensus::malachite::Malachite;
use ledger_consensus::solo::Solo;
use ledger_consensus::{ConsensusEngine, EngineError, EngineHandle, EngineMonitor, EngineStatus};
use ledger_contract::StateRead;
use ledger_mesh::Service;
use ledger_state::StateView;
use ledger_types::Digest;
use ledger_types::block::{Genesis, Header};
use ledger_types::id::{Height, OrgId, TxId};
use ledger_types::proof::TxProof;
use ledger_types::tx::SignedTx;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tracing::{debug, error};

use crate::admit::Admitted;
use crate::chain::Chain;
use crate::config::{Engine, NodeConfig};
use crate::error::{self, NodeError};
use crate::gossip;
use crate::pool::Pooled;
use crate::waiters::Ended;

/// Transactions that wait to be told to the others; more are told again later, from the queue.
const GOSSIP_QUEUE: usize = 16_384;

/// How the queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Waiting transactions.
    pub txs: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// The ledger room of one organisation. Cheap to clone; it stops with [`shutdown`](Self::shutdown), or when
/// the last clone is dropped.
#[derive(Clone)]
pub struct LedgerNode {
    inner: Arc<Inner>,
}

struct Inner {
    chain: Arc<Chain>,
    engine: EngineMonitor,
    gossip: Option<mpsc::Sender<Arc<Pooled>>>,
    stop: CancellationToken,
    ended: watch::Receiver<Option<Result<(), EngineError>>>,
    _stops_with_last_clone: DropGuard,
}

impl LedgerNode {
    /// Opens the store, which must belong to the same genesis document, and starts deciding at its tip plus one.
    /// Must run inside a tokio runtime with several threads.
    ///
    /// # Errors
    /// A genesis document, key or store that does not fit, or an engine that cannot start.
    pub async fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let mesh = match &config.engine {
            Engine::Solo => None,
            Engine::Malachite(mesh) if *mesh.org() == config.org => Some(mesh.clone()),
            Engine::Malachite(mesh) => return Err(NodeError::OtherMesh(mesh.org().clone())),
        };
        // Opening may read and check a lot.
        let opening = config.clone();
        let opened = tokio::task::spawn_blocking(move || Chain::open(&opening)).await;
        let chain = Arc::new(opened.map_err(|e| EngineError::Start(e.to_string()))??);
        let inbox = mesh.as_ref().map(|m| m.service(Service::Gossip)).transpose()?;
        let handle = engine(&config).start(chain.clone()).await?;
        let monitor = handle.monitor();
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let mut gossip = None;
        if let (Some(mesh), Some(inbox)) = (mesh, inbox) {
            let (sender, receiver) = mpsc::channel(GOSSIP_QUEUE);
            gossip = Some(sender);
            tasks.spawn(gossip::listen(chain.clone(), inbox, monitor.clone(), stop.clone()));
            tasks.spawn(gossip::tell(chain.clone(), mesh, receiver, stop.clone()));
        }
        tasks.close();
        let (ended_sender, ended) = watch::channel(None);
        tokio::spawn(supervise(handle, chain.clone(), stop.clone(), tasks, ended_sender));
        let _stops_with_last_clone = stop.clone().drop_guard();
        let inner = Inner { chain, engine: monitor, gossip, stop, ended, _stops_with_last_clone };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// This organisation.
    pub fn org(&self) -> &OrgId {
        &self.inner.chain.org
    }

    /// How the engine is doing.
    pub fn engine(&self) -> EngineStatus {
        self.inner.engine.status()
    }

    /// How the queue stands.
    pub fn pool(&self) -> PoolStatus {
        let (txs, bytes) = self.inner.chain.pool.size();
        PoolStatus { txs, bytes }
    }

    /// Lowest height for which [`Ledger::state_proof`] answers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn proof_horizon(&self) -> Result<Height, LedgerError> {
        self.inner.chain.store.horizon().map_err(error::store)
    }

    /// Resolves when the node does not run any more: `Ok` after [`shutdown`](Self::shutdown), otherwise the
    /// process should exit and be started again, because a node with a dead engine looks alive and is not.
    ///
    /// # Errors
    /// Why the engine ended by itself.
    pub async fn stopped(&self) -> Result<(), EngineError> {
        let mut ended = self.inner.ended.clone();
        let outcome = ended.wait_for(Option::is_some).await.map(|o| o.clone());
        match outcome {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Err(EngineError::Stopped("the node's supervisor is gone".to_owned())),
        }
    }

    /// Stops the engine and ends subscriptions. The store is closed when the last clone and the last view are
    /// dropped.
    ///
    /// # Errors
    /// Why the engine had ended before.
    pub async fn shutdown(&self) -> Result<(), EngineError> {
        self.inner.stop.cancel();
        self.stopped().await
    }

    /// Submits many transactions at once: their signatures are verified on all cores.
    ///
    /// Each has its own outcome, as [`Ledger::submit`] would give it.
    pub async fn submit_many(&self, txs: Vec<SignedTx>) -> Vec<Result<TxId, LedgerError>> {
        let count = txs.len();
        if self.inner.stop.is_cancelled() {
            let stopped = || Err(LedgerError::Internal("the node has stopped".to_owned()));
            return (0..count).map(|_| stopped()).collect();
        }
        let chain = self.inner.chain.clone();
        let admitted = match tokio::task::spawn_blocking(move || chain.admit(txs, true)).await {
            Ok(admitted) => admitted,
            Err(e) => return (0..count).map(|_| Err(LedgerError::Internal(e.to_string()))).collect(),
        };
        self.inner.engine.work_arrived();
        admitted.into_iter().map(|a| a.map(|a| self.tell(&a))).collect()
    }

    fn tell(&self, admitted: &Admitted) -> TxId {
        if let (Admitted::Queued(tx), Some(gossip)) = (admitted, &self.inner.gossip)
            && gossip.try_send(tx.clone()).is_err()
        {
            debug!(tx = %tx.id, "will be told to the others later");
        }
        admitted.id()
    }
}

fn engine(config: &NodeConfig) -> Box<dyn ConsensusEngine> {
    let (g, key, org) = (&config.genesis, config.key.clone(), config.org.clone());
    let (chain, validators, pacing) = (g.chain.clone(), g.validators.clone(), config.pacing.clone());
    match &config.engine {
        Engine::Solo => Box::new(Solo { chain, org, key, validators, pacing }),
        Engine::Malachite(mesh) => Box::new(Malachite {
            chain,
            suite: g.suite,
            org,
            key,
            validators,
            mesh: mesh.clone(),
            dir: config.dir.join("consensus"),
            pacing,
        }),
    }
}

async fn supervise(
    mut handle: EngineHandle,
    chain: Arc<Chain>,
    stop: CancellationToken,
    tasks: TaskTracker,
    ended: watch::Sender<Option<Result<(), EngineError>>>,
) {
    let outcome = tokio::select! {
        outcome = handle.stopped() => Some(outcome),
        () = stop.cancelled() => None,
    };
    let outcome = match outcome {
        Some(outcome) => outcome,
        None => handle.stop().await,
    };
    if let Err(e) = &outcome {
        error!(error = %e, "the engine has stopped");
    }
    stop.cancel();
    tasks.wait().await;
    chain.feed.close();
    chain.waiters.close();
    drop(chain);
    ended.send_replace(Some(outcome));
}

#[async_trait]
impl Ledger for LedgerNode {
    fn genesis(&self) -> &Genesis {
        self.inner.chain.genesis()
    }

    fn status(&self) -> ChainStatus {
        self.inner.chain.status()
    }

    fn view(&self) -> Arc<dyn StateRead + Send + Sync> {
        Arc::new(StateView::at_tip(self.inner.chain.store.clone()))
    }

    async fn submit(&self, tx: SignedTx) -> Result<TxId, LedgerError> {
        let outcome = self.submit_many(vec![tx]).await.pop();
        outcome.unwrap_or_else(|| Err(LedgerError::Internal("no outcome".to_owned())))
    }

    async fn wait(&self, tx: &TxId, at_most: Duration) -> Result<TxRecord, LedgerError> {
        let chain = &self.inner.chain;
        let ended = chain.waiters.register(*tx);
        // Registered first, so that a commit in between is not missed.
        if let Some(record) = chain.tx(tx)? {
            drop(ended);
            chain.waiters.forget(tx);
            return Ok(record);
        }
        let outcome = tokio::time::timeout(at_most, ended).await;
        match outcome {
            Err(_) => {
                chain.waiters.forget(tx);
                Err(LedgerError::TimedOut(at_most))
            }
            Ok(Err(_)) => Err(LedgerError::Internal("the node has stopped".to_owned())),
            Ok(Ok(ended)) => match (chain.tx(tx)?, ended) {
                (Some(record), _) => Ok(record),
                (None, Ended::Dropped(why)) => Err(error::refused(why)),
                (None, Ended::Committed) => Err(LedgerError::Internal("a committed transaction is missing".to_owned())),
            },
        }
    }

    fn tx(&self, tx: &TxId) -> Result<Option<TxRecord>, LedgerError> {
        self.inner.chain.tx(tx)
    }

    fn tx_proof(&self, tx: &TxId) -> Result<Option<TxProof>, LedgerError> {
        self.inner.chain.tx_proof(tx)
    }

    fn block(&self, height: Height) -> Result<Option<BlockRecord>, LedgerError> {
        Ok(self.inner.chain.block(height)?.map(Arc::unwrap_or_clone))
    }

    fn header(&self, height: Height) -> Result<Option<Header>, LedgerError> {
        Ok(self.inner.chain.store.head(height).map_err(error::store)?.map(|h| h.header))
    }

    fn height_of(&self, hash: &Digest) -> Result<Option<Height>, LedgerError> {
        self.inner.chain.store.height_of(hash).map_err(error::store)
    }

    fn value(&self, key: &[u8], at: Option<Height>) -> Result<Option<Vec<u8>>, LedgerError> {
        self.inner.chain.value(key, at)
    }

    fn state_proof(&self, key: &[u8], at: Option<Height>) -> Result<StateProof, LedgerError> {
        self.inner.chain.state_proof(key, at)
    }

    fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceRow>, LedgerError> {
        self.inner.chain.evidence(query)
    }

    fn subscribe(&self, from: Height) -> BoxStream<'static, Arc<BlockRecord>> {
        self.inner.chain.subscribe(from)
    }
}
