//! A ledger of one process in memory that runs the real rules: every transaction is a block of its own. What it
//! leaves out is consensus and storage, which the whole-system tests add.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use ledger_client::{BlockRecord, ChainStatus, EvidenceQuery, EvidenceRow, Ledger, LedgerError, StateProof, TxRecord};
use ledger_contract::{BlockContext, Executor, RuleError, StateRead, genesis_writes};
use ledger_crypto::{Digest, Verifier};
use ledger_types::action::Action;
use ledger_types::block::{Certificate, Genesis, Header, tx_root};
use ledger_types::id::{Height, OrgId, TimeMs, TxId};
use ledger_types::proof::TxProof;
use ledger_types::tx::SignedTx;
use parking_lot::Mutex;
use tokio::sync::watch;

type State = BTreeMap<Vec<u8>, Vec<u8>>;

pub struct TestLedger {
    genesis: Genesis,
    verifier: Verifier,
    inner: Arc<Mutex<Inner>>,
    height: watch::Sender<Height>,
    // Attestations of this organisation are not taken.
    held: Mutex<Option<OrgId>>,
}

struct Inner {
    state: Arc<State>,
    blocks: Vec<Arc<BlockRecord>>,
    txs: HashMap<TxId, TxRecord>,
}

impl TestLedger {
    pub fn new(genesis: Genesis) -> Arc<Self> {
        let state: State = genesis_writes(&genesis).unwrap().into_iter().collect();
        let inner = Inner { state: Arc::new(state), blocks: Vec::new(), txs: HashMap::new() };
        let verifier = Verifier::new(genesis.suite, 64);
        Arc::new(Self {
            genesis,
            verifier,
            inner: Arc::new(Mutex::new(inner)),
            height: watch::channel(0).0,
            held: Mutex::default(),
        })
    }

    pub fn blocks(&self) -> Vec<Arc<BlockRecord>> {
        self.inner.lock().blocks.clone()
    }

    /// Takes no attestation of this organisation, as if its node could not reach the ledger in time.
    pub fn hold_attestations_of(&self, org: Option<OrgId>) {
        *self.held.lock() = org;
    }

    fn order(&self, tx: SignedTx) -> Result<TxId, LedgerError> {
        let mut inner = self.inner.lock();
        let height = inner.blocks.len() as Height + 1;
        let (prev, before) = inner.blocks.last().map_or((self.genesis.hash(), 0), |b| (b.hash, b.header.time_ms));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as TimeMs;
        let context = BlockContext {
            chain: self.genesis.chain.clone(),
            suite: self.genesis.suite,
            rules: self.genesis.rules,
            height,
            time_ms: now.max(before + 1),
            prev,
            parameters: self.genesis.parameters.clone(),
        };
        let state = Arc::clone(&inner.state);
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
        let header = Header {
            v: 1,
            rules: context.rules,
            chain: context.chain.clone(),
            height,
            prev,
            time_ms: context.time_ms,
            proposer: OrgId::new("bank").unwrap(),
            validators: Digest::ZERO,
            next_validators: Digest::ZERO,
            tx_root: tx_root(context.suite, &txs),
            receipts_root: Digest::ZERO,
            state_root: Digest::ZERO,
            tx_count: 1,
        };
        let (id, hash) = (receipt.tx, header.hash(context.suite));
        let record = TxRecord { tx: txs[0].clone(), receipt: receipt.clone(), time_ms: context.time_ms };
        let certificate = Certificate { height, round: 0, block: hash, signatures: Vec::new() };
        inner.state = Arc::new(next);
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
        self.inner.lock().state.clone()
    }

    async fn submit(&self, tx: SignedTx) -> Result<TxId, LedgerError> {
        let decoded = tx.decode().expect("the kit and the rooms sign transactions that decode");
        let held = self.held.lock().as_ref() == Some(&decoded.sender.org);
        if held && matches!(decoded.action, Action::TaskAttest(_)) {
            return Err(LedgerError::Internal("held by the test".into()));
        }
        self.order(tx)
    }

    async fn wait(&self, tx: &TxId, at_most: Duration) -> Result<TxRecord, LedgerError> {
        self.tx(tx)?.ok_or(LedgerError::TimedOut(at_most))
    }

    fn tx(&self, tx: &TxId) -> Result<Option<TxRecord>, LedgerError> {
        Ok(self.inner.lock().txs.get(tx).cloned())
    }

    fn tx_proof(&self, _: &TxId) -> Result<Option<TxProof>, LedgerError> {
        Ok(None)
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
        match at {
            None => Ok(BTreeMap::get(&self.inner.lock().state, key).cloned()),
            Some(height) => Err(LedgerError::NotAvailable(height)),
        }
    }

    fn state_proof(&self, _: &[u8], at: Option<Height>) -> Result<StateProof, LedgerError> {
        Err(LedgerError::NotAvailable(at.unwrap_or(0)))
    }

    fn evidence(&self, _: &EvidenceQuery) -> Result<Vec<EvidenceRow>, LedgerError> {
        Ok(Vec::new())
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
