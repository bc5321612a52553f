//! A copy of the directory while the store is open is what a machine finds after the process was killed.

use std::fs;
use std::path::{Path, PathBuf};

use ledger_crypto::SuiteId;
use ledger_state::{Retention, Store, StoreError, UndecidedBlock};
use ledger_types::id::Height;

use crate::support::*;

fn writes(h: Height) -> Writes {
    let mut w: Writes =
        (0..5).map(|i| (format!("key/{}", (h * 3 + i) % 17).into_bytes(), Some(vec![h as u8; 20]))).collect();
    w.push((format!("gone/{}", h % 4).into_bytes(), h.is_multiple_of(2).then(|| vec![1])));
    w.sort();
    w.dedup_by(|a, b| a.0 == b.0);
    w
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "LOCK" {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn newest_log(dir: &Path) -> PathBuf {
    let logs = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    logs.filter(|p| p.extension().is_some_and(|e| e == "log")).max().expect("an open database has a log")
}

/// Whatever height the store is at, all of it is that height's.
fn assert_whole(store: &Store, model: &Model) {
    let tip = store.tip();
    let g = store.genesis();
    for h in 0..=tip.height {
        for (k, v) in &model[&h] {
            assert_eq!(store.value(k, h).unwrap().as_deref(), Some(&v[..]), "value at {h} of {}", tip.height);
        }
        if h > 0 {
            let head = store.head(h).unwrap().expect("every block up to the tip");
            assert_eq!(store.rows(h).unwrap().expect("its rows").len() as u32, head.header.tx_count);
            assert_eq!(store.height_of(&head.hash).unwrap(), Some(h));
            for (k, v) in &model[&h] {
                let proved = store.prove(k, h).unwrap();
                assert_eq!(proved.path.verify(g.suite, &g.chain, k, Some(v), &head.header.state_root), Ok(()));
            }
        }
    }
    assert_eq!(store.head(tip.height + 1).unwrap(), None);
    assert_eq!(store.evidence(&[], (0, 0), u64::MAX, 1000).unwrap().len() as u64, tip.height);
}

fn grow(store: &Store, model: &mut Model, to: Height) {
    for h in store.tip().height + 1..=to {
        let w = writes(h);
        commit(store, w.clone(), vec![(actor("a", "x"), vec![])]);
        apply(model, h, &w);
    }
}

#[test]
fn a_killed_process_finds_every_committed_block() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let store = open(&live, SuiteId::Gm, Retention::Archive).unwrap();
    let mut model = start_model();
    for h in 1..=6 {
        grow(&store, &mut model, h);
        let undecided = UndecidedBlock { height: h + 1, round: 0, hash: store.tip().hash, proposer: org("a") };
        store.put_undecided(&undecided, b"proposed").unwrap();
        let image = dir.path().join(format!("image-{h}"));
        copy(&live, &image);
        let after = open(&image, SuiteId::Gm, Retention::Archive).unwrap();
        assert_eq!(after.tip(), store.tip());
        assert_eq!(after.undecided(h + 1, 0).unwrap(), [undecided]);
        assert_whole(&after, &model);
    }
    // The image goes on as if nothing had happened, to the same roots.
    let after = open(&dir.path().join("image-3"), SuiteId::Gm, Retention::Archive).unwrap();
    let mut replay: Model = model.range(..=3).map(|(h, s)| (*h, s.clone())).collect();
    grow(&after, &mut replay, 6);
    assert_eq!(after.tip(), store.tip());
}

#[test]
fn a_log_cut_at_any_byte_gives_a_whole_earlier_block() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let store = open(&live, SuiteId::Gm, Retention::Archive).unwrap();
    let mut model = start_model();
    grow(&store, &mut model, 8);
    let image = dir.path().join("image");
    copy(&live, &image);
    let log = newest_log(&image);
    let bytes = fs::read(&log).unwrap();
    let mut heights = std::collections::BTreeSet::new();
    // Cuts spread over the log, at odd places on purpose.
    for step in 0..24 {
        let cut = bytes.len() * step / 24 + step * 7 % 13;
        let torn = dir.path().join(format!("torn-{step}"));
        copy(&image, &torn);
        fs::write(newest_log(&torn), &bytes[..cut.min(bytes.len())]).unwrap();
        let after = open(&torn, SuiteId::Gm, Retention::Archive).unwrap();
        assert_whole(&after, &model);
        heights.insert(after.tip().height);
        let mut replay: Model = model.range(..=after.tip().height).map(|(h, s)| (*h, s.clone())).collect();
        grow(&after, &mut replay, 8);
        assert_eq!(after.tip(), store.tip(), "the same blocks again lead to the same place");
    }
    assert!(heights.len() > 4, "the cuts fell into different blocks: {heights:?}");
}

#[test]
fn a_flipped_byte_in_the_log_is_an_error_or_a_whole_earlier_block() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let store = open(&live, SuiteId::Intl, Retention::Archive).unwrap();
    let mut model = start_model();
    grow(&store, &mut model, 6);
    let image = dir.path().join("image");
    copy(&live, &image);
    let bytes = fs::read(newest_log(&image)).unwrap();
    let mut errors = 0;
    for step in 0..16 {
        let mut damaged = bytes.clone();
        let at = bytes.len() * step / 16 + step * 5 % 11;
        damaged[at] ^= 0x40;
        let torn = dir.path().join(format!("flip-{step}"));
        copy(&image, &torn);
        fs::write(newest_log(&torn), &damaged).unwrap();
        match open(&torn, SuiteId::Intl, Retention::Archive) {
            Ok(after) => assert_whole(&after, &model),
            Err(StoreError::Corrupt(_)) => errors += 1,
            Err(e) => panic!("not the error of a damaged store: {e}"),
        }
    }
    assert!(errors > 0, "damage in the middle of the log is noticed");
}

#[test]
fn a_damaged_file_is_a_typed_error_and_no_wrong_answer() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let store = open(&live, SuiteId::Gm, Retention::Archive).unwrap();
    let mut model = start_model();
    grow(&store, &mut model, 30);
    store.flush().unwrap();
    drop(store);
    let files: Vec<PathBuf> = fs::read_dir(&live)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "sst"))
        .collect();
    assert!(files.len() >= 5);
    let mut noticed = 0;
    for file in &files {
        let image = dir.path().join("image");
        copy(&live, &image);
        let mut bytes = fs::read(file).unwrap();
        // The data blocks come first.
        bytes[20] ^= 1;
        fs::write(image.join(file.file_name().unwrap()), &bytes).unwrap();
        match open(&image, SuiteId::Gm, Retention::Archive) {
            Err(StoreError::Corrupt(_)) => noticed += 1,
            Err(e) => panic!("not the error of a damaged store: {e}"),
            Ok(after) => {
                for h in 1..=30 {
                    for (k, v) in &model[&h] {
                        match (after.value(k, h), after.prove(k, h), after.head(h)) {
                            (Ok(value), Ok(proved), Ok(Some(_))) => {
                                assert_eq!(value.as_deref(), Some(&v[..]));
                                assert_eq!(proved.value.as_ref(), Some(v));
                            }
                            (value, proved, head) => {
                                let damage = |e: &StoreError| matches!(e, StoreError::Corrupt(_));
                                assert!(value.err().is_none_or(|e| damage(&e)));
                                assert!(proved.err().is_none_or(|e| damage(&e)));
                                assert!(head.err().is_none_or(|e| damage(&e)));
                                noticed += 1;
                            }
                        }
                    }
                }
            }
        }
        fs::remove_dir_all(&image).unwrap();
    }
    assert!(noticed > 0);
}
