//! A small application that really executes (a chain of digests), and a consortium of nodes over real
//! sockets in one process.

#![allow(dead_code)]

pub mod store;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use ledger_consensus::malachite::Malachite;
use ledger_consensus::{AppError, BlockApp, ConsensusEngine, EngineHandle, Pacing, Tip, Undecided};
use ledger_crypto::{Digest, Signature, SigningKey, SuiteId, Verifier};
use ledger_mesh::{Mesh, MeshConfig, PeerAddr};
use ledger_types::block::{Block, Certificate, Header, Validator, ValidatorSet, tx_root};
use ledger_types::cbor;
use ledger_types::id::{ChainId, Height, OrgId};
use ledger_types::proof::verify_certificate;
use ledger_types::tx::SignedTx;
use parking_lot::Mutex;
use serde_bytes::ByteBuf;

pub const SUITE: SuiteId = SuiteId::Gm;

pub fn chain() -> ChainId {
    ChainId::new("test").expect("a slug")
}

pub fn org(s: &str) -> OrgId {
    OrgId::new(s).expect("a slug")
}

pub fn tx(n: u64) -> SignedTx {
    SignedTx { tx: ByteBuf::from(n.to_be_bytes().to_vec()), sig: Signature([0; 64]) }
}

#[derive(Default)]
struct State {
    blocks: Vec<(Block, Vec<u8>, Certificate)>,
    mempool: Vec<SignedTx>,
    undecided: BTreeMap<Digest, (Height, Undecided, Vec<u8>)>,
}

/// Survives the engines that run on it, as a database would.
pub struct TestApp {
    pub org: OrgId,
    pub validators: ValidatorSet,
    /// Builds blocks with a wrong state root.
    pub lies: AtomicBool,
    /// Fails to commit.
    pub broken: AtomicBool,
    /// Always has work.
    pub busy: AtomicBool,
    store: Option<store::Store>,
    state: Mutex<State>,
}

impl TestApp {
    pub fn new(org: OrgId, validators: ValidatorSet) -> Arc<Self> {
        Arc::new(Self::with(org, validators, None, State::default()))
    }

    /// On files, for processes that are killed.
    pub fn open(org: OrgId, validators: ValidatorSet, dir: &std::path::Path) -> Arc<Self> {
        let (store, blocks, undecided) = store::Store::open(dir);
        let undecided = undecided.into_iter().map(|u| (u.1.block_hash, u)).collect();
        let state = State { blocks, mempool: Vec::new(), undecided };
        Arc::new(Self::with(org, validators, Some(store), state))
    }

    fn with(org: OrgId, validators: ValidatorSet, store: Option<store::Store>, state: State) -> Self {
        let [lies, broken, busy] = [(); 3].map(|()| AtomicBool::new(false));
        Self { org, validators, lies, broken, busy, store, state: Mutex::new(state) }
    }

    pub fn submit(&self, tx: SignedTx) {
        self.state.lock().mempool.push(tx);
    }

    pub fn height(&self) -> Height {
        self.state.lock().blocks.len() as Height
    }

    pub fn hashes(&self) -> Vec<Digest> {
        self.state.lock().blocks.iter().map(|b| b.0.header.hash(SUITE)).collect()
    }

    pub fn committed_txs(&self) -> Vec<SignedTx> {
        self.state.lock().blocks.iter().flat_map(|b| b.0.txs.clone()).collect()
    }

    pub fn proposers(&self) -> Vec<OrgId> {
        self.state.lock().blocks.iter().map(|b| b.0.header.proposer.clone()).collect()
    }

    /// Every certificate verifies offline against the validator set.
    pub fn assert_certificates(&self) {
        let verifier = Verifier::new(SUITE, 16);
        for (block, _, certificate) in &self.state.lock().blocks {
            verify_certificate(&verifier, SUITE, &chain(), &self.validators, &block.header, certificate)
                .expect("a decided block carries a certificate");
        }
    }

    fn root_after(state: &State, txs: &[SignedTx]) -> Digest {
        let before = state.blocks.last().map_or(Digest::ZERO, |b| b.0.header.state_root);
        SUITE.hash(&[&before.0, &tx_root(SUITE, txs).0])
    }

    fn keep(&self, state: &mut State, undecided: (Height, Undecided, Vec<u8>)) {
        if let Some(store) = &self.store {
            store.keep_undecided(&undecided);
        }
        state.undecided.insert(undecided.1.block_hash, undecided);
    }

    fn tip_of(state: &State) -> Tip {
        match state.blocks.last() {
            Some((b, ..)) => {
                Tip { height: b.header.height, block_hash: b.header.hash(SUITE), time_ms: b.header.time_ms }
            }
            None => Tip { height: 0, block_hash: Digest::ZERO, time_ms: 0 },
        }
    }
}

impl BlockApp for TestApp {
    fn tip(&self) -> Tip {
        Self::tip_of(&self.state.lock())
    }

    fn propose(&self, height: Height, round: u32) -> Result<(Digest, Vec<u8>), AppError> {
        let mut state = self.state.lock();
        let own =
            |(h, u, _): &&(Height, Undecided, Vec<u8>)| *h == height && u.round == round && u.proposer == self.org;
        if let Some((_, u, body)) = state.undecided.values().find(own) {
            return Ok((u.block_hash, body.clone()));
        }
        let tip = Self::tip_of(&state);
        if tip.height + 1 != height {
            return Err(AppError::Local(format!("asked for {height} on {}", tip.height)));
        }
        let txs = state.mempool.clone();
        let mut state_root = Self::root_after(&state, &txs);
        if self.lies.load(SeqCst) {
            state_root = Digest([9; 32]);
        }
        let validators = self.validators.digest(SUITE, &chain());
        let header = Header {
            v: 1,
            rules: 1,
            chain: chain(),
            height,
            prev: tip.block_hash,
            time_ms: tip.time_ms + 1,
            proposer: self.org.clone(),
            validators,
            next_validators: validators,
            tx_root: tx_root(SUITE, &txs),
            receipts_root: Digest::ZERO,
            state_root,
            tx_count: txs.len() as u32,
        };
        let hash = header.hash(SUITE);
        let body = cbor::to_bytes(&Block { header, txs });
        let undecided = Undecided { round, proposer: self.org.clone(), block_hash: hash, valid: true };
        self.keep(&mut state, (height, undecided, body.clone()));
        Ok((hash, body))
    }

    fn validate(&self, height: Height, round: u32, proposer: &OrgId, body: &[u8]) -> Result<Digest, AppError> {
        let block: Block = cbor::from_bytes(body).map_err(|e| AppError::Invalid(e.to_string()))?;
        let mut state = self.state.lock();
        let tip = Self::tip_of(&state);
        if tip.height + 1 != height {
            return Err(AppError::Local(format!("asked for {height} on {}", tip.height)));
        }
        let header = &block.header;
        if header.prev != tip.block_hash || header.proposer != *proposer {
            return Err(AppError::Invalid("it does not follow the tip".to_owned()));
        }
        if header.state_root != Self::root_after(&state, &block.txs) {
            return Err(AppError::Invalid("another state root".to_owned()));
        }
        let hash = header.hash(SUITE);
        let undecided = Undecided { round, proposer: proposer.clone(), block_hash: hash, valid: true };
        self.keep(&mut state, (height, undecided, body.to_vec()));
        Ok(hash)
    }

    fn undecided(&self, height: Height, round: u32) -> Vec<Undecided> {
        let state = self.state.lock();
        let at = state.undecided.values().filter(|(h, u, _)| *h == height && u.round == round);
        at.map(|(_, u, _)| u.clone()).collect()
    }

    fn undecided_body(&self, block_hash: &Digest) -> Option<Vec<u8>> {
        self.state.lock().undecided.get(block_hash).map(|u| u.2.clone())
    }

    fn commit(&self, height: Height, block_hash: &Digest, certificate: &Certificate) -> Result<(), AppError> {
        if self.broken.load(SeqCst) {
            return Err(AppError::Local("the disk is gone".to_owned()));
        }
        let mut state = self.state.lock();
        let tip = Self::tip_of(&state);
        if tip.height == height && tip.block_hash == *block_hash {
            return Ok(());
        }
        let Some((h, _, body)) = state.undecided.remove(block_hash) else {
            return Err(AppError::Local(format!("no body for block {block_hash}")));
        };
        let block: Block = cbor::from_bytes(&body).expect("it was made or validated here");
        assert_eq!((h, tip.height + 1, certificate.block), (height, height, *block_hash));
        assert_eq!(block.header.state_root, Self::root_after(&state, &block.txs), "a wrong block was decided");
        state.mempool.retain(|t| !block.txs.contains(t));
        state.undecided.retain(|_, u| u.0 > height);
        if let Some(store) = &self.store {
            store.append_block(&body, certificate);
        }
        state.blocks.push((block, body, certificate.clone()));
        Ok(())
    }

    fn decided(&self, height: Height) -> Option<(Vec<u8>, Certificate)> {
        let state = self.state.lock();
        state.blocks.get(usize::try_from(height.checked_sub(1)?).ok()?).map(|b| (b.1.clone(), b.2.clone()))
    }

    fn min_height(&self) -> Height {
        1
    }

    fn has_work(&self) -> bool {
        self.busy.load(SeqCst) || !self.state.lock().mempool.is_empty()
    }
}

pub struct Node {
    pub app: Arc<TestApp>,
    pub mesh: Mesh,
    pub engine: EngineHandle,
}

pub struct Consortium {
    pub dir: tempfile::TempDir,
    pub keys: Vec<(OrgId, Arc<SigningKey>, String)>,
    pub validators: ValidatorSet,
    pub pacing: Pacing,
}

impl Consortium {
    pub fn new(n: usize) -> Self {
        let held: Vec<_> = (0..n).map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
        let keys: Vec<_> = held
            .iter()
            .enumerate()
            .map(|(i, l)| {
                let key = SigningKey::generate(SUITE).expect("the OS has randomness");
                (org(&format!("org{i}")), Arc::new(key), l.local_addr().expect("bound").to_string())
            })
            .collect();
        let validator = |(org, key, _): &(OrgId, Arc<SigningKey>, String)| Validator {
            org: org.clone(),
            key: key.public_key(),
            power: 1,
        };
        let validators = ValidatorSet::new(keys.iter().map(validator).collect()).expect("a valid set");
        let pacing = Pacing {
            block_interval: Duration::from_millis(50),
            idle_interval: Duration::from_millis(400),
            propose_timeout: Duration::from_secs(1),
            quorum_wait: Duration::from_secs(5),
            status_interval: Duration::from_millis(300),
            ..Pacing::default()
        };
        Self { dir: tempfile::tempdir().expect("a directory"), keys, validators, pacing }
    }

    pub async fn mesh(&self, who: usize) -> Mesh {
        let (org, key, address) = self.keys[who].clone();
        let peer = |(org, key, address): &(OrgId, Arc<SigningKey>, String)| PeerAddr {
            org: org.clone(),
            public_key: key.public_key(),
            address: address.clone(),
        };
        let listen = address.parse().expect("an address");
        let config = MeshConfig::new(chain(), SUITE, org, key, listen, self.keys.iter().map(peer).collect());
        Mesh::start(config).await.expect("the port is free")
    }

    pub fn app(&self, who: usize) -> Arc<TestApp> {
        TestApp::new(self.keys[who].0.clone(), self.validators.clone())
    }

    pub fn home(&self, who: usize) -> PathBuf {
        self.dir.path().join(self.keys[who].0.as_str())
    }

    pub fn engine(&self, who: usize, mesh: &Mesh) -> Box<Malachite> {
        let (org, key, _) = self.keys[who].clone();
        Box::new(Malachite {
            chain: chain(),
            suite: SUITE,
            org,
            key,
            validators: self.validators.clone(),
            mesh: mesh.clone(),
            dir: self.home(who),
            pacing: self.pacing.clone(),
        })
    }

    pub async fn start(&self, who: usize, app: Arc<TestApp>) -> Node {
        let mesh = self.mesh(who).await;
        let engine = self.engine(who, &mesh).start(app.clone()).await.expect("the engine starts");
        Node { app, mesh, engine }
    }

    pub async fn start_all(&self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for who in 0..self.keys.len() {
            nodes.push(self.start(who, self.app(who)).await);
        }
        nodes
    }
}

impl Node {
    /// Ends the engine and the mesh; the application remains.
    pub async fn stop(self) -> Arc<TestApp> {
        self.engine.stop().await.expect("it was running");
        self.mesh.shutdown().await;
        self.app
    }
}

pub async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let limit = Duration::from_secs(120);
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(limit, wait).await.unwrap_or_else(|_| panic!("it never happened: {what}"));
}

/// All nodes agree on every height that two of them have.
pub fn assert_equal_chains(apps: &[Arc<TestApp>]) {
    let chains: Vec<_> = apps.iter().map(|a| a.hashes()).collect();
    for pair in chains.windows(2) {
        let common = pair[0].len().min(pair[1].len());
        assert_eq!(pair[0][..common], pair[1][..common]);
    }
}

/// Logs of a failing test: `RUST_LOG=info cargo test -- --nocapture`.
pub fn logs() {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
}
