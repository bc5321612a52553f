use std::time::{Duration, Instant};

use ledger_crypto::{Digest, Signature};
use ledger_types::id::{AccountId, AccountRef, OrgId, TxId};
use ledger_types::tx::SignedTx;

use super::*;

fn tx(sender: &str, nonce: u64, valid_until: Height) -> Pooled {
    tx_of("a", sender, nonce, valid_until)
}

fn tx_of(org: &str, sender: &str, nonce: u64, valid_until: Height) -> Pooled {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&nonce.to_be_bytes());
    id[8..8 + sender.len()].copy_from_slice(sender.as_bytes());
    id[20..20 + org.len()].copy_from_slice(org.as_bytes());
    id[31] = valid_until as u8;
    let sender = AccountRef { org: OrgId::new(org).expect("a slug"), account: AccountId::new(sender).expect("a slug") };
    Pooled {
        id: TxId(Digest(id)),
        signed: SignedTx { tx: vec![0; 100].into(), sig: Signature([0; 64]) },
        origin: Origin { sender, nonce },
        valid_until,
        own: true,
        since: Instant::now(),
    }
}

fn pool() -> Pool {
    Pool::new(PoolLimits { txs_max: 6, bytes_max: 10_000, txs_per_org_max: 5, txs_per_sender_max: 4 })
}

fn names(txs: &[Arc<Pooled>]) -> Vec<String> {
    txs.iter().map(|t| format!("{}{}", t.origin.sender.account, t.origin.nonce)).collect()
}

#[test]
fn turns_go_by_arrival_and_a_senders_own_go_by_nonce() {
    let p = pool();
    for t in [tx("x", 3, 9), tx("y", 1, 9), tx("x", 1, 9), tx("x", 2, 9)] {
        p.insert(t).expect("there is room");
    }
    assert_eq!(names(&p.candidates(10, 10_000)), ["x1", "y1", "x2", "x3"]);
    assert_eq!(names(&p.candidates(2, 10_000)), ["x1", "y1"]);
    let one = tx("x", 1, 9).body_bytes();
    assert_eq!(names(&p.candidates(10, 2 * one + 1)), ["x1", "y1"]);
}

#[test]
fn repeats_taken_nonces_and_excess_are_refused() {
    let p = pool();
    p.insert(tx("x", 1, 9)).expect("there is room");
    assert_eq!(p.insert(tx("x", 1, 9)).err(), Some(NotQueued::Known));
    assert_eq!(p.insert(tx("x", 1, 8)).err(), Some(NotQueued::NonceTaken));
    for n in 2..=4 {
        p.insert(tx("x", n, 9)).expect("there is room");
    }
    assert_eq!(p.insert(tx("x", 5, 9)).err(), Some(NotQueued::Full), "one sender's share");
    p.insert(tx("y", 1, 9)).expect("there is room");
    assert_eq!(p.insert(tx("y", 2, 9)).err(), Some(NotQueued::Full), "one organisation's share");
    p.insert(tx_of("b", "x", 1, 9)).expect("there is room for another organisation");
    assert_eq!(p.insert(tx_of("c", "x", 1, 9)).err(), Some(NotQueued::Full), "the whole queue");
    p.remove(&tx("y", 1, 9).id);
    p.insert(tx("z", 1, 9)).expect("there is room again");
    assert_eq!(p.size(), (6, 6 * tx("x", 1, 9).body_bytes()));
}

#[test]
fn a_commit_takes_out_what_is_done_replaced_or_too_late() {
    let p = pool();
    let other_with_nonce_2 = tx("x", 2, 8);
    for t in [tx("x", 1, 9), tx("x", 2, 9), tx("y", 1, 5), tx("z", 1, 6)] {
        p.insert(t).expect("there is room");
    }
    let done = [&tx("x", 1, 9), &other_with_nonce_2].map(|t| (t.id, t.origin.clone()));
    let after = p.committed(5, &done);
    assert_eq!(names(&after.replaced), ["x2"]);
    assert_eq!(names(&after.expired), ["y1"]);
    assert_eq!(names(&p.candidates(10, 10_000)), ["z1"]);
    assert!(p.has_work());
    assert_eq!(names(&p.committed(6, &[]).expired), ["z1"]);
    assert_eq!(p.size(), (0, 0));
    assert!(!p.has_work());
}

#[test]
fn a_suspect_waits_for_the_next_commit_and_is_no_work() {
    let p = pool();
    let t = p.insert(tx("x", 1, 9)).expect("there is room");
    p.insert(tx("x", 2, 9)).expect("there is room");
    p.suspect(&t.id);
    assert_eq!(names(&p.candidates(10, 10_000)), ["x2"]);
    p.remove(&tx("x", 2, 9).id);
    assert!(!p.has_work());
    assert_eq!(names(&p.committed(1, &[]).suspects), ["x1"]);
    p.cleared(&t.id);
    assert_eq!(names(&p.candidates(10, 10_000)), ["x1"]);
}

#[test]
fn own_transactions_that_wait_too_long_are_named() {
    let p = pool();
    p.insert(tx("x", 1, 9)).expect("there is room");
    p.insert(Pooled { own: false, ..tx("y", 1, 9) }).expect("there is room");
    p.insert(tx("x", 2, 9)).expect("there is room");
    assert_eq!(p.own_before(Instant::now() - Duration::from_secs(60), 10).len(), 0);
    let now = Instant::now() + Duration::from_secs(1);
    assert_eq!(names(&p.own_before(now, 10)), ["x1", "x2"]);
    assert_eq!(names(&p.own_before(now, 1)), ["x1"]);
}
