use std::collections::HashMap;

use proptest::prelude::*;
use rand_core::RngCore;

use super::*;
use crate::gf128::Gf128;
use crate::prg::{CommittedSeed, Prg};

fn prg(label: &str) -> Prg {
    CommittedSeed::from_bytes(&[11; 64]).prg(label, b"okvs")
}

fn element(rng: &mut Prg) -> Gf128 {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    Gf128::from_bytes(bytes)
}

fn elements(n: usize, rng: &mut Prg) -> Vec<Gf128> {
    (0..n).map(|_| element(rng)).collect()
}

fn values<V: Value>(n: usize, rng: &mut Prg) -> Vec<V> {
    let mut bytes = vec![0; V::BYTES];
    (0..n)
        .map(|_| {
            rng.fill_bytes(&mut bytes);
            V::read(&bytes)
        })
        .collect()
}

/// Encodes, decodes, and compares with a map as the ideal twin; also with several threads.
fn round_trip<V: Value + PartialEq, D: Dense<V>>(params: &Params<D>, keys: &[Gf128], label: &str) {
    let mut rng = prg(label);
    let seed = Seed([7; 16]);
    let values = values::<V>(keys.len(), &mut rng);
    let table = params.encode(&seed, keys, &values, &mut prg(label), 1).unwrap();
    assert_eq!(table.len(), params.table_len());
    for threads in [1, 2, 3] {
        let same = params.encode(&seed, keys, &values, &mut prg(label), threads).unwrap();
        assert!(same == table, "{threads} threads encode {}", keys.len());
        let decoded = params.decode(&seed, &table, keys, threads).unwrap();
        assert!(decoded == values, "{threads} threads decode {}", keys.len());
    }
    // Another order, and keys between that are not in the table.
    let ideal: HashMap<Gf128, usize> = keys.iter().enumerate().map(|(i, k)| (*k, i)).collect();
    let others = elements(keys.len(), &mut rng);
    let mixed: Vec<Gf128> =
        keys.iter().rev().zip(&others).flat_map(|(a, b)| [*a, *b]).chain(elements(9, &mut rng)).collect();
    let decoded = params.decode(&seed, &table, &mixed, 2).unwrap();
    for (key, value) in mixed.iter().zip(&decoded) {
        if let Some(i) = ideal.get(key) {
            assert!(*value == values[*i]);
        }
    }
}

#[test]
fn decoding_gives_back_what_was_encoded_for_every_size_and_type_of_value() {
    for n in [0usize, 1, 2, 3, 100, 1 << 14, 1 << 16] {
        let keys = elements(n, &mut prg("keys"));
        round_trip::<Gf128, Field>(&Params::for_items(n).unwrap(), &keys, "gf128");
        round_trip::<(Gf128, u64), Binary>(&Params::binary_for_items(n).unwrap(), &keys, "pair");
        if n <= 1 << 14 {
            round_trip::<[Gf128; 3], Field>(&Params::for_items(n).unwrap(), &keys, "three");
            round_trip::<[u16; 5], Binary>(&Params::binary_low_traffic(n).unwrap(), &keys, "narrow");
            round_trip::<Gf128, Field>(&Params::with(n, 1 << 10, 40).unwrap(), &keys, "many bins");
        }
    }
    let keys = elements(300_000, &mut prg("keys"));
    round_trip::<Gf128, Field>(&Params::low_traffic(keys.len()).unwrap(), &keys, "low");
}

#[test]
fn fewer_keys_than_the_table_is_for_give_a_table_of_the_same_length() {
    let params = Params::for_items(40_000).unwrap();
    for n in [0, 1, 39_999] {
        round_trip::<Gf128, Field>(&params, &elements(n, &mut prg("few")), "few");
    }
}

#[test]
fn keys_of_any_shape_are_encoded() {
    let n = 5_000u128;
    let shapes: [Vec<u128>; 6] = [
        (0..n).collect(),
        (0..n).map(|i| i << 64).collect(),
        (0..n).map(|i| i << 115).collect(),
        (0..n).map(|i| u128::MAX - i).collect(),
        (0..n).map(|i| (i << 64) | i).collect(),
        // All sums of twelve basis elements, and the basis: closed under addition.
        (0..4096u128).map(|i| (0..12).filter(|b| i >> b & 1 == 1).fold(0, |s, b| s ^ (1 << (b * 10)))).collect(),
    ];
    for keys in shapes {
        let keys: Vec<Gf128> = keys.into_iter().map(Gf128).collect();
        let params = Params::for_items(keys.len()).unwrap();
        round_trip::<Gf128, Field>(&params, &keys, "shape");
        round_trip::<Gf128, Field>(&Params::with(keys.len(), 512, 40).unwrap(), &keys, "shape");
        round_trip::<u64, Binary>(&Params::binary_for_items(keys.len()).unwrap(), &keys, "shape");
    }
}

#[test]
fn equal_keys_are_refused_with_their_positions() {
    for n in [2usize, 50, 40_000] {
        let mut keys = elements(n, &mut prg("duplicates"));
        keys[n - 1] = keys[n / 3];
        let values = values::<Gf128>(n, &mut prg("values"));
        let params = Params::for_items(n).unwrap();
        for threads in [1, 4] {
            let error = params.encode(&Seed([1; 16]), &keys, &values, &mut prg("fill"), threads).unwrap_err();
            assert_eq!(error, EncodeError::Duplicate { first: n / 3, second: n - 1 });
        }
        // The same value twice is refused as well.
        let error = params.encode(&Seed([1; 16]), &keys, &vec![values[0]; n], &mut prg("fill"), 1).unwrap_err();
        assert_eq!(error, EncodeError::Duplicate { first: n / 3, second: n - 1 });
    }
    // So many that they do not fit their bin.
    let keys = vec![Gf128(5); 40_000];
    let error = Params::for_items(40_000).unwrap().encode(&Seed([1; 16]), &keys, &keys, &mut prg("fill"), 2);
    assert_eq!(error.unwrap_err(), EncodeError::Duplicate { first: 0, second: 1 });
}

#[test]
fn lengths_that_do_not_fit_are_refused() {
    let params = Params::for_items(10).unwrap();
    let keys = elements(11, &mut prg("keys"));
    let encode = |keys: &[Gf128], values: &[Gf128]| params.encode(&Seed([0; 16]), keys, values, &mut prg("fill"), 1);
    assert_eq!(encode(&keys, &keys).unwrap_err(), EncodeError::TooMany { keys: 11, items: 10 });
    assert_eq!(encode(&keys[..3], &keys[..4]).unwrap_err(), EncodeError::Lengths { keys: 3, values: 4 });
    let table = encode(&keys[..3], &keys[..3]).unwrap();
    let expected = table.len();
    for got in [0, expected - 1] {
        let error = params.decode(&Seed([0; 16]), &table[..got], &keys, 1).unwrap_err();
        assert_eq!(error, TableLength { got, expected });
    }
}

#[test]
fn a_bin_that_gets_too_many_keys_is_reported_and_another_seed_helps() {
    // 2^−1 for overflow: some seeds fail.
    let n = 4_000;
    let keys = elements(n, &mut prg("overflow"));
    let params = Params::<Field>::with(n, 256, 1).unwrap();
    let outcomes: Vec<_> =
        (0..40).map(|i| params.encode(&Seed([i; 16]), &keys, &keys, &mut prg("fill"), 1).map(|_| ())).collect();
    assert!(outcomes.iter().any(|o| matches!(o, Err(EncodeError::Unsolvable { bin }) if *bin < params.bins())));
    assert!(outcomes.iter().any(Result::is_ok));
}

/// Failures among `trials` encodings of `n` keys in one bin, or more.
fn failures<V: Value, D: Dense<V>>(n: usize, bin: usize, bits: u32, trials: usize, label: &str) -> usize {
    let params = Params::<D>::with(n, bin, bits).unwrap();
    let mut rng = prg(label);
    let zeros = vec![V::ZERO; n];
    let mut seed = Seed([0; 16]);
    let mut failed = 0;
    for _ in 0..trials {
        rng.fill_bytes(&mut seed.0);
        let keys = elements(n, &mut rng);
        match params.encode(&seed, &keys, &zeros, &mut rng, 1) {
            Ok(_) => {}
            Err(EncodeError::Unsolvable { .. }) => failed += 1,
            Err(other) => panic!("{other}"),
        }
    }
    failed
}

/// The budget is spent at most once, plus four standard deviations.
fn assert_within(failed: usize, trials: usize, rate: f64, what: &str) {
    let expected = trials as f64 * rate;
    println!("{what}: {failed} of {trials} failed, budget {expected:.1}");
    assert!(failed as f64 <= expected + 4.0 * expected.sqrt(), "{what}: {failed} of {trials}, budget {expected:.1}");
}

#[test]
fn encodings_fail_no_more_often_than_the_scaled_budget_allows() {
    for (n, bits, trials) in
        [(30, 10, 40_000), (120, 10, 20_000), (500, 10, 8_000), (1_000, 10, 6_000), (2_000, 8, 2_000)]
    {
        let failed = failures::<u64, Binary>(n, n, bits, trials, "budget");
        assert_within(failed, trials, 2f64.powi(-(bits as i32)), &format!("{n} keys, {bits} bits"));
    }
    // Eight bins: the budget counts once for overflow, once for equations.
    let failed = failures::<u64, Binary>(2_048, 256, 8, 3_000, "bins");
    assert_within(failed, 3_000, 2.0 / 256.0, "eight bins");
    // Dense columns over the field, of which there are far fewer: what the fast form of RR22 has.
    for (n, bits, trials) in [(120, 10, 8_000), (1_000, 10, 3_000)] {
        let failed = failures::<Gf128, Field>(n, n, bits, trials, "field");
        assert_within(failed, trials, 2f64.powi(-(bits as i32)), &format!("{n} keys, {bits} bits, field"));
    }
}

#[test]
#[ignore = "minutes: run with --release or the bench profile, -- --ignored --nocapture"]
fn encodings_fail_no_more_often_than_the_scaled_budget_allows_at_length() {
    for (n, bits, trials) in
        [(100, 15, 2_000_000), (1_000, 15, 1_000_000), (1_000, 12, 400_000), (4_096, 12, 200_000), (16_384, 10, 40_000)]
    {
        let failed = failures::<u64, Binary>(n, n, bits, trials, "long");
        assert_within(failed, trials, 2f64.powi(-(bits as i32)), &format!("{n} keys, {bits} bits"));
    }
    let failed = failures::<u64, Binary>(16_384, 1_024, 10, 10_000, "long bins");
    assert_within(failed, 10_000, 2.0 / 1024.0, "sixteen bins");
}

#[test]
#[ignore = "minutes, as above"]
fn encodings_over_the_field_fail_no_more_often_than_the_scaled_budget_allows_at_length() {
    for (n, bits, trials) in [(100, 12, 1_000_000), (1_000, 12, 300_000), (4_096, 12, 100_000), (16_384, 10, 20_000)] {
        let failed = failures::<Gf128, Field>(n, n, bits, trials, "long field");
        assert_within(failed, trials, 2f64.powi(-(bits as i32)), &format!("{n} keys, {bits} bits, field"));
    }
    let failed = failures::<Gf128, Field>(16_384, 1_024, 10, 10_000, "long field bins");
    assert_within(failed, 10_000, 2.0 / 1024.0, "sixteen bins, field");
    // Few large bins, as in the low-traffic form of RR22.
    let failed = failures::<u64, Binary>(65_536, 16_384, 8, 4_000, "long low");
    assert_within(failed, 4_000, 2.0 / 256.0, "four large bins");
}

#[test]
fn dense_columns_solve_equations_whose_sparse_parts_coincide() {
    // Few columns: two of 30 keys on the same three of about 20 columns are common.
    let params = Params::<Field>::with(30, 30, 1).unwrap();
    let mut rng = prg("coincide");
    let (mut solved, mut with_core) = (0, 0);
    for i in 0..400u64 {
        let seed = Seed(std::array::from_fn(|j| i.to_le_bytes()[j % 8]));
        let keys = elements(30, &mut rng);
        let values = elements(30, &mut rng);
        let hasher = hash::Hasher::new(&seed);
        let mut hashes = [Gf128::ZERO; hash::BATCH];
        hasher.spread(&keys, &mut hashes);
        let mut peeler = peel::Peeler::default();
        let sparse = params.sparse_columns();
        peeler.peel(hashes[..30].iter().map(|h| hash::columns(*h, sparse as u32)), sparse);
        with_core += usize::from(!peeler.core().is_empty());
        if let Ok(table) = params.encode(&seed, &keys, &values, &mut rng, 1) {
            solved += 1;
            assert!(params.decode(&seed, &table, &keys, 1).unwrap() == values);
        }
    }
    // The test is worth something only when cores occurred and were solved.
    assert!(with_core > 30 && solved > 400 - with_core / 4, "{with_core} cores, {solved} solved");
}

/// Ones among the bits, in standard deviations from half.
fn bias(bytes: impl Iterator<Item = u8>) -> f64 {
    let (mut ones, mut bits) = (0f64, 0f64);
    for byte in bytes {
        ones += f64::from(byte.count_ones());
        bits += 8.0;
    }
    (ones - bits / 2.0) / (bits / 4.0).sqrt()
}

#[test]
fn tables_and_values_at_other_keys_look_random() {
    let n = 20_000;
    let params = Params::for_items(n).unwrap();
    let mut rng = prg("random");
    let keys: Vec<Gf128> = (0..n as u128).map(Gf128).collect();
    let values = elements(n, &mut rng);
    let table = params.encode(&Seed([2; 16]), &keys, &values, &mut rng, 1).unwrap();
    let others: Vec<Gf128> = (0..n as u128).map(|i| Gf128(i + n as u128)).collect();
    let decoded = params.decode(&Seed([2; 16]), &table, &others, 1).unwrap();
    for list in [&table, &decoded] {
        // Fixed seeds: fixed outcomes.
        assert!(bias(list.iter().flat_map(|v| v.to_bytes())).abs() < 4.0);
        let mut counts = [0f64; 256];
        list.iter().for_each(|v| counts[usize::from(v.to_bytes()[3])] += 1.0);
        let expected = list.len() as f64 / 256.0;
        let chi: f64 = counts.iter().map(|c| (c - expected).powi(2) / expected).sum();
        // 255 degrees of freedom: mean 255, deviation 22.6.
        assert!((165.0..345.0).contains(&chi), "{chi}");
        let mut sorted: Vec<u128> = list.iter().map(|v| v.0).collect();
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]));
    }
    // No value of the table shows through.
    let known: std::collections::HashSet<u128> = values.iter().map(|v| v.0).collect();
    assert!(decoded.iter().all(|v| !known.contains(&v.0)));
}

#[test]
fn the_free_columns_come_from_the_generator_alone() {
    let params = Params::for_items(1_000).unwrap();
    let keys = elements(900, &mut prg("keys"));
    let encode = |label| params.encode(&Seed([2; 16]), &keys, &keys, &mut prg(label), 1).unwrap();
    assert!(encode("a") == encode("a"));
    let (a, b) = (encode("a"), encode("b"));
    // Nearly every column depends on free ones; a table with zeros in the free places would differ in fewer.
    let equal = a.iter().zip(&b).filter(|(a, b)| a == b).count();
    assert!(equal < params.table_len() / 100, "{equal}");
}

#[test]
fn a_binary_table_commutes_with_multiplication_of_its_values() {
    // What a subfield VOLE needs: decode(Δ·table) = Δ·decode(table).
    let params = Params::binary_for_items(3_000).unwrap();
    let mut rng = prg("subfield");
    let keys = elements(3_000, &mut rng);
    let values: Vec<u64> = (0..3_000).map(|_| rng.next_u64()).collect();
    let table = params.encode(&Seed([4; 16]), &keys, &values, &mut rng, 1).unwrap();
    let delta = element(&mut rng);
    let times = |v: &u64| Gf128(u128::from(*v)) * delta;
    let wide: Vec<Gf128> = table.iter().map(times).collect();
    let decoded = params.decode(&Seed([4; 16]), &wide, &keys, 1).unwrap();
    assert!(decoded.iter().zip(&values).all(|(d, v)| *d == times(v)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn it_is_the_map_of_its_keys(
        keys in prop::collection::hash_set(prop_oneof![any::<u128>(), 0..200u128], 0..300),
        room in 0usize..50,
        seed: [u8; 16],
        threads in 1usize..4,
    ) {
        let keys: Vec<Gf128> = keys.into_iter().map(Gf128).collect();
        let mut rng = prg("property");
        let values = values::<(Gf128, Gf128)>(keys.len(), &mut rng);
        let params = Params::for_items(keys.len() + room).unwrap();
        let table = params.encode(&Seed(seed), &keys, &values, &mut rng, threads).unwrap();
        prop_assert!(params.decode(&Seed(seed), &table, &keys, threads).unwrap() == values);
    }
}
