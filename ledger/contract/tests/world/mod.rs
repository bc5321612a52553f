//! A consortium in memory, driven through the public API only. Every block it makes is executed twice and
//! must give the same bytes; every refusal must change nothing but the sender's nonce.
#![allow(dead_code)]

mod story;

use std::collections::{BTreeMap, BTreeSet};

use ledger_contract::{
    BlockContext, Executor, Inadmissible, RULES_VERSION, Rejection, RuleCode, RuleError, StateRead, WriteSet,
    genesis_writes, state_key,
};
use ledger_crypto::{SigningKey, Verifier};
use ledger_types::action::Action;
use ledger_types::block::{Genesis, Validator, ValidatorSet};
use ledger_types::id::{AccountId, AccountRef, ChainId, OrgId};
use ledger_types::object::{Account, Organisation, Parameters, Role, Status, node_account};
use ledger_types::receipt::{Outcome, Receipt};
use ledger_types::tx::{SignedTx, Tx};
use ledger_types::{Digest, SuiteId, algorithm};

pub use story::*;

/// The members.
pub const ORGS: [&str; 4] = ["rsj", "hospital", "bank", "audit"];
/// Block time at the start, milliseconds.
pub const START_MS: u64 = 1_800_000_000_000;
/// An hour.
pub const HOUR_MS: u64 = 3_600_000;

pub struct World {
    pub state: BTreeMap<Vec<u8>, Vec<u8>>,
    pub block: BlockContext,
    pub keys: BTreeMap<AccountRef, SigningKey>,
    pub nonces: BTreeMap<AccountRef, u64>,
    pub verifier: Verifier,
    next_key: u8,
}

pub fn org(s: &str) -> OrgId {
    OrgId::new(s).unwrap()
}

/// `org/account`.
pub fn who(s: &str) -> AccountRef {
    let (o, a) = s.split_once('/').unwrap();
    AccountRef { org: org(o), account: AccountId::new(a).unwrap() }
}

pub fn key(suite: SuiteId, n: u8) -> SigningKey {
    SigningKey::from_bytes(suite, &[n; 32]).unwrap()
}

/// The genesis document of the consortium and every account's key.
pub fn genesis(suite: SuiteId) -> (Genesis, BTreeMap<AccountRef, SigningKey>) {
    let persons = [
        ("op", Role::Operator),
        ("owner", Role::DataOwner),
        ("requester", Role::Requester),
        ("auditor", Role::Auditor),
    ];
    let (mut organisations, mut accounts, mut keys, mut n) = (Vec::new(), Vec::new(), BTreeMap::new(), 0u8);
    for o in ORGS {
        n += 1;
        let node_key = key(suite, n);
        organisations.push(Organisation {
            id: org(o),
            name_zh: "机构".into(),
            name_en: o.into(),
            node_key: node_key.public_key(),
            status: Status::Active,
        });
        keys.insert(node_account(&org(o)), node_key);
        for (name, role) in persons {
            n += 1;
            let id = who(&format!("{o}/{name}"));
            accounts.push(Account {
                id: id.clone(),
                display_name: name.into(),
                roles: [role].into(),
                key: key(suite, n).public_key(),
                key_version: 1,
                status: Status::Active,
            });
            keys.insert(id, key(suite, n));
        }
    }
    let validators = organisations.iter().map(|o| Validator { org: o.id.clone(), key: o.node_key, power: 1 }).collect();
    let chain = ChainId::new("demo").unwrap();
    let genesis = Genesis {
        v: 1,
        suite,
        rules: RULES_VERSION,
        time_ms: START_MS,
        organisations,
        accounts,
        validators: ValidatorSet::new(validators).unwrap(),
        parameters: Parameters::default(),
        algorithms: algorithm::registrations(suite, &chain),
        chain,
    };
    (genesis, keys)
}

impl World {
    pub fn new() -> Self {
        Self::with_suite(SuiteId::Intl)
    }

    pub fn with_suite(suite: SuiteId) -> Self {
        let (genesis, keys) = genesis(suite);
        let block = BlockContext {
            chain: genesis.chain.clone(),
            suite,
            rules: RULES_VERSION,
            height: 1,
            time_ms: START_MS,
            prev: genesis.hash(),
            parameters: genesis.parameters.clone(),
        };
        Self {
            state: genesis_writes(&genesis).unwrap().into_iter().collect(),
            block,
            keys,
            nonces: BTreeMap::new(),
            verifier: Verifier::new(suite, 64),
            next_key: 200,
        }
    }

    /// A key that nobody has yet.
    pub fn new_key(&mut self) -> SigningKey {
        self.next_key += 1;
        key(self.block.suite, self.next_key)
    }

    /// A well-formed transaction with the account's next nonce, unsigned.
    pub fn tx(&mut self, sender: &str, action: Action) -> Tx {
        let sender = who(sender);
        let nonce = self.nonces.entry(sender.clone()).or_default();
        *nonce += 1;
        Tx { v: 1, chain: self.block.chain.clone(), nonce: *nonce, sender, valid_until: self.block.height + 10, action }
    }

    pub fn sign(&self, tx: &Tx) -> SignedTx {
        tx.sign(&self.keys[&tx.sender])
    }

    fn execute(&self, txs: &[SignedTx]) -> Result<(Vec<Receipt>, WriteSet), Inadmissible> {
        let mut executor = Executor::new(&self.state, &self.block, &self.verifier);
        let mut receipts = Vec::new();
        for (i, tx) in txs.iter().enumerate() {
            receipts.push(executor.execute(i as u32, tx)?);
        }
        Ok((receipts, executor.finish()))
    }

    /// Commits a block with these transactions; nothing happens when one is inadmissible.
    pub fn commit(&mut self, txs: &[SignedTx]) -> Result<Vec<Receipt>, Inadmissible> {
        let first = self.execute(txs);
        assert_eq!(first, self.execute(txs), "the same block must give the same bytes");
        let (receipts, writes) = first?;
        assert!(writes.0.windows(2).all(|w| w[0].0 < w[1].0), "sorted, each key once");
        if receipts.iter().all(|r| !r.applied()) {
            let nonces: BTreeSet<_> = txs.iter().map(|t| state_key::nonces(&t.decode().unwrap().sender)).collect();
            assert_eq!(writes.0.iter().map(|w| w.0.clone()).collect::<BTreeSet<_>>(), nonces);
        }
        for r in &receipts {
            assert!(r.applied() != r.events.is_empty(), "an applied action has events, a refused one none: {r:?}");
            for e in &r.events {
                assert!(!e.orgs.is_empty() && e.orgs.windows(2).all(|w| w[0] < w[1]), "{e:?}");
                assert!(e.datasets.windows(2).all(|w| w[0] < w[1]), "{e:?}");
            }
        }
        for (key, value) in writes.0 {
            match value {
                Some(v) => self.state.insert(key, v),
                None => self.state.remove(&key),
            };
        }
        self.block.height += 1;
        self.block.time_ms += 300;
        self.block.prev = self.block.suite.hash(&[&self.block.prev.0, &self.block.height.to_be_bytes()]);
        Ok(receipts)
    }

    pub fn submit(&mut self, tx: &SignedTx) -> Result<Receipt, Inadmissible> {
        self.commit(std::slice::from_ref(tx)).map(|mut r| r.remove(0))
    }

    /// One action in a block of its own.
    pub fn act(&mut self, sender: &str, action: Action) -> Receipt {
        let tx = self.tx(sender, action);
        let tx = self.sign(&tx);
        self.submit(&tx).unwrap()
    }

    /// One action that must succeed.
    #[track_caller]
    pub fn must(&mut self, sender: &str, action: Action) -> Receipt {
        let receipt = self.act(sender, action);
        assert_eq!(receipt.outcome, Outcome::Applied);
        receipt
    }

    /// One action that must be refused, and why.
    #[track_caller]
    pub fn refused(&mut self, sender: &str, action: Action) -> Rejection {
        match self.act(sender, action).outcome {
            Outcome::Refused { code, params } => Rejection { code: code.parse().unwrap(), params },
            Outcome::Applied => panic!("was applied"),
        }
    }

    /// One signed transaction that must not get into a block, and why.
    #[track_caller]
    pub fn inadmissible(&mut self, tx: &SignedTx) -> Rejection {
        match self.submit(tx) {
            Err(RuleError::Rejected(r)) => r,
            other => panic!("was admitted: {other:?}"),
        }
    }

    pub fn code(&mut self, sender: &str, action: Action) -> RuleCode {
        self.refused(sender, action).code
    }

    /// Lets time pass.
    pub fn wait_ms(&mut self, ms: u64) {
        self.block.time_ms += ms;
    }

    /// Changes an object behind the rules' back: what no action can do yet.
    pub fn put<T: serde::Serialize>(&mut self, key: Vec<u8>, value: &T) {
        self.state.insert(key, ledger_types::cbor::to_bytes(value));
    }
}

/// A state whose store fails.
pub struct Broken;

impl StateRead for Broken {
    fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, ledger_contract::StateError> {
        Err(ledger_contract::StateError::Store("disk".into()))
    }
}

pub fn digest(n: u8) -> Digest {
    Digest([n; 32])
}
