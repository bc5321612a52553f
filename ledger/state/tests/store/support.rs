//! A small chain: blocks whose writes are given by the test, not by the rules of the consortium.

use std::collections::BTreeMap;
use std::path::Path;

use ledger_crypto::{Digest, PublicKey, Signature, SigningKey, SuiteId};
use ledger_state::{Commit, Committed, Retention, StateUpdate, Store, StoreConfig, StoreError};
use ledger_types::block::{Block, Certificate, Genesis, Header, Validator, ValidatorSet, tx_root};
use ledger_types::id::{AccountId, AccountRef, ChainId, Height, OrgId, TxId};
use ledger_types::merkle;
use ledger_types::object::Parameters;
use ledger_types::receipt::{Event, Outcome, Receipt};
use ledger_types::tx::SignedTx;

pub type Writes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

pub fn org(name: &str) -> OrgId {
    OrgId::new(name).expect("a slug")
}

pub fn actor(org_name: &str, account: &str) -> AccountRef {
    AccountRef { org: org(org_name), account: AccountId::new(account).expect("a slug") }
}

fn key(suite: SuiteId) -> PublicKey {
    SigningKey::from_bytes(suite, &[7; 32]).expect("a valid scalar").public_key()
}

pub fn genesis(suite: SuiteId) -> Genesis {
    let validator = Validator { org: org("a"), key: key(suite), power: 1 };
    Genesis {
        v: 1,
        chain: ChainId::new("test").expect("a slug"),
        suite,
        rules: 1,
        time_ms: 1_000,
        organisations: vec![],
        accounts: vec![],
        validators: ValidatorSet::new(vec![validator]).expect("one validator"),
        parameters: Parameters::default(),
        algorithms: vec![],
    }
}

pub fn config(dir: &Path, retention: Retention) -> StoreConfig {
    StoreConfig { retention, cache_bytes: 1 << 20, latest_values: 16, ..StoreConfig::new(dir) }
}

pub fn open(dir: &Path, suite: SuiteId, retention: Retention) -> Result<Store, StoreError> {
    Store::open(&config(dir, retention), &genesis(suite), || Ok(vec![(b"genesis".to_vec(), b"value".to_vec())]))
}

/// A decided block and all that belongs to it.
pub struct Decided {
    pub block: Block,
    pub receipts: Vec<Receipt>,
    pub senders: Vec<AccountRef>,
    pub certificate: Certificate,
    pub update: StateUpdate,
}

impl Decided {
    pub fn commit(&self) -> Commit<'_> {
        Commit {
            block: &self.block,
            receipts: &self.receipts,
            senders: &self.senders,
            certificate: &self.certificate,
            update: &self.update,
        }
    }
}

/// The next block, with one transaction for each list of events.
pub fn next_block(store: &Store, writes: Writes, txs: Vec<(AccountRef, Vec<Event>)>) -> Decided {
    let (g, tip) = (store.genesis().clone(), store.tip());
    let height = tip.height + 1;
    let update = store.stage(writes).expect("the tip is readable");
    let mut signed = Vec::new();
    let mut receipts = Vec::new();
    for (index, (sender, events)) in (0u32..).zip(&txs) {
        let tx = SignedTx {
            tx: format!("{height} {index} {sender}").into_bytes().into(),
            sig: Signature([index as u8; 64]),
        };
        let id: TxId = tx.id(g.suite, &g.chain);
        receipts.push(Receipt { tx: id, height, index, outcome: Outcome::Applied, events: events.clone() });
        signed.push(tx);
    }
    let leaves: Vec<Digest> = receipts.iter().map(|r| r.leaf(g.suite, &g.chain)).collect();
    let validators = g.validators.digest(g.suite, &g.chain);
    let header = Header {
        v: 1,
        rules: g.rules,
        chain: g.chain.clone(),
        height,
        prev: tip.hash,
        time_ms: tip.time_ms + 10,
        proposer: org("a"),
        validators,
        next_validators: validators,
        tx_root: tx_root(g.suite, &signed),
        receipts_root: merkle::root(g.suite, &leaves),
        state_root: update.root(),
        tx_count: signed.len() as u32,
    };
    let certificate = Certificate { height, round: 0, block: header.hash(g.suite), signatures: vec![] };
    let senders = txs.into_iter().map(|(s, _)| s).collect();
    Decided { block: Block { header, txs: signed }, receipts, senders, certificate, update }
}

pub fn commit(store: &Store, writes: Writes, txs: Vec<(AccountRef, Vec<Event>)>) -> Decided {
    let decided = next_block(store, writes, txs);
    assert_eq!(store.commit(&decided.commit()), Ok(Committed::Now));
    decided
}

/// The state at every height, as a plain map.
pub type Model = BTreeMap<Height, BTreeMap<Vec<u8>, Vec<u8>>>;

pub fn start_model() -> Model {
    [(0, [(b"genesis".to_vec(), b"value".to_vec())].into())].into()
}

pub fn apply(model: &mut Model, height: Height, writes: &Writes) {
    let mut state = model[&(height - 1)].clone();
    for (k, v) in writes {
        match v {
            Some(v) => state.insert(k.clone(), v.clone()),
            None => state.remove(k),
        };
    }
    model.insert(height, state);
}
