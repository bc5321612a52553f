//! A chain in memory: the real rules, real signatures, real roots, every validator's key in one hand.
//!
//! Blocks are executed on a shadow state and can be edited before they are sealed, so that a test can
//! play a consortium whose validators all conspire: their certificates are good and their contents are not.

use std::collections::BTreeMap;

use ledger_contract::{BlockContext, Executor, genesis_writes};
use ledger_crypto::{SigningKey, Verifier};
use ledger_types::block::{Certificate, CommitSignature, Genesis, Header, tx_leaf, tx_root};
use ledger_types::bundle::{EvidenceBundle, StateEntry};
use ledger_types::id::{AccountRef, OrgId, TaskId, TimeMs};
use ledger_types::merkle;
use ledger_types::proof::TxProof;
use ledger_types::receipt::Receipt;
use ledger_types::state_path::{EMPTY, StateLeaf, StatePath, state_key};
use ledger_types::tx::{SignedTx, Tx};
use ledger_types::{Digest, SuiteId};

pub type State = BTreeMap<Vec<u8>, Vec<u8>>;

/// One transaction on its way into a block.
#[derive(Clone)]
pub struct Entry {
    pub tx: Tx,
    /// Secret of the key that signs.
    pub signer: [u8; 32],
    pub receipt: Receipt,
}

pub struct Sealed {
    pub header: Header,
    pub certificate: Certificate,
    pub txs: Vec<SignedTx>,
    pub receipts: Vec<Receipt>,
    /// State after the block.
    pub state: State,
}

pub struct Chain {
    pub genesis: Genesis,
    node_keys: BTreeMap<OrgId, SigningKey>,
    pub blocks: Vec<Sealed>,
    state: State,
    verifier: Verifier,
    nonces: BTreeMap<AccountRef, u64>,
    pub now_ms: TimeMs,
    /// How many validators sign certificates.
    pub signers: usize,
}

impl Chain {
    pub fn new(genesis: Genesis, node_keys: BTreeMap<OrgId, SigningKey>) -> Self {
        let state = genesis_writes(&genesis).expect("a good genesis document").into_iter().collect();
        Self {
            verifier: Verifier::new(genesis.suite, 64),
            now_ms: genesis.time_ms,
            signers: node_keys.len(),
            genesis,
            node_keys,
            blocks: Vec::new(),
            state,
            nonces: BTreeMap::new(),
        }
    }

    pub fn suite(&self) -> SuiteId {
        self.genesis.suite
    }

    pub fn height(&self) -> u64 {
        self.blocks.len() as u64
    }

    /// Executes and seals a block. `edit` may change what is sealed.
    pub fn block(
        &mut self,
        actions: Vec<(AccountRef, [u8; 32], ledger_types::action::Action)>,
        edit: impl FnOnce(&mut Vec<Entry>),
    ) -> Vec<Receipt> {
        self.now_ms += 1_000;
        let height = self.height() + 1;
        let prev = self.blocks.last().map_or_else(|| self.genesis.hash(), |b| b.header.hash(self.suite()));
        let context = BlockContext {
            chain: self.genesis.chain.clone(),
            suite: self.suite(),
            rules: self.genesis.rules,
            height,
            time_ms: self.now_ms,
            prev,
            parameters: self.genesis.parameters.clone(),
        };
        let mut executor = Executor::new(&self.state, &context, &self.verifier);
        let mut entries = Vec::new();
        for (sender, signer, action) in actions {
            let nonce = self.nonces.entry(sender.clone()).or_insert(0);
            *nonce += 1;
            let chain = self.genesis.chain.clone();
            let tx = Tx { v: 1, chain, sender, nonce: *nonce, valid_until: height + 20, action };
            let signed = tx.sign(&key(self.genesis.suite, &signer));
            let receipt = executor.execute(entries.len() as u32, &signed).expect("an admissible transaction");
            entries.push(Entry { tx, signer, receipt });
        }
        let writes = executor.finish();
        for (key, value) in writes.0 {
            match value {
                Some(value) => self.state.insert(key, value),
                None => self.state.remove(&key),
            };
        }
        let honest = entries.iter().map(|e| e.receipt.clone()).collect();
        edit(&mut entries);
        self.seal(height, prev, entries);
        honest
    }

    fn seal(&mut self, height: u64, prev: Digest, entries: Vec<Entry>) {
        let (suite, chain) = (self.suite(), &self.genesis.chain);
        let (mut txs, mut receipts) = (Vec::new(), Vec::new());
        for (index, entry) in entries.into_iter().enumerate() {
            let signed = entry.tx.sign(&key(suite, &entry.signer));
            let tx = signed.id(suite, chain);
            receipts.push(Receipt { tx, height, index: index as u32, ..entry.receipt });
            txs.push(signed);
        }
        let validators = self.genesis.validators.digest(suite, chain);
        let proposers = &self.genesis.validators.0;
        let header = Header {
            v: 1,
            rules: self.genesis.rules,
            chain: chain.clone(),
            height,
            prev,
            time_ms: self.now_ms,
            proposer: proposers[height as usize % proposers.len()].org.clone(),
            validators,
            next_validators: validators,
            tx_root: tx_root(suite, &txs),
            receipts_root: merkle::root(suite, &leaves(&receipts, suite, &self.genesis)),
            state_root: state_root(suite, &self.genesis, &self.state),
            tx_count: txs.len() as u32,
        };
        let certificate = self.certify(&header);
        self.blocks.push(Sealed { header, certificate, txs, receipts, state: self.state.clone() });
    }

    /// Signatures of the first `signers` validators.
    pub fn certify(&self, header: &Header) -> Certificate {
        let block = header.hash(self.suite());
        let mut certificate = Certificate { height: header.height, round: 0, block, signatures: Vec::new() };
        for (org, key) in self.node_keys.iter().take(self.signers) {
            let sig = key.sign(&certificate.vote(org).preimage(&self.genesis.chain));
            certificate.signatures.push(CommitSignature { validator: org.clone(), sig });
        }
        certificate
    }

    pub fn proof(&self, height: u64, index: usize) -> TxProof {
        let block = &self.blocks[height as usize - 1];
        let suite = self.suite();
        let txs: Vec<_> = block.txs.iter().map(tx_leaf).collect();
        TxProof {
            tx: block.txs[index].clone(),
            tx_path: merkle::prove(suite, &txs, index).expect("an index of the block"),
            receipt: block.receipts[index].clone(),
            receipt_path: merkle::prove(suite, &leaves(&block.receipts, suite, &self.genesis), index)
                .expect("likewise"),
            header: block.header.clone(),
            certificate: block.certificate.clone(),
        }
    }

    /// The object under a key after the last block, with its path.
    pub fn state_entry(&self, key: &[u8]) -> StateEntry {
        self.state_entry_at(self.height(), key)
    }

    /// The object under a key after a block, with its path.
    pub fn state_entry_at(&self, height: u64, key: &[u8]) -> StateEntry {
        let block = &self.blocks[height as usize - 1];
        let all = state_leaves(self.suite(), &self.genesis, &block.state);
        StateEntry {
            key: key.to_vec(),
            value: block.state.get(key).cloned(),
            path: prove(self.suite(), all, &state_key(self.suite(), &self.genesis.chain, key)),
            header: block.header.clone(),
            certificate: block.certificate.clone(),
        }
    }

    /// Everything that happened, as a bundle about a task.
    pub fn bundle(&self, task: TaskId, state_keys: &[Vec<u8>], earlier: Vec<StateEntry>) -> EvidenceBundle {
        let places = self.blocks.iter().flat_map(|b| (0..b.txs.len()).map(|i| (b.header.height, i)));
        let proofs = places.map(|(height, index)| self.proof(height, index)).collect();
        let first = (self.blocks[0].header.clone(), self.blocks[0].certificate.clone());
        let state = state_keys.iter().map(|k| self.state_entry(k)).chain(earlier).collect();
        EvidenceBundle::build(&self.genesis, task, first, proofs, state)
    }
}

pub fn key(suite: SuiteId, secret: &[u8; 32]) -> SigningKey {
    SigningKey::from_bytes(suite, secret).expect("a secret in range")
}

fn leaves(receipts: &[Receipt], suite: SuiteId, genesis: &Genesis) -> Vec<[u8; 32]> {
    receipts.iter().map(|r| r.leaf(suite, &genesis.chain).0).collect()
}

fn state_leaves(suite: SuiteId, genesis: &Genesis, state: &State) -> Vec<StateLeaf> {
    let leaf =
        |(k, v): (&Vec<u8>, &Vec<u8>)| StateLeaf { key: state_key(suite, &genesis.chain, k), value: suite.hash(&[v]) };
    state.iter().map(leaf).collect()
}

pub fn state_root(suite: SuiteId, genesis: &Genesis, state: &State) -> Digest {
    subtree(suite, &state_leaves(suite, genesis, state), 0)
}

fn bit(d: &Digest, i: usize) -> bool {
    d.0[i / 8] >> (7 - i % 8) & 1 == 1
}

/// The definition of the tree, recursively.
fn subtree(suite: SuiteId, leaves: &[StateLeaf], depth: usize) -> Digest {
    match leaves {
        [] => EMPTY,
        [l] => suite.hash(&[b"JMT::LeafNode", &l.key.0, &l.value.0]),
        _ => {
            let (ones, zeros): (Vec<_>, Vec<_>) = leaves.iter().partition(|l| bit(&l.key, depth));
            let (left, right) = (subtree(suite, &zeros, depth + 1), subtree(suite, &ones, depth + 1));
            suite.hash(&[b"JMT::IntrnalNode", &left.0, &right.0])
        }
    }
}

fn prove(suite: SuiteId, leaves: Vec<StateLeaf>, place: &Digest) -> StatePath {
    let (mut here, mut siblings) = (leaves, Vec::new());
    while here.len() > 1 {
        let depth = siblings.len();
        let side = bit(place, depth);
        let (mine, other): (Vec<_>, Vec<_>) = here.into_iter().partition(|l| bit(&l.key, depth) == side);
        siblings.push(subtree(suite, &other, depth + 1));
        here = mine;
    }
    siblings.reverse();
    StatePath { leaf: here.first().copied(), siblings }
}
