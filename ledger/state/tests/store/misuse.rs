use ledger_crypto::{Digest, SuiteId};
use ledger_state::{Committed, Retention, StoreError, UndecidedBlock};

use crate::support::*;

fn one_write(v: u8) -> Writes {
    vec![(b"k".to_vec(), Some(vec![v]))]
}

#[test]
fn committing_the_same_block_again_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    let first = commit(&store, one_write(1), vec![]);
    commit(&store, one_write(2), vec![]);
    let tip = store.tip();
    assert_eq!(store.commit(&first.commit()), Ok(Committed::Before));
    assert_eq!(store.tip(), tip);
}

#[test]
fn another_block_at_a_committed_height_and_a_gap_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    let other = next_block(&store, one_write(9), vec![]);
    commit(&store, one_write(1), vec![]);
    assert_eq!(store.commit(&other.commit()), Err(StoreError::Conflict(1)));

    let mut gap = next_block(&store, one_write(2), vec![]);
    gap.block.header.height = 5;
    assert_eq!(store.commit(&gap.commit()), Err(StoreError::NotNext { tip: 1, found: 5 }));
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    let sender = actor("a", "x");
    let good = || next_block(&store, one_write(1), vec![(sender.clone(), vec![])]);
    let mismatch = |what| Err(StoreError::Mismatch { what, height: 1 });

    let mut d = good();
    d.update = store.stage(one_write(2)).unwrap();
    assert_eq!(store.commit(&d.commit()), mismatch("state update"));
    let mut d = good();
    d.certificate.block = Digest::ZERO;
    assert_eq!(store.commit(&d.commit()), mismatch("certificate"));
    let mut d = good();
    d.block.header.prev = Digest::ZERO;
    assert_eq!(store.commit(&d.commit()), mismatch("parent"));
    let mut d = good();
    d.block.txs.clear();
    assert_eq!(store.commit(&d.commit()), mismatch("transaction count"));
    let mut d = good();
    d.senders.clear();
    assert_eq!(store.commit(&d.commit()), mismatch("list of receipts"));
    assert_eq!(store.tip().height, 0, "nothing of it was written");
    assert_eq!(store.commit(&good().commit()), Ok(Committed::Now));
}

#[test]
fn a_store_of_another_chain_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap());
    let mut other = genesis(SuiteId::Gm);
    other.time_ms += 1;
    let opened =
        ledger_state::Store::open(&config(dir.path(), Retention::Archive), &other, || Ok::<_, StoreError>(vec![]));
    let expected = StoreError::OtherGenesis { expected: other.hash(), found: genesis(SuiteId::Gm).hash() };
    assert_eq!(opened.err(), Some(expected));
}

#[test]
fn two_processes_cannot_open_the_same_store() {
    let dir = tempfile::tempdir().unwrap();
    let _first = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    assert!(matches!(open(dir.path(), SuiteId::Gm, Retention::Archive), Err(StoreError::Open { .. })));
}

#[test]
fn the_future_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    assert_eq!(store.value(b"genesis", 1).err(), Some(StoreError::NotYet(1)));
    assert_eq!(store.prove(b"genesis", 1).err(), Some(StoreError::NotYet(1)));
    assert_eq!(store.head(1).unwrap(), None);
    assert_eq!(store.rows(1).unwrap(), None);
}

#[test]
fn undecided_blocks_outlive_a_restart_and_end_with_their_height() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    let entry = |height, round, n: u8| UndecidedBlock { height, round, hash: Digest([n; 32]), proposer: org("a") };
    store.put_undecided(&entry(1, 0, 1), b"body 1").unwrap();
    store.put_undecided(&entry(1, 1, 1), b"body 1").unwrap();
    store.put_undecided(&entry(1, 1, 2), b"body 2").unwrap();
    store.put_undecided(&entry(2, 0, 3), b"body 3").unwrap();
    drop(store);
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    assert_eq!(store.undecided(1, 0).unwrap(), [entry(1, 0, 1)]);
    assert_eq!(store.undecided(1, 1).unwrap(), [entry(1, 1, 1), entry(1, 1, 2)]);
    assert_eq!(store.undecided_body(&Digest([2; 32])).unwrap().as_deref(), Some(&b"body 2"[..]));
    commit(&store, vec![], vec![]);
    assert_eq!(store.undecided(1, 1).unwrap(), []);
    assert_eq!(store.undecided_body(&Digest([1; 32])).unwrap(), None);
    assert_eq!(store.undecided(2, 0).unwrap(), [entry(2, 0, 3)]);
    store.put_undecided(&entry(1, 3, 4), b"late").unwrap();
    assert_eq!(store.undecided(1, 3).unwrap(), [], "the height is decided");
}
