//! The star computes what its plaintext twin computes.

mod several;

use std::collections::BTreeSet;

use mpc_psi::run::{Params, RunConfig};
use mpc_psi::star::ideal;
use mpc_psi::{Item, ItemSet};
use proptest::prelude::*;
use several::{Brings, Payload, arena, config, items, keys, star};

fn payload_of(sender: usize, row: usize) -> Vec<u8> {
    format!("row {row} of {sender};").repeat(row % 3).into_bytes()
}

/// Runs a star and compares with the twin; `paying` says which senders release columns. Gives the number of matches.
async fn compare(leader: ItemSet, senders: Vec<ItemSet>, paying: u32, how: impl Fn(&mut RunConfig)) -> usize {
    let mut config = config(Params { payload: paying > 0, ..Params::default() });
    how(&mut config);
    let pays = |sender: usize| paying >> sender & 1 == 1;
    let payload = |sender: usize, rows: usize| -> Payload {
        pays(sender).then(|| arena((0..rows).map(|row| payload_of(sender, row)))).flatten()
    };
    let sets: Vec<&[Item]> = senders.iter().map(ItemSet::as_slice).collect();
    let expected = ideal::intersect(leader.as_slice(), &sets);
    let sizes: Vec<u64> = senders.iter().map(|set| set.len() as u64).collect();
    let own = leader.len() as u64;
    let bring = senders.iter().enumerate().map(|(i, set)| Brings::new(&config, set.clone(), payload(i, set.len())));
    let done = star(Brings::new(&config, leader, None), bring.collect(), None).await;
    let outcome = done.leader.unwrap();

    let got: Vec<(usize, Vec<Vec<u8>>)> =
        outcome.matches.iter().map(|row| (row.item(), row.payloads().map(<[u8]>::to_vec).collect())).collect();
    let expected: Vec<(usize, Vec<Vec<u8>>)> = expected
        .into_iter()
        .map(|(item, rows)| {
            let of = |(sender, row): (usize, &usize)| if pays(sender) { payload_of(sender, *row) } else { vec![] };
            (item, rows.iter().enumerate().map(of).collect())
        })
        .collect();
    assert_eq!(got, expected);

    // What the parties will attest agrees on every link.
    let digest = outcome.reports[0].agreement.digest;
    for (place, (leaders, sender)) in outcome.reports.iter().zip(&done.senders).enumerate() {
        let sender = sender.as_ref().unwrap();
        let senders = &sender.report;
        assert_eq!((leaders.own_items, leaders.peer_items), (own, sizes[place]));
        assert_eq!((senders.peer_items, senders.own_items), (own, sizes[place]));
        assert_eq!(leaders.agreement, senders.agreement);
        assert_eq!(leaders.agreement.digest, digest);
        assert_eq!((leaders.sent, leaders.received), (senders.received, senders.sent));
        assert_eq!((leaders.seed, leaders.peer_seed), (senders.peer_seed, senders.seed));
        assert_eq!(leaders.traffic.sent_bytes, senders.traffic.received_bytes);
        assert_eq!((leaders.matched, senders.matched), (Some(got.len() as u64), None));
        let canaries = leaders.canaries.unwrap();
        assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
        for pair in &sender.others {
            let back = &done.senders[pair.other].as_ref().unwrap().others;
            let back = back.iter().find(|back| back.other == place).unwrap();
            assert_eq!((pair.agreement, pair.peer_items), (digest, sizes[pair.other]));
            assert_eq!((pair.sent, pair.received, pair.seed), (back.received, back.sent, back.peer_seed));
        }
        assert_eq!(sender.others.len(), sizes.len() - 1);
    }
    got.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn small_sets_of_three_parties_match_as_in_the_clear() {
    for (leader, first, second, matches) in [
        (0..0, 0..0, 0..0, 0),
        (0..1, 0..1, 0..1, 1),
        (0..1, 0..1, 1..2, 0),
        (0..100, 0..100, 0..100, 100),
        (0..100, 50..150, 75..80, 5),
        (0..3, 0..100, 0..0, 0),
        (0..100, 0..3, 2..9, 1),
        // Every two have common items, all three have none.
        (0..20, 10..30, 20..40, 0),
    ] {
        let found = compare(keys(leader), vec![keys(first), keys(second)], 0, |_| {}).await;
        assert_eq!(found, matches);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_to_eight_parties_find_what_all_hold_with_the_payloads_of_those_that_release_some() {
    for senders in 2..=7u32 {
        for paying in [0, 1, 0b10, (1 << senders) - 1] {
            let sets = (0..senders).map(|i| keys(i * 5..100 + i)).collect();
            let found = compare(keys(0..90), sets, paying, |_| {}).await;
            assert_eq!(found, 90 - 5 * (senders as usize - 1), "{senders} senders, {paying:b}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn larger_sets_match_as_in_the_clear() {
    for (leader, first, second, matches) in [
        (0..20_000, 10_000..30_000, 15_000..16_000, 1_000),
        (0..1_000, 0..65_536, 500..20_000, 500),
        (0..65_536, 0..1_000, 999..3_000, 1),
    ] {
        let found = compare(keys(leader), vec![keys(first), keys(second)], 0b11, |c| c.threads = 2).await;
        assert_eq!(found, matches);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn buckets_messages_threads_and_wider_tests_change_nothing() {
    for (bucket_items, chunk_items, threads, bits) in [(1 << 20, 1, 1, 40), (100, 65_536, 3, 64), (399, 7, 2, 50)] {
        for paying in [0, 0b101] {
            let how = |config: &mut RunConfig| {
                (config.bucket_items, config.threads) = (bucket_items, threads);
                (config.params.chunk_items, config.params.statistical_bits) = (chunk_items, bits);
            };
            let sets = vec![keys(150..350), keys(0..340), keys(160..500)];
            assert_eq!(compare(keys(0..400), sets, paying, how).await, 180);
        }
    }
}

#[tokio::test]
async fn without_canaries_the_empty_run_is_possible() {
    let config = config(Params { joint_canaries: 0, private_canaries: 0, ..Params::default() });
    for (leader, others, matches) in [(0..0, 0..0, 0), (0..1, 0..0, 0), (0..0, 0..1, 0), (0..1, 0..1, 1)] {
        let brings = |range| Brings::new(&config, keys(range), None);
        let done = star(brings(leader), vec![brings(others.clone()), brings(others)], None).await;
        assert_eq!(done.leader.unwrap().matches.len(), matches);
        done.senders.into_iter().for_each(|sender| assert!(sender.is_ok()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn items_in_the_order_of_their_bytes_match_as_in_the_clear() {
    let mut sorted: Vec<Item> = (0..9_000u32).map(|i| Item::new(&i.to_be_bytes())).collect();
    sorted.sort_unstable();
    let part = |range: std::ops::Range<usize>| ItemSet::new(sorted[range].to_vec()).unwrap();
    let found = compare(part(0..6_000), vec![part(3_000..9_000), part(1_000..5_000)], 0b11, |c| {
        c.bucket_items = 2_000;
    });
    assert_eq!(found.await, 2_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn random_sets_match_as_in_the_clear(
        sets in prop::collection::vec(prop::collection::btree_set(0u16..60, 0..60), 3..6),
        bucket_items in prop::sample::select(vec![16u32, 1 << 16]),
        chunk_items in 1u32..200,
        paying in 0u32..16,
    ) {
        let set = |set: &BTreeSet<u16>| items(set.iter().map(|i| i.to_be_bytes()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let how = |config: &mut RunConfig| {
            (config.bucket_items, config.params.chunk_items) = (bucket_items, chunk_items);
        };
        let paying = paying & ((1 << (sets.len() - 1)) - 1);
        let common = sets[0].iter().filter(|i| sets[1..].iter().all(|other| other.contains(i))).count();
        let found = runtime.block_on(compare(set(&sets[0]), sets[1..].iter().map(set).collect(), paying, how));
        prop_assert_eq!(found, common);
    }
}
