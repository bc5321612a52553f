//! A ledger of one process in memory that runs the real rules and makes real proofs of transactions: every
//! transaction is a block of its own, signed by every validator. What it leaves out is consensus and the tree of
//! the state, which the whole-system tests add.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use ledger_client::{BlockRecord, ChainStatus, EvidenceQuery, EvidenceRow, Ledger, LedgerError, StateProof, TxRecord};
use ledger_contract::{BlockContext, Executor, RuleError, StateRead, genesis_writes};
use ledger_crypto::{Digest, SigningKey, Verifier};
use ledger_types::block::{Certificate, CommitSignature, Genesis, Header, tx_leaf, tx_root};
use ledger_types::id::{Height, OrgId, TimeMs, TxId};
use ledger_types::merkle;
use ledger_types::proof::TxProof;
use ledger_types::tx::SignedTx;
use parking_lot::Mutex;
use tokio::sync::watch;

type State = BTreeMap<Vec<u8>, Vec<u8>>;

pub struct TestLedger {
    genesis: Genesis,
    verifier: Verifier,
    validators: BTreeMap<OrgId, Arc<SigningKey>>,
    inner: Arc<Mutex<Inner>>,
    height: watch::Sender<Height>,
    /// While set, transactions are committed but nobody is told.
    pub silent: std::sync::atomic::AtomicBool,
}

struct Inner {
    /// State after every height, genesis first.
    states: Vec<Arc<State>>,
    blocks: Vec<Arc<BlockRecord>>,
    txs: HashMap<TxId, TxRecord>,
}

impl TestLedger {
    pub fn new(genesis: Genesis, validators: BTreeMap<OrgId, Arc<SigningKey>>) -> Arc<Self> {
        let state: State = genesis_writes(&genesis).unwrap().into_iter().collect();
        let inner = Inner { states: vec![Arc::new(state)], blocks: Vec::new(), txs: HashMap::new() };
        let verifier = Verifier::new(genesis.suite, 64);
        Arc::new(Self {
            genesis,
            verifier,
            validators,
            inner: Arc::new(Mutex::new(inner)),
            height: watch::channel(0).0,
            silent: Default::default(),
        })
    }

    fn order(&self, tx: SignedTx) -> Result<TxId, LedgerError> {
        let mut inner = self.inner.lock();
        let height = inner.blocks.len() as Height + 1;
        let (prev, before) = inner.blocks.last().map_or((self.genesis.hash(), 0), |b| (b.hash, b.header.time_ms));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as TimeMs;
        let (suite, chain) = (self.genesis.suite, &self.genesis.chain);
        let context = BlockContext {
            chain: chain.clone(),
            suite,
            rules: self.genesis.rules,
            height,
            time_ms: now.max(before + 1),
            prev,
            parameters: self.genesis.parameters.clone(),
        };
        let state = Arc::clone(inner.states.last().unwrap());
        let mut executor = Executor::new(state.as_ref(), &context, &self.verifier);
        let receipt = executor.execute(0, &tx).map_err(|e| match e {
            RuleError::Rejected(r) => LedgerError::Refused { code: r.code.to_string(), params: r.params },
            RuleError::State(e) => LedgerError::Internal(e.to_string()),
        })?;
        let mut next = State::clone(&state);
        for (key, value) in executor.finish().0 {
            match value {
                Some(value) => next.insert(key, value),
                None => next.remove(&key),
            };
        }
        let txs = vec![tx];
        let validators = self.genesis.validators.digest(suite, chain);
        let header = Header {
            v: 1,
            rules: context.rules,
            chain: chain.clone(),
            height,
            prev,
            time_ms: context.time_ms,
            proposer: self.genesis.organisations[0].id.clone(),
            validators,
            next_validators: validators,
            tx_root: tx_root(suite, &txs),
            receipts_root: merkle::root(suite, &[receipt.leaf(suite, chain).0.to_vec()]),
            state_root: Digest::ZERO,
            tx_count: 1,
        };
        let (id, hash) = (receipt.tx, header.hash(suite));
        let mut certificate = Certificate { height, round: 0, block: hash, signatures: Vec::new() };
        for (org, key) in &self.validators {
            let sig = key.sign(&certificate.vote(org).preimage(chain));
            certificate.signatures.push(CommitSignature { validator: org.clone(), sig });
        }
        let record = TxRecord { tx: txs[0].clone(), receipt: receipt.clone(), time_ms: context.time_ms };
        inner.states.push(Arc::new(next));
        inner.txs.insert(id, record);
        inner.blocks.push(Arc::new(BlockRecord { header, hash, certificate, txs, receipts: vec![receipt] }));
        self.height.send_replace(height);
        Ok(id)
    }
}

#[async_trait]
impl Ledger for TestLedger {
    fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    fn status(&self) -> ChainStatus {
        let inner = self.inner.lock();
        let last = inner.blocks.last();
        ChainStatus {
            height: inner.blocks.len() as Height,
            hash: last.map_or(self.genesis.hash(), |b| b.hash),
            state_root: Digest::ZERO,
            time_ms: last.map_or(self.genesis.time_ms, |b| b.header.time_ms),
            pending: 0,
        }
    }

    fn view(&self) -> Arc<dyn StateRead + Send + Sync> {
        let inner = self.inner.lock();
        inner.states.last().unwrap().clone()
    }

    async fn submit(&self, tx: SignedTx) -> Result<TxId, LedgerError> {
        self.order(tx)
    }

    async fn wait(&self, tx: &TxId, at_most: Duration) -> Result<TxRecord, LedgerError> {
        if self.silent.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(LedgerError::TimedOut(at_most));
        }
        self.tx(tx)?.ok_or(LedgerError::TimedOut(at_most))
    }

    fn tx(&self, tx: &TxId) -> Result<Option<TxRecord>, LedgerError> {
        Ok(self.inner.lock().txs.get(tx).cloned())
    }

    fn tx_proof(&self, tx: &TxId) -> Result<Option<TxProof>, LedgerError> {
        let Some(record) = self.tx(tx)? else { return Ok(None) };
        let Some(block) = self.block(record.receipt.height)? else { return Ok(None) };
        let (suite, chain) = (self.genesis.suite, &self.genesis.chain);
        let path = |leaf: Vec<u8>| merkle::prove(suite, &[leaf], 0).unwrap();
        Ok(Some(TxProof {
            tx_path: path(tx_leaf(&record.tx)),
            receipt_path: path(record.receipt.leaf(suite, chain).0.to_vec()),
            tx: record.tx,
            receipt: record.receipt,
            header: block.header,
            certificate: block.certificate,
        }))
    }

    fn block(&self, height: Height) -> Result<Option<BlockRecord>, LedgerError> {
        let at = height.checked_sub(1).map(|h| h as usize);
        Ok(at.and_then(|h| self.inner.lock().blocks.get(h).map(|b| b.as_ref().clone())))
    }

    fn header(&self, height: Height) -> Result<Option<Header>, LedgerError> {
        Ok(self.block(height)?.map(|b| b.header))
    }

    fn height_of(&self, hash: &Digest) -> Result<Option<Height>, LedgerError> {
        Ok(self.inner.lock().blocks.iter().find(|b| &b.hash == hash).map(|b| b.header.height))
    }

    fn value(&self, key: &[u8], at: Option<Height>) -> Result<Option<Vec<u8>>, LedgerError> {
        let inner = self.inner.lock();
        let at = at.map_or(inner.states.len() - 1, |h| h as usize);
        let state = inner.states.get(at).ok_or(LedgerError::NotAvailable(at as Height))?;
        Ok(BTreeMap::get(state.as_ref(), key).cloned())
    }

    fn state_proof(&self, _: &[u8], at: Option<Height>) -> Result<StateProof, LedgerError> {
        Err(LedgerError::NotAvailable(at.unwrap_or(0)))
    }

    fn evidence(&self, q: &EvidenceQuery) -> Result<Vec<EvidenceRow>, LedgerError> {
        let inner = self.inner.lock();
        let mut rows = Vec::new();
        for block in &inner.blocks {
            let receipt = &block.receipts[0];
            let tx = block.txs[0].decode().map_err(|e| LedgerError::Internal(e.to_string()))?;
            let about = |e: &ledger_types::receipt::Event| {
                q.task.is_none_or(|t| e.task == Some(t))
                    && q.dataset.as_ref().is_none_or(|d| e.datasets.contains(d))
                    && q.org.as_ref().is_none_or(|o| e.orgs.contains(o))
                    && q.kind.is_none_or(|k| e.kind == k)
            };
            let after = q.after.is_none_or(|a| (receipt.height, receipt.index) > a);
            let by = q.actor.as_ref().is_none_or(|a| a == &tx.sender);
            if after && by && receipt.events.iter().any(about) && rows.len() < q.limit {
                rows.push(EvidenceRow {
                    tx: receipt.tx,
                    height: receipt.height,
                    index: receipt.index,
                    time_ms: block.header.time_ms,
                    actor: tx.sender,
                    action: tx.action.name().into(),
                    receipt: receipt.clone(),
                });
            }
        }
        Ok(rows)
    }

    fn subscribe(&self, from: Height) -> BoxStream<'static, Arc<BlockRecord>> {
        let (inner, heights) = (Arc::clone(&self.inner), self.height.subscribe());
        futures::stream::unfold((from.max(1), heights, inner), |(next, mut heights, inner)| async move {
            loop {
                heights.borrow_and_update();
                let block = inner.lock().blocks.get(next as usize - 1).cloned();
                if let Some(block) = block {
                    return Some((block, (next + 1, heights, inner)));
                }
                heights.changed().await.ok()?;
            }
        })
        .boxed()
    }
}
