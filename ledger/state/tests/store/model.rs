use std::collections::BTreeMap;

use ledger_crypto::SuiteId;
use ledger_state::{Retention, Store};
use ledger_types::id::Height;
use proptest::prelude::*;

use crate::support::*;

fn key() -> impl Strategy<Value = Vec<u8>> {
    // Few keys, so that they are written again, removed, and asked for when absent.
    (0u8..24).prop_map(|k| format!("key/{k}").into_bytes())
}

fn writes() -> impl Strategy<Value = Writes> {
    let value = prop::option::weighted(0.75, prop::collection::vec(any::<u8>(), 0..40));
    prop::collection::btree_map(key(), value, 0..10).prop_map(|m: BTreeMap<_, _>| m.into_iter().collect())
}

fn check_height(store: &Store, model: &Model, height: Height) {
    let g = store.genesis();
    let root = if height == 0 { None } else { store.head(height).unwrap().map(|h| h.header.state_root) };
    for k in (0..26).map(|k| format!("key/{k}").into_bytes()).chain([b"genesis".to_vec()]) {
        let expected = model[&height].get(&k).cloned();
        assert_eq!(store.value(&k, height).unwrap().map(|v| v.to_vec()), expected, "value at {height}");
        let proved = store.prove(&k, height).unwrap();
        assert_eq!(proved.value, expected, "proved value at {height}");
        if let Some(root) = root {
            let check = |value: Option<&[u8]>| proved.path.verify(g.suite, &g.chain, &k, value, &root);
            assert_eq!(check(expected.as_deref()), Ok(()));
            assert!(check(Some(b"something else, longer than any value of this test")).is_err());
            if expected.is_some() {
                assert!(check(None).is_err());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_height_reads_and_proves_like_a_map(
        blocks in prop::collection::vec(writes(), 1..14),
        gm in any::<bool>(),
        reopen_at in 0usize..14,
    ) {
        let suite = if gm { SuiteId::Gm } else { SuiteId::Intl };
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(dir.path(), suite, Retention::Archive).unwrap();
        let mut model = start_model();
        for (i, w) in blocks.iter().enumerate() {
            commit(&store, w.clone(), vec![]);
            apply(&mut model, i as Height + 1, w);
            if i == reopen_at {
                let tip = store.tip();
                drop(store);
                store = open(dir.path(), suite, Retention::Archive).unwrap();
                prop_assert_eq!(store.tip(), tip);
            }
        }
        for height in 0..=blocks.len() as Height {
            check_height(&store, &model, height);
        }
    }

    #[test]
    fn the_root_depends_on_the_state_and_not_on_its_history(steps in prop::collection::vec(writes(), 1..6)) {
        let (dir_a, dir_b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let a = open(dir_a.path(), SuiteId::Gm, Retention::Archive).unwrap();
        let b = open(dir_b.path(), SuiteId::Gm, Retention::Archive).unwrap();
        let mut model = start_model();
        for (i, w) in steps.iter().enumerate() {
            commit(&a, w.clone(), vec![]);
            apply(&mut model, i as Height + 1, w);
        }
        let all = model[&(steps.len() as Height)].iter().map(|(k, v)| (k.clone(), Some(v.clone()))).collect();
        commit(&b, all, vec![]);
        prop_assert_eq!(a.tip().state_root, b.tip().state_root);
    }
}

#[test]
fn a_view_does_not_see_later_blocks() {
    use ledger_contract::StateRead;
    let dir = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap());
    commit(&store, vec![(b"k".to_vec(), Some(b"1".to_vec()))], vec![]);
    let view = ledger_state::StateView::at_tip(store.clone());
    commit(&store, vec![(b"k".to_vec(), Some(b"2".to_vec()))], vec![]);
    commit(&store, vec![(b"k".to_vec(), None)], vec![]);
    assert_eq!(view.get(b"k").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(ledger_state::StateView::at_tip(store).get(b"k").unwrap(), None);
}
