//! The protocol computes what its plaintext twin computes.

mod side;

use std::collections::BTreeSet;

use mpc_psi::ItemSet;
use mpc_psi::canonical::KeyRule;
use mpc_psi::ecdh::{Params, ideal};
use mpc_psi::prepare::{Collector, DuplicateRule, Prepared};
use proptest::prelude::*;
use side::{arena, config, items, run};

/// Runs with payload and compares with the twin; gives the number of matches.
async fn compare(receiver: ItemSet, sender: ItemSet, chunk_items: u32, threads: usize) -> usize {
    let params = Params { payload: true, chunk_items, ..Params::default() };
    let mut config = config(params);
    config.threads = threads;
    let payload_of = |j: usize| format!("row {j}").repeat(j % 3).into_bytes();
    let payloads = arena((0..sender.len()).map(payload_of));
    let expected = ideal::intersect(receiver.as_slice(), sender.as_slice());
    let sizes = (receiver.len() as u64, sender.len() as u64);
    let both = run((config.clone(), config), receiver, sender, payloads).await;
    let (r, s) = (both.receiver.unwrap(), both.sender.unwrap());

    let got: Vec<(usize, Vec<u8>)> = r.matches.iter().map(|(i, payload)| (i, payload.to_vec())).collect();
    let expected: Vec<(usize, Vec<u8>)> = expected.into_iter().map(|(i, j)| (i, payload_of(j))).collect();
    assert_eq!(got, expected);

    // What the two sides will attest agrees.
    assert_eq!((r.report.own_items, r.report.peer_items), sizes);
    assert_eq!((s.report.peer_items, s.report.own_items), sizes);
    assert_eq!(r.report.agreement, s.report.agreement);
    assert_eq!((r.report.sent, r.report.received), (s.report.received, s.report.sent));
    assert_eq!((r.report.seed, r.report.peer_seed), (s.report.peer_seed, s.report.seed));
    assert_eq!(r.report.traffic.sent_bytes, s.report.traffic.received_bytes);
    assert_eq!(r.report.traffic.received_bytes, s.report.traffic.sent_bytes);
    assert_eq!(r.report.matched, Some(got.len() as u64));
    assert_eq!(s.report.matched, None);
    let canaries = r.report.canaries.unwrap();
    assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
    got.len()
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("key {i}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_from_nothing_to_a_thousand_match_as_in_the_clear() {
    for (receiver, sender, matches) in [
        (0..0, 0..0, 0),
        (0..0, 0..1, 0),
        (0..1, 0..0, 0),
        (0..1, 0..1, 1),
        (0..1, 1..2, 0),
        (0..2, 1..3, 1),
        (0..0, 0..1_000, 0),
        (0..1_000, 0..0, 0),
        (0..1_000, 500..1_500, 500),
        (0..1_000, 0..1_000, 1_000),
        (0..1_000, 999..1_001, 1),
    ] {
        let found = compare(keys(receiver.clone()), keys(sender.clone()), 128, 2).await;
        assert_eq!(found, matches, "{receiver:?} and {sender:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_match_as_in_the_clear() {
    let found = compare(keys(0..100_000), keys(66_667..100_100), 4096, 2).await;
    assert_eq!(found, 33_333);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_of_messages_and_the_number_of_threads_change_nothing() {
    for (chunk_items, threads) in [(1, 1), (7, 2), (65_536, 3)] {
        assert_eq!(compare(keys(0..40), keys(20..60), chunk_items, threads).await, 20);
    }
}

#[tokio::test]
async fn without_canaries_and_payload_the_empty_run_is_possible() {
    let params = Params { joint_canaries: 0, private_canaries: 0, ..Params::default() };
    let both = run((config(params), config(params)), keys(0..0), keys(0..0), None).await;
    assert_eq!(both.receiver.unwrap().matches.len(), 0);
    both.sender.unwrap();
}

fn prepare(rule: DuplicateRule, rows: &[Option<String>]) -> Prepared {
    let mut collector = Collector::new(KeyRule::from_names(&["text-ci/1"]).unwrap(), rule, 1_000_000);
    for row in rows {
        collector.push(&[row.as_deref()]).unwrap();
    }
    collector.finish().unwrap()
}

/// Rows as files have them: nulls, repeats, two writings of one key, several scripts.
fn dirty_rows() -> impl Strategy<Value = Vec<Option<String>>> {
    let key = prop::sample::select(vec![
        "张三",
        " 张三 ",
        "李四",
        "Ａlice",
        "alice",
        "ALICE\u{200b}",
        "Δοκιμή",
        "δοκιμη",
        "e\u{301}",
        "é",
        "№5",
        "no5",
        "",
        " ",
        "😀",
        "0",
        "00",
        "null",
    ]);
    prop::collection::vec(prop::option::weighted(0.9, key.prop_map(str::to_owned)), 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_join_over_dirty_rows_is_the_plaintext_join(left in dirty_rows(), right in dirty_rows()) {
        let (l, r) = (prepare(DuplicateRule::Join, &left), prepare(DuplicateRule::Join, &right));
        // The plaintext join on canonical keys, nulls left out.
        let rule = KeyRule::from_names(&["text-ci/1"]).unwrap();
        let canonical = |row: &Option<String>| {
            let mut out = vec![];
            rule.encode(&[row.as_deref()], &mut out);
            (!out.is_empty()).then_some(out)
        };
        let mut expected = BTreeSet::new();
        for (i, a) in left.iter().enumerate() {
            for (j, b) in right.iter().enumerate() {
                if canonical(a).is_some() && canonical(a) == canonical(b) {
                    expected.insert((i as u32, j as u32));
                }
            }
        }
        // Each payload carries the rows of its key.
        let payloads = arena((0..r.items.len()).map(|item| {
            r.rows_of(item).iter().flat_map(|row| row.to_be_bytes()).collect::<Vec<u8>>()
        }));
        let config = config(Params { payload: true, ..Params::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let both = runtime.block_on(run((config.clone(), config), l.items.clone(), r.items.clone(), payloads));
        let outcome = both.receiver.unwrap();
        let mut got = BTreeSet::new();
        for (item, payload) in outcome.matches.iter() {
            for row in payload.as_chunks::<4>().0 {
                for own in l.rows_of(item) {
                    prop_assert!(got.insert((*own, u32::from_be_bytes(*row))), "a pair of rows came twice");
                }
            }
        }
        prop_assert_eq!(got, expected);
    }
}
