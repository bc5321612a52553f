//! A delegated run computes what its plaintext twin computes.

mod several;

use std::collections::BTreeSet;

use mpc_psi::delegated::ideal;
use mpc_psi::run::{Params, RunConfig};
use mpc_psi::{Item, ItemSet};
use proptest::prelude::*;
use several::{Brings, Payload, arena, config, delegated, items, keys};

fn payload_of(party: usize, row: usize) -> Vec<u8> {
    format!("row {row} of {party};").repeat(row % 3 + 1).into_bytes()
}

/// Runs a delegated join and compares with the twin; `paying` says which data parties release columns. Every party
/// announces `padding` items more than it has. Gives the number of rows.
async fn compare(sets: Vec<ItemSet>, paying: u32, padding: u64, how: impl Fn(&mut RunConfig)) -> usize {
    let mut config = config(Params { payload: paying > 0, ..Params::default() });
    how(&mut config);
    let pays = |party: usize| paying >> party & 1 == 1;
    let payload = |party: usize, rows: usize| -> Payload {
        pays(party).then(|| arena((0..rows).map(|row| payload_of(party, row)))).flatten()
    };
    let slices: Vec<&[Item]> = sets.iter().map(ItemSet::as_slice).collect();
    let mut expected: Vec<Vec<Vec<u8>>> = ideal::join(&slices)
        .into_iter()
        .map(|rows| {
            let of = |(party, row)| {
                // A party without a single row has no width, hence releases nothing.
                if pays(party) { payload_of(party, row) } else { vec![] }
            };
            rows.into_iter().enumerate().map(of).collect()
        })
        .collect();
    let sizes: Vec<u64> = sets.iter().map(|set| set.len() as u64 + padding).collect();
    let brings = sets.into_iter().enumerate().map(|(party, set)| {
        let (announced, payload) = (Some(set.len() as u64 + padding), payload(party, set.len()));
        Brings { announced, ..Brings::new(&config, set, payload) }
    });
    let done = delegated(config.clone(), brings.collect(), None).await;
    let outcome = done.third.unwrap();

    let mut got: Vec<Vec<Vec<u8>>> =
        outcome.rows.iter().map(|row| row.payloads().map(<[u8]>::to_vec).collect()).collect();
    // The order of the rows means nothing.
    got.sort();
    expected.sort();
    assert_eq!(got, expected);

    let digest = outcome.reports[0].agreement.digest;
    for (place, (thirds, member)) in outcome.reports.iter().zip(&done.members).enumerate() {
        let member = member.as_ref().unwrap();
        let members = &member.report;
        assert_eq!((thirds.own_items, thirds.peer_items), (0, sizes[place]));
        assert_eq!((members.own_items, members.peer_items), (sizes[place], 0));
        assert_eq!(thirds.agreement, members.agreement);
        assert_eq!((thirds.agreement.digest, thirds.agreement.receiver_total), (digest, 0));
        assert_eq!((thirds.sent, thirds.received), (members.received, members.sent));
        assert_eq!((thirds.seed, thirds.peer_seed), (members.peer_seed, members.seed));
        assert_eq!((thirds.matched, members.matched), (Some(got.len() as u64), None));
        let canaries = thirds.canaries.unwrap();
        assert_eq!((canaries.joint_found, canaries.peer_private_present), (4, 4));
        for pair in &member.others {
            let back = &done.members[pair.other].as_ref().unwrap().others;
            let back = back.iter().find(|back| back.other == place).unwrap();
            assert_eq!((pair.agreement, pair.peer_items), (digest, sizes[pair.other]));
            assert_eq!((pair.sent, pair.received, pair.seed), (back.received, back.sent, back.peer_seed));
        }
    }
    got.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn small_sets_of_two_parties_join_as_in_the_clear() {
    for (first, second, rows) in [
        (0..0, 0..0, 0),
        (0..1, 0..1, 1),
        (0..1, 1..2, 0),
        (0..100, 0..100, 100),
        (0..100, 90..300, 10),
        (5..6, 0..400, 1),
    ] {
        for (paying, padding) in [(0, 0), (0b11, 0), (0b10, 37)] {
            let sets = vec![keys(first.clone()), keys(second.clone())];
            assert_eq!(compare(sets, paying, padding, |_| {}).await, rows);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_to_eight_parties_join_what_all_hold() {
    for parties in 2..=8u32 {
        let sets = (0..parties).map(|i| keys(i * 5..100 + i)).collect();
        let rows = compare(sets, (1 << parties) - 1, 9, |_| {}).await;
        assert_eq!(rows, 100 - 5 * (parties as usize - 1), "{parties} parties");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn larger_sets_messages_and_threads_change_nothing() {
    for (chunk_items, threads) in [(1, 1), (65_536, 3), (999, 2)] {
        let how = |config: &mut RunConfig| (config.params.chunk_items, config.threads) = (chunk_items, threads);
        assert_eq!(compare(vec![keys(0..3_000), keys(1_000..9_000)], 0b11, 500, how).await, 2_000);
    }
    assert_eq!(compare(vec![keys(0..70_000), keys(65_000..66_000)], 0b01, 0, |c| c.threads = 2).await, 1_000);
}

#[tokio::test]
async fn without_canaries_the_empty_run_is_possible() {
    let config = config(Params { joint_canaries: 0, private_canaries: 0, ..Params::default() });
    for (first, second, rows) in [(0..0, 0..0, 0), (0..1, 0..0, 0), (0..1, 0..1, 1)] {
        let brings = |range| Brings::new(&config, keys(range), None);
        let done = delegated(config.clone(), vec![brings(first), brings(second)], None).await;
        assert_eq!(done.third.unwrap().rows.len(), rows);
        done.members.into_iter().for_each(|member| assert!(member.is_ok()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_sets_join_as_in_the_clear(
        sets in prop::collection::vec(prop::collection::btree_set(0u16..60, 0..60), 2..5),
        chunk_items in 1u32..200,
        padding in 0u64..50,
        paying in 0u32..16,
    ) {
        let set = |set: &BTreeSet<u16>| items(set.iter().map(|i| i.to_be_bytes()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let paying = paying & ((1 << sets.len()) - 1);
        let common = sets[0].iter().filter(|i| sets[1..].iter().all(|other| other.contains(i))).count();
        let how = |config: &mut RunConfig| config.params.chunk_items = chunk_items;
        let found = runtime.block_on(compare(sets.iter().map(set).collect(), paying, padding, how));
        prop_assert_eq!(found, common);
    }
}
