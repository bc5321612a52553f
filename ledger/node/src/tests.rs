//! The application without an engine: one chain proposes, another one validates.

use std::path::Path;
use std::sync::Arc;

use ledger_consensus::{AppError, BlockApp};
use ledger_crypto::{Digest, SuiteId};
use ledger_types::action::{AccountKeyRotate, AccountUpdate, Action};
use ledger_types::block::{Block, Certificate, CommitSignature};
use ledger_types::cbor;
use ledger_types::id::{AccountRef, OrgId};
use ledger_types::object::{Role, Status};
use ledger_types::tx::SignedTx;

use crate::admit::Admitted;
use crate::chain::Chain;
use crate::clock::Clock;
use crate::config::{Engine, NodeConfig};
use crate::local::Founding;

const ORGS: [&str; 4] = ["a", "b", "c", "d"];

struct World {
    founding: Founding,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let founding = Founding::new(SuiteId::Gm, &ORGS, 4).expect("four members");
        Self { founding, dir: tempfile::tempdir().expect("a directory") }
    }

    fn open_at(&self, i: usize, clock: Clock) -> Chain {
        let org = self.founding.orgs[i].clone();
        let key = self.founding.node_key(&org).expect("a member").clone();
        let dir = self.dir.path().join(org.as_str());
        let config = NodeConfig::new(dir, self.founding.genesis.clone(), org, key, Engine::Solo);
        Chain::open(&NodeConfig { clock, ..config }).expect("it opens")
    }

    fn open(&self, i: usize) -> Chain {
        self.open_at(i, Clock::system())
    }

    fn person(&self, org: &str, n: usize) -> AccountRef {
        self.founding.people().filter(|p| p.org.as_str() == org).nth(n - 1).expect("four people").clone()
    }

    /// The operator freezes or enables one of its people.
    fn update(&self, org: &str, nonce: u64, who: usize, status: Status) -> SignedTx {
        let account = self.person(org, who).account;
        let action = Action::AccountUpdate(AccountUpdate { account, roles: [Role::Requester].into(), status });
        self.founding.sign(&self.person(org, 1), nonce, 100, action).expect("the operator has a key")
    }

    fn certificate(&self, height: u64, block: Digest, signers: &[usize]) -> Certificate {
        let mut certificate = Certificate { height, round: 0, block, signatures: vec![] };
        for &i in signers {
            let validator = self.founding.orgs[i].clone();
            let key = self.founding.node_key(&validator).expect("a member");
            let sig = key.sign(&certificate.vote(&validator).preimage(&self.founding.genesis.chain));
            certificate.signatures.push(CommitSignature { validator, sig });
        }
        certificate
    }
}

fn queue(chain: &Chain, txs: Vec<SignedTx>) {
    for outcome in chain.admit(txs, true) {
        assert!(matches!(outcome, Ok(Admitted::Queued(_))));
    }
}

fn org(name: &str) -> OrgId {
    OrgId::new(name).expect("a slug")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        if entry.file_name() != "LOCK" {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

#[test]
fn what_one_proposes_the_others_reproduce_and_commit_to_the_same_tip() {
    let w = World::new();
    let (a, b) = (w.open(0), w.open(1));
    queue(&a, (1..=3).map(|n| w.update("a", n, 1 + n as usize, Status::Frozen)).collect());
    let (hash, body) = a.propose(1, 0).expect("a block");
    assert_eq!(a.propose(1, 0).expect("the same").0, hash, "the same round gives the same block");
    assert_eq!(b.validate(1, 0, &org("a"), &body).expect("it is good"), hash);
    assert_eq!(BlockApp::undecided(&b, 1, 0)[0].block_hash, hash);
    assert_eq!(b.undecided_body(&hash).as_ref(), Some(&body));
    let certificate = w.certificate(1, hash, &[0, 1, 2]);
    for chain in [&a, &b] {
        BlockApp::commit(chain, 1, &hash, &certificate).expect("decided");
        BlockApp::commit(chain, 1, &hash, &certificate).expect("again");
        assert!(BlockApp::commit(chain, 1, &Digest::ZERO, &certificate).is_err(), "another one at this height");
        assert_eq!(chain.decided(1), Some((body.clone(), certificate.clone())));
    }
    assert_eq!(a.store.tip(), b.store.tip());
    assert_eq!(a.pool.size().0, 0);
    let block: Block = cbor::from_bytes(&body).expect("a block");
    assert_eq!(block.txs.len(), 3);
}

#[test]
fn a_signature_is_verified_once_in_each_node() {
    let w = World::new();
    let (a, b) = (w.open(0), w.open(1));
    let verified = |c: &Chain| {
        let s = c.signatures.verifier().stats();
        s.by_stock + s.by_table
    };
    let txs: Vec<SignedTx> = (1..=3).map(|n| w.update("a", n, 1 + n as usize, Status::Frozen)).collect();
    queue(&a, txs.clone());
    queue(&b, txs);
    let (hash, body) = a.propose(1, 0).expect("a block");
    b.validate(1, 0, &org("a"), &body).expect("it is good");
    assert_eq!((verified(&a), verified(&b)), (3, 3));
    let certificate = w.certificate(1, hash, &[0, 1, 2, 3]);
    BlockApp::commit(&b, 1, &hash, &certificate).expect("decided");
    assert_eq!(verified(&b), 3 + 4, "only the four votes more");
}

#[test]
fn a_block_with_any_field_changed_is_not_voted_for() {
    let w = World::new();
    let (a, b) = (w.open(0), w.open(1));
    queue(&a, vec![w.update("a", 1, 2, Status::Frozen), w.update("a", 2, 3, Status::Frozen)]);
    let (_, body) = a.propose(1, 0).expect("a block");
    let good: Block = cbor::from_bytes(&body).expect("a block");
    let other = Digest([9; 32]);
    let stranger = w.founding.sign(
        &w.person("b", 2),
        1,
        100,
        Action::AccountUpdate(AccountUpdate {
            account: w.person("b", 3).account,
            roles: [Role::Requester].into(),
            status: Status::Active,
        }),
    );
    let stranger = stranger.expect("it has a key");
    let changes: Vec<(&str, Box<dyn Fn(&mut Block)>)> = vec![
        ("version", Box::new(|b| b.header.v = 2)),
        ("rules", Box::new(|b| b.header.rules = 2)),
        ("chain", Box::new(|b| b.header.chain = "other".parse().expect("a slug"))),
        ("height", Box::new(|b| b.header.height = 2)),
        ("parent", Box::new(move |b| b.header.prev = other)),
        ("time of the parent", Box::new(|b| b.header.time_ms = 1)),
        ("proposer", Box::new(|b| b.header.proposer = org("c"))),
        ("validators", Box::new(move |b| b.header.validators = other)),
        ("next validators", Box::new(move |b| b.header.next_validators = other)),
        ("tx root", Box::new(move |b| b.header.tx_root = other)),
        ("receipts root", Box::new(move |b| b.header.receipts_root = other)),
        ("state root", Box::new(move |b| b.header.state_root = other)),
        ("count", Box::new(|b| b.header.tx_count = 3)),
        ("a transaction less", Box::new(|b| drop(b.txs.pop()))),
        ("a transaction twice", Box::new(|b| b.txs[1] = b.txs[0].clone())),
        ("another order", Box::new(|b| b.txs.swap(0, 1))),
        ("a wrong signature", Box::new(|b| b.txs[0].sig.0[7] ^= 1)),
        ("another transaction", Box::new(move |b| b.txs[1] = stranger.clone())),
    ];
    for (what, change) in &changes {
        let mut block = good.clone();
        change(&mut block);
        let outcome = b.validate(1, 0, &org("a"), &cbor::to_bytes(&block));
        assert!(matches!(outcome, Err(AppError::Invalid(_))), "{what}: {outcome:?}");
    }
    assert!(matches!(b.validate(1, 0, &org("a"), &body[1..]), Err(AppError::Invalid(_))), "no block at all");
    assert!(matches!(b.validate(1, 0, &org("b"), &body), Err(AppError::Invalid(_))), "proposed by another");
    assert!(matches!(b.validate(2, 0, &org("a"), &body), Err(AppError::Local(_))), "not the next height");
    assert!(BlockApp::undecided(&b, 1, 0).is_empty(), "nothing of it was kept");
    assert!(b.validate(1, 0, &org("a"), &body).is_ok());
    assert!(b.validate(1, 1, &org("c"), &body).is_ok(), "proposed again in a later round");
}

#[test]
fn a_block_from_the_future_is_no_verdict_and_good_when_its_time_has_come() {
    let w = World::new();
    let now = Clock::system().now_ms();
    let drift = w.founding.genesis.parameters.clock_drift_max_ms;
    let a = w.open_at(0, Clock::new(move || now + drift + 1_000));
    let time = Arc::new(std::sync::atomic::AtomicU64::new(now));
    let reading = time.clone();
    let b = w.open_at(1, Clock::new(move || reading.load(std::sync::atomic::Ordering::SeqCst)));
    let (hash, body) = a.propose(1, 0).expect("a block");
    assert!(matches!(b.validate(1, 0, &org("a"), &body), Err(AppError::Local(_))));
    time.store(now + 1_000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(b.validate(1, 0, &org("a"), &body).expect("now it is"), hash);
    BlockApp::commit(&b, 1, &hash, &w.certificate(1, hash, &[0, 1, 2])).expect("decided");
    let (_, next) = b.propose(2, 0).expect("a block");
    let next: Block = cbor::from_bytes(&next).expect("a block");
    assert_eq!(next.header.time_ms, now + drift + 1_001, "after the parent even when the clock is behind");
}

#[test]
fn a_decision_without_a_quorum_is_not_committed() {
    let w = World::new();
    let a = w.open(0);
    let (hash, _) = a.propose(1, 0).expect("a block");
    assert!(BlockApp::commit(&a, 1, &hash, &w.certificate(1, hash, &[0, 1])).is_err());
    let mut forged = w.certificate(1, hash, &[0, 1, 2]);
    forged.signatures[2].sig.0[3] ^= 1;
    assert!(BlockApp::commit(&a, 1, &hash, &forged).is_err());
    assert_eq!(a.store.tip().height, 0);
}

#[test]
fn a_block_decided_after_a_restart_is_executed_again_from_its_kept_body() {
    let w = World::new();
    let a = w.open(0);
    queue(&a, vec![w.update("a", 1, 2, Status::Frozen)]);
    let (hash, body) = a.propose(1, 0).expect("a block");
    drop(a);
    let a = w.open(0);
    assert_eq!(a.propose(1, 0).expect("the block of before"), (hash, body));
    drop(a);
    let a = w.open(0);
    assert_eq!(BlockApp::undecided(&a, 1, 0).len(), 1);
    BlockApp::commit(&a, 1, &hash, &w.certificate(1, hash, &[1, 2, 3])).expect("decided");
    assert_eq!(a.store.tip().hash, hash);
    assert!(BlockApp::undecided(&a, 1, 0).is_empty());
}

#[test]
fn killed_at_any_step_of_a_height_the_replica_ends_at_the_same_tip() {
    let w = World::new();
    let image = |step: &str| {
        copy(&w.dir.path().join("a/store"), &w.dir.path().join(step).join("a/store"));
    };
    let a = w.open(0);
    queue(&a, vec![w.update("a", 1, 2, Status::Frozen)]);
    image("before");
    let (hash, body) = a.propose(1, 0).expect("a block");
    image("proposed");
    let certificate = w.certificate(1, hash, &[0, 1, 2]);
    BlockApp::commit(&a, 1, &hash, &certificate).expect("decided");
    image("committed");
    for step in ["before", "proposed", "committed"] {
        let founding = &w.founding;
        let key = founding.node_key(&org("a")).expect("a member").clone();
        let dir = w.dir.path().join(step).join("a");
        let config = NodeConfig::new(dir, founding.genesis.clone(), org("a"), key, Engine::Solo);
        let again = Chain::open(&config).expect("it opens");
        if again.store.tip().height == 0 {
            again.validate(1, 0, &org("a"), &body).expect("the others send it again");
        }
        BlockApp::commit(&again, 1, &hash, &certificate).expect("decided");
        assert_eq!(again.store.tip(), a.store.tip(), "{step}");
    }
}

#[test]
fn a_transaction_that_another_one_makes_impossible_is_dropped_with_its_reason() {
    let w = World::new();
    let a = w.open(0);
    let who = w.person("a", 2);
    let new_key = ledger_crypto::SigningKey::generate(SuiteId::Gm).expect("randomness").public_key();
    let rotate = Action::AccountKeyRotate(AccountKeyRotate { account: who.account.clone(), key: new_key });
    let rotate = w.founding.sign(&who, 1, 100, rotate).expect("it has a key");
    let late = w.founding.sign(
        &who,
        2,
        100,
        Action::AccountUpdate(AccountUpdate {
            account: w.person("a", 3).account,
            roles: [Role::Requester].into(),
            status: Status::Active,
        }),
    );
    let late = late.expect("it has a key");
    let late_id = late.id(SuiteId::Gm, a.chain());
    queue(&a, vec![rotate, late]);
    let ended = a.waiters.register(late_id);
    let (hash, body) = a.propose(1, 0).expect("a block");
    let block: Block = cbor::from_bytes(&body).expect("a block");
    assert_eq!(block.txs.len(), 1, "the key has changed before the second one");
    BlockApp::commit(&a, 1, &hash, &w.certificate(1, hash, &[0, 1, 2])).expect("decided");
    assert_eq!(a.pool.size().0, 0);
    let ended = ended.blocking_recv().expect("told");
    assert!(matches!(ended, crate::waiters::Ended::Dropped(why) if why.code.as_str() == "wrong_signature"));
}

#[test]
fn a_block_keeps_to_the_chains_limits_and_to_its_time() {
    let mut w = World::new();
    w.founding.genesis.parameters.block_txs_max = 4;
    let a = w.open(0);
    let toggle = |n: u64| w.update("a", n, 2, if n.is_multiple_of(2) { Status::Active } else { Status::Frozen });
    queue(&a, (1..=10).map(toggle).collect());
    let mut counts = vec![];
    for height in 1..=4 {
        let (hash, body) = a.propose(height, 0).expect("a block");
        let block: Block = cbor::from_bytes(&body).expect("a block");
        assert!(body.len() <= w.founding.genesis.parameters.block_bytes_max as usize);
        counts.push(block.txs.len());
        BlockApp::commit(&a, height, &hash, &w.certificate(height, hash, &[0, 1, 2])).expect("decided");
        let record = a.block(height).expect("readable").expect("committed");
        assert!(record.receipts.iter().all(|r| r.applied()), "nonces were in order");
    }
    assert_eq!(counts, [4, 4, 2, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_somebody_else_or_a_stranger_does_not_start_a_node() {
    let w = World::new();
    let g = &w.founding.genesis;
    let key = |i: usize| w.founding.node_key(&w.founding.orgs[i]).expect("a member").clone();
    let start = |org: OrgId, key| {
        crate::LedgerNode::start(NodeConfig::new(w.dir.path().join("x"), g.clone(), org, key, Engine::Solo))
    };
    assert!(matches!(start(org("a"), key(1)).await, Err(crate::NodeError::OtherKey(_))));
    assert!(matches!(start(org("z"), key(1)).await, Err(crate::NodeError::NotAMember(_))));
    let solo = start(org("a"), key(0)).await;
    assert!(matches!(solo, Err(crate::NodeError::Engine(_))), "it is not the only validator");
}
