//! Every protocol computes what its plaintext twin computes.

mod side;

use std::collections::BTreeSet;

use mpc_psi::canonical::KeyRule;
use mpc_psi::prepare::{Collector, DuplicateRule, Prepared};
use mpc_psi::rr22::Security;
use mpc_psi::run::{Params, RunConfig, ideal};
use mpc_psi::{Item, ItemSet, Protocol};
use proptest::prelude::*;
use side::{FOR_ANY_SIZE, arena, config, items, run_by};

/// Runs with or without payload and compares with the twin; gives the number of matches.
async fn compare(
    protocol: Protocol,
    receiver: ItemSet,
    sender: ItemSet,
    how: impl Fn(&mut RunConfig),
    payload: bool,
) -> usize {
    let mut config = config(Params { payload, ..Params::default() });
    how(&mut config);
    let payload_of = |j: usize| if payload { format!("row {j}").repeat(j % 3).into_bytes() } else { vec![] };
    let payloads = payload.then(|| arena((0..sender.len()).map(payload_of))).flatten();
    let expected = ideal::intersect(receiver.as_slice(), sender.as_slice());
    let sizes = (receiver.len() as u64, sender.len() as u64);
    let both = run_by(protocol, (config.clone(), config), receiver, sender, payloads).await;
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
async fn all_pairs_of_small_sizes_match_as_in_the_clear_disjoint_and_overlapping() {
    for protocol in FOR_ANY_SIZE {
        for nx in [0u32, 1, 2, 3, 100] {
            for ny in [0u32, 1, 2, 3, 100] {
                let overlap = compare(protocol, keys(0..nx), keys(0..ny), |_| {}, ny % 2 == 1).await;
                assert_eq!(overlap, nx.min(ny) as usize);
            }
            let disjoint = compare(protocol, keys(0..nx), keys(nx..nx + 50), |_| {}, false).await;
            assert_eq!(disjoint, 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn larger_sizes_in_either_order_match_as_in_the_clear() {
    for protocol in FOR_ANY_SIZE {
        for (receiver, sender, matches) in [
            (0..1_000, 0..1_000, 1_000),
            (0..1_000, 500..1_500, 500),
            (0..65_536, 65_000..66_000, 536),
            (64_900..65_900, 0..65_536, 636),
            (0..65_536, 0..0, 0),
            (0..0, 0..65_536, 0),
            (0..65_536, 32_768..98_304, 32_768),
            (0..65_536, 65_536..131_072, 0),
        ] {
            // What takes Diffie–Hellman seconds shows nothing that less does not show.
            if protocol == Protocol::Ecdh && receiver.len().max(sender.len()) > 1_000 {
                continue;
            }
            let found = compare(protocol, keys(receiver.clone()), keys(sender.clone()), |c| c.threads = 2, false).await;
            assert_eq!(found, matches, "{receiver:?} and {sender:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn buckets_messages_and_threads_change_nothing() {
    for protocol in FOR_ANY_SIZE {
        for (bucket_items, chunk_items, threads) in [(1 << 20, 1, 1), (100, 65_536, 3), (399, 7, 2)] {
            let how = |config: &mut RunConfig| {
                (config.bucket_items, config.params.chunk_items, config.threads) = (bucket_items, chunk_items, threads);
            };
            assert_eq!(compare(protocol, keys(0..400), keys(150..350), how, true).await, 200);
            assert_eq!(compare(protocol, keys(0..10), keys(0..400), how, false).await, 10);
        }
    }
}

#[tokio::test]
async fn without_canaries_the_empty_run_is_possible() {
    for protocol in FOR_ANY_SIZE {
        let config = config(Params { joint_canaries: 0, private_canaries: 0, ..Params::default() });
        for (receiver, sender) in [(0..0, 0..0), (0..1, 0..0), (0..0, 0..1), (0..1, 0..1)] {
            let matches = receiver.len().min(sender.len());
            let both = run_by(protocol, (config.clone(), config.clone()), keys(receiver), keys(sender), None).await;
            assert_eq!(both.receiver.unwrap().matches.len(), matches);
            both.sender.unwrap();
        }
    }
}

/// Items whose bytes are far from random would show a hash that lets structure through. Such items come from no key; the
/// test makes them from keys that it searched.
fn similar_items() -> Vec<Item> {
    let mut items: Vec<Item> = (0..40_000u32).map(|i| Item::new(&i.to_be_bytes())).collect();
    // Neighbours in the order of their bytes share a leading part.
    items.sort_unstable();
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn items_in_the_order_of_their_bytes_match_as_in_the_clear() {
    let items = similar_items();
    let (left, right) = (items[..25_000].to_vec(), items.iter().rev().take(25_000).copied().collect());
    let (left, right) = (ItemSet::new(left).unwrap(), ItemSet::new(right).unwrap());
    for protocol in [Protocol::Rr22(Security::Malicious), Protocol::Rr22Low(Security::Malicious)] {
        let sets = (left.clone(), right.clone());
        assert_eq!(compare(protocol, sets.0, sets.1, |c| c.bucket_items = 10_000, false).await, 10_000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn random_sets_match_as_in_the_clear(
        left in prop::collection::btree_set(0u16..300, 0..150),
        right in prop::collection::btree_set(0u16..300, 0..150),
        bucket_items in prop::sample::select(vec![64u32, 1 << 16]),
        chunk_items in 1u32..200,
        payload: bool,
        protocol in prop::sample::select(FOR_ANY_SIZE.to_vec()),
    ) {
        let set = |set: &BTreeSet<u16>| items(set.iter().map(|i| i.to_be_bytes()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let how = |config: &mut RunConfig| {
            (config.bucket_items, config.params.chunk_items) = (bucket_items, chunk_items);
        };
        let found = runtime.block_on(compare(protocol, set(&left), set(&right), how, payload));
        prop_assert_eq!(found, left.intersection(&right).count());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_match_by_diffie_hellman_as_in_the_clear() {
    let found = compare(Protocol::Ecdh, keys(0..100_000), keys(66_667..100_100), |c| c.threads = 2, true).await;
    assert_eq!(found, 33_333);
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
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_join_over_dirty_rows_is_the_plaintext_join(
        left in dirty_rows(),
        right in dirty_rows(),
        protocol in prop::sample::select(FOR_ANY_SIZE.to_vec()),
    ) {
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
        let both = runtime.block_on(run_by(protocol, (config.clone(), config), l.items.clone(), r.items.clone(), payloads));
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
