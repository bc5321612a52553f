//! Circuit-PSI computes what its plaintext twin computes.

use std::collections::BTreeSet;

use crate::sides::{columns, config, items, keys, run, sums};
use mpc_psi::circuit::{AggregateResult, Aggregates, Column, ideal};
use mpc_psi::run::{PsiError, RunConfig};
use mpc_psi::{Item, ItemSet};
use proptest::prelude::*;

/// Runs and compares with the twin.
async fn compare(
    config: RunConfig,
    aggregates: Aggregates,
    receiver: ItemSet,
    sender: ItemSet,
    values: Vec<Vec<Option<i64>>>,
) -> AggregateResult {
    let nullable: Vec<bool> = aggregates.functions.iter().map(|function| function.nullable).collect();
    let expected = ideal::aggregate(&aggregates, receiver.as_slice(), sender.as_slice(), &values);
    let outcome = run(config, aggregates, receiver, sender, columns(&values, &nullable)).await;
    let (r, s) = (outcome.receiver.unwrap(), outcome.sender.unwrap());
    assert_eq!(r.result, expected);
    assert_eq!(s.released, expected.is_released());
    // What the two sides will attest agrees.
    assert_eq!(r.report.agreement, s.report.agreement);
    assert_eq!((r.report.sent, r.report.received), (s.report.received, s.report.sent));
    assert_eq!((r.report.seed, r.report.peer_seed), (s.report.peer_seed, s.report.seed));
    assert_eq!(s.report.matched, None);
    let canaries = r.report.canaries.unwrap();
    assert_eq!((canaries.joint_found, canaries.private_absent), (6, 6));
    r.result
}

#[tokio::test]
async fn counts_and_sums_are_those_of_the_twin_for_every_relation_of_the_sets() {
    for (mine, theirs) in [(0..0, 0..0), (0..5, 0..0), (0..0, 0..5), (0..1, 0..1), (0..300, 200..500), (0..70, 0..70)] {
        let (mine, theirs) = (keys(mine), keys(theirs));
        let n = theirs.len() as i64;
        let values =
            vec![(0..n).map(|i| Some(i * i - 40)).collect(), (0..n).map(|i| (i % 3 > 0).then_some(-i)).collect()];
        compare(config(), sums(&[false, true], true, 1), mine, theirs, values).await;
    }
}

#[tokio::test]
async fn below_the_minimum_nothing_is_released_and_at_it_everything_is() {
    for (min_group, released) in [(1, true), (19, true), (20, true), (21, false), (1 << 30, false)] {
        let values = vec![vec![Some(7); 40]];
        let result = compare(config(), sums(&[false], true, min_group), keys(0..40), keys(20..60), values).await;
        assert_eq!(result.is_released(), released, "{min_group}");
    }
    // Without a minimum a count of zero is told.
    let result = compare(config(), Aggregates::cardinality(0), keys(0..40), keys(40..80), vec![]).await;
    assert_eq!(result, AggregateResult::Values { count: Some(0), sums: vec![], non_nulls: vec![] });
    // No match at all is below every other one.
    let values = vec![vec![Some(7); 40]];
    let result = compare(config(), sums(&[false], true, 1), keys(0..40), keys(40..80), values).await;
    assert_eq!(result, AggregateResult::BelowMinimum);
}

#[tokio::test]
async fn a_sum_whose_count_is_kept_back_comes_without_it() {
    let values = vec![(0..30).map(|i| (i % 2 == 0).then_some(i64::from(i))).collect()];
    let result = compare(config(), sums(&[true], false, 5), keys(0..30), keys(0..30), values).await;
    assert_eq!(result, AggregateResult::Values { count: None, sums: vec![210], non_nulls: vec![None] });
}

#[tokio::test]
async fn the_largest_numbers_that_cannot_overflow_are_exact_and_larger_ones_are_refused() {
    let extreme = vec![
        vec![Some(i64::MAX - 1), Some(1), Some(0)],
        vec![Some(i64::MIN + 1), Some(0), Some(0)],
        vec![Some(1 << 61), Some(-(1 << 61)), Some(1 << 61)],
    ];
    compare(config(), sums(&[false; 3], true, 1), keys(0..3), keys(0..3), extreme).await;
    for values in [vec![Some(i64::MAX), Some(1)], vec![Some(i64::MIN), Some(0)]] {
        let data = columns(&[values], &[false]);
        let outcome = run(config(), sums(&[false], true, 1), keys(0..2), keys(0..2), data).await;
        assert_eq!(outcome.sender.unwrap_err().code(), "sum_overflow");
        assert!(matches!(outcome.receiver, Err(PsiError::PeerAborted { code, .. }) if code == "sum_overflow"));
    }
}

#[tokio::test]
async fn a_number_may_stand_for_several_rows_of_which_some_are_null() {
    let data = std::sync::Arc::new(vec![Column::with_counts(vec![10, 0, -5], vec![3, 0, 1])]);
    let outcome = run(config(), sums(&[true], true, 1), keys(1..3), keys(0..3), data).await;
    let expected = AggregateResult::Values { count: Some(2), sums: vec![-5], non_nulls: vec![Some(1)] };
    assert_eq!(outcome.receiver.unwrap().result, expected);
}

#[tokio::test]
async fn the_number_of_threads_and_of_runs_of_transfers_changes_no_result() {
    for (threads, transfers) in [(1, 1 << 21), (3, 1 << 14), (2, 16)] {
        let config = RunConfig { threads, bucket_items: transfers, ..config() };
        let values = vec![(0..500).map(|i| Some(i - 250)).collect()];
        compare(config, sums(&[false], true, 100), keys(0..600), keys(300..800), values).await;
    }
}

#[tokio::test]
async fn many_functions_of_few_columns_are_computed_at_once() {
    let values: Vec<Vec<Option<i64>>> =
        (0..16).map(|c| (0..20).map(|i| (c % 2 == 0 || i % 4 > 0).then_some(c * 1000 + i)).collect()).collect();
    let nullable: Vec<bool> = (0..16).map(|c| c % 2 == 1).collect();
    compare(config(), sums(&nullable, true, 2), keys(3..30), keys(0..20), values).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_sets_give_the_result_of_the_twin(
        mine in prop::collection::btree_set(0u32..400, 0..150),
        theirs in prop::collection::btree_map(0u32..400, (any::<Option<i32>>(), any::<i32>()), 0..150),
        min_group in 1u64..40,
        count: bool,
    ) {
        let receiver = items(mine.iter().map(|i| i.to_be_bytes()));
        let sender = items(theirs.keys().map(|i| i.to_be_bytes()));
        let values = vec![
            theirs.values().map(|(a, _)| a.map(i64::from)).collect(),
            theirs.values().map(|(_, b)| Some(i64::from(*b) << 20)).collect(),
        ];
        let aggregates = sums(&[true, false], count, min_group);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(compare(config(), aggregates, receiver, sender, values));
    }

    #[test]
    fn items_that_differ_in_one_bit_or_byte_are_different(
        base in prop::collection::vec(any::<u8>(), 1..20),
        places in prop::collection::btree_set(0usize..160, 1..40),
    ) {
        let flipped = |place: usize| {
            let mut key = base.clone();
            let len = key.len();
            key[place / 8 % len] ^= 1 << (place % 8);
            key.push((place / 8 / len) as u8);
            key
        };
        let all: BTreeSet<Vec<u8>> = places.iter().map(|place| flipped(*place)).collect();
        let mine = items(all.iter().step_by(2));
        let theirs: Vec<Item> = all.iter().map(|key| Item::new(key)).collect();
        let values = vec![(0..theirs.len() as i64).map(|i| Some(1 << (i % 50))).collect()];
        let theirs = ItemSet::new(theirs).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(compare(config(), sums(&[false], true, 1), mine, theirs, values));
    }
}
