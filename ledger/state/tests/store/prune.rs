use ledger_crypto::SuiteId;
use ledger_state::{Retention, Store, StoreError};

use crate::support::*;

fn run(store: &Store, model: &mut Model, heights: std::ops::RangeInclusive<u64>) {
    for h in heights {
        // Every third block is empty; keys come and go.
        let writes: Writes = match h % 3 {
            0 => vec![],
            1 => (0..6).map(|i| (format!("key/{}", (h + i) % 20).into_bytes(), Some(vec![h as u8]))).collect(),
            _ => vec![(format!("key/{}", h % 20).into_bytes(), None)],
        };
        commit(store, writes.clone(), vec![]);
        apply(model, h, &writes);
    }
}

#[test]
fn old_paths_go_and_values_stay() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Heights(5)).unwrap();
    let mut model = start_model();
    run(&store, &mut model, 1..=40);
    assert_eq!(store.horizon().unwrap(), 35);
    for h in 0..=40 {
        for k in 0..20 {
            let key = format!("key/{k}").into_bytes();
            let expected = model[&h].get(&key).cloned();
            assert_eq!(store.value(&key, h).unwrap().map(|v| v.to_vec()), expected);
            match store.prove(&key, h) {
                Ok(p) => {
                    assert!(h >= 35);
                    let root = store.head(h).unwrap().unwrap().header.state_root;
                    let g = store.genesis();
                    assert_eq!(p.path.verify(g.suite, &g.chain, &key, expected.as_deref(), &root), Ok(()));
                }
                Err(e) => assert_eq!(e, StoreError::Pruned { asked: h, horizon: 35 }),
            }
        }
    }
}

#[test]
fn nothing_but_the_kept_trees_remains() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Intl, Retention::Heights(1)).unwrap();
    let mut model = start_model();
    run(&store, &mut model, 1..=60);
    // Empty blocks push the rest of history over the horizon.
    run_empty(&store, 3);
    let (kept, reachable) = (store.count_nodes().unwrap(), store.count_reachable(store.tip().height).unwrap());
    // Beside the tip's tree there is the root of the block before: a copy, as the last block was empty.
    assert_eq!(kept, reachable + 1);
}

#[test]
fn a_shorter_retention_is_reached_step_by_step() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    let mut model = start_model();
    run(&store, &mut model, 1..=100);
    assert_eq!(store.horizon().unwrap(), 0);
    assert!(store.prove(b"key/1", 1).is_ok());
    drop(store);
    let store = open(dir.path(), SuiteId::Gm, Retention::Heights(10)).unwrap();
    run(&store, &mut model, 101..=101);
    let first = store.horizon().unwrap();
    assert!(first > 0 && first < 91, "a bounded step, not all at once: {first}");
    run(&store, &mut model, 102..=110);
    assert_eq!(store.horizon().unwrap(), 100);
}

fn run_empty(store: &Store, blocks: u64) {
    for _ in 0..blocks {
        commit(store, vec![], vec![]);
    }
}
