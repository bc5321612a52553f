use std::collections::HashMap;

use proptest::prelude::*;
use rand_core::RngCore;

use super::params::THOUSANDTHS;
use super::*;
use crate::gf128::Gf128;
use crate::okvs::Seed;
use crate::prg::CommittedSeed;

fn keys(n: usize, label: &str) -> Vec<Gf128> {
    let mut rng = CommittedSeed::from_bytes(&[5; 64]).prg(label, b"cuckoo");
    (0..n).map(|_| Gf128(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()))).collect()
}

/// Every item in one bin, the bin one of its own by the function that is named.
fn check(params: &CuckooParams, seed: &Seed, keys: &[Gf128]) {
    let table = params.place(seed, keys).unwrap();
    let everywhere = params.place_everywhere(seed, keys).unwrap();
    assert_eq!((table.iter().len(), everywhere.bins()), (params.bins(), params.bins()));
    let mut seen = vec![0; keys.len()];
    for (bin, placed) in table.iter().enumerate() {
        assert_eq!(placed, table.get(bin));
        if let Some(placed) = placed {
            seen[placed.item] += 1;
            assert!(everywhere.bin(bin).any(|other| other == placed));
        }
    }
    assert!(seen.iter().all(|n| *n == 1));
    let mut functions = HashMap::<usize, Vec<u8>>::new();
    for bin in 0..params.bins() {
        everywhere.bin(bin).for_each(|p| functions.entry(p.item).or_default().push(p.function));
    }
    assert_eq!(functions.len(), keys.len());
    for mut list in functions.into_values() {
        list.sort_unstable();
        assert_eq!(list, [0, 1, 2]);
    }
}

#[test]
fn every_item_gets_a_bin_of_its_own_for_every_size() {
    for n in [0, 1, 2, 3, 4, 5, 17, 100, 1_000, 1 << 14, 1 << 16] {
        check(&CuckooParams::for_items(n).unwrap(), &Seed([1; 16]), &keys(n, "sizes"));
    }
}

#[test]
fn an_item_of_both_sides_meets_itself_in_exactly_one_bin() {
    let (mine, theirs) = (keys(2_000, "a"), [&keys(1_000, "b")[..], &keys(2_000, "a")[500..900]].concat());
    let params = CuckooParams::for_items(mine.len()).unwrap();
    let table = params.place(&Seed([2; 16]), &mine).unwrap();
    let everywhere = params.place_everywhere(&Seed([2; 16]), &theirs).unwrap();
    let mut met = Vec::new();
    for (bin, placed) in table.iter().enumerate() {
        let Some(placed) = placed else { continue };
        for other in everywhere.bin(bin) {
            if mine[placed.item] == theirs[other.item] {
                assert_eq!(placed.function, other.function);
                met.push(placed.item);
            }
        }
    }
    met.sort_unstable();
    assert_eq!(met, (500..900).collect::<Vec<_>>());
}

#[test]
fn placing_succeeds_close_to_the_threshold_where_peeling_cannot() {
    // 1.15 bins per item: nothing peels to the end below 1.22, a placing exists above 1.09.
    let keys = keys(20_000, "dense");
    check(&CuckooParams::with_bins(keys.len(), 23_000).unwrap(), &Seed([3; 16]), &keys);
}

#[test]
fn what_cannot_be_placed_is_an_error() {
    let keys = keys(10, "full");
    for bins in [3, 9] {
        let params = CuckooParams::with_bins(10, bins).unwrap();
        assert!(matches!(params.place(&Seed([0; 16]), &keys), Err(CuckooError::Unplaceable { item }) if item < 10));
    }
    let params = CuckooParams::for_items(9).unwrap();
    assert_eq!(params.place(&Seed([0; 16]), &keys).err(), Some(CuckooError::TooMany { keys: 10, items: 9 }));
    assert_eq!(CuckooParams::for_items(ITEMS_MAX + 1), Err(TooManyItems(ITEMS_MAX + 1)));
}

#[test]
fn equal_items_are_refused() {
    let mut keys = keys(500, "equal");
    keys[400] = keys[7];
    let params = CuckooParams::for_items(500).unwrap();
    let refused = params.place(&Seed([0; 16]), &keys).err();
    assert_eq!(refused, Some(CuckooError::Duplicate { first: 7, second: 400 }));
}

/// log2 of the expected number of minimal sets of items with too few bins, as the module defines it.
fn failure_bits(n: usize, m: usize) -> f64 {
    let factorials: Vec<f64> = std::iter::once(0.0)
        .chain((1..=3 * n.max(m)).scan(0.0, |sum, k| {
            *sum += (k as f64).log2();
            Some(*sum)
        }))
        .collect();
    let choose = |n: usize, k: usize| factorials[n] - factorials[k] - factorials[n - k];
    let m_bits = (m as f64).log2();
    let different = -((m - 1) as f64).log2() - ((m - 2) as f64).log2() + 2.0 * m_bits;
    let mut sum = 0.0;
    for t in 4..=n.min(m) {
        let (bins, ends) = (t - 1, 3 * t);
        let inside = [3, 2, 1, 0].iter().take(3).map(|k| ((t - k) as f64).log2() - ((m + 1 - k) as f64).log2());
        let inside: f64 = t as f64 * inside.sum::<f64>();
        // The best z solves z(e^z − 1)/(e^z − 1 − z) = ends/bins.
        let (mut low, mut high) = (1e-6f64, 20.0f64);
        for _ in 0..60 {
            let z = (low + high) / 2.0;
            if z * z.exp_m1() / (z.exp_m1() - z) < ends as f64 / bins as f64 { low = z } else { high = z }
        }
        let twice = factorials[ends] - ends as f64 * (m_bits + low.log2())
            + bins as f64 * (low.exp_m1() - low).log2()
            + t as f64 * different;
        sum += (choose(n, t) + choose(m, bins) + inside.min(twice)).exp2();
    }
    sum.log2()
}

#[test]
fn numbers_of_bins_keep_the_bound_where_it_is_what_they_rest_on() {
    for (from, _) in THOUSANDTHS {
        for n in [from, from + 1, from + from / 3] {
            if (4..1 << 14).contains(&n) {
                let bits = failure_bits(n, CuckooParams::for_items(n).unwrap().bins());
                assert!(bits <= -40.0, "{n}: {bits}");
            }
        }
    }
    // And are not wasteful.
    assert!(failure_bits(1 << 10, CuckooParams::for_items(1 << 10).unwrap().bins()) > -43.0);
    assert_eq!(CuckooParams::for_items(1 << 20).unwrap().bins(), 1_331_692);
}

#[test]
fn placing_fails_about_as_often_as_the_bound_says() {
    // Scaled: few bins for few items, where four items on three bins decide.
    let (n, m, trials) = (12, 16, 20_000u64);
    let params = CuckooParams::with_bins(n, m).unwrap();
    let failed = (0..trials)
        .filter(|i| {
            let keys: Vec<Gf128> = (0..n as u128).map(|j| Gf128(u128::from(*i) << 64 | j)).collect();
            params.place(&Seed([9; 16]), &keys).is_err()
        })
        .count();
    let bound = failure_bits(n, m).exp2() * trials as f64;
    assert!((failed as f64) < bound + 4.0 * bound.sqrt(), "{failed} of {trials}, bound {bound:.1}");
    assert!(failed > 0, "the test sees failures at all");
}

#[test]
fn the_fullest_bin_of_simple_hashing_stays_below_what_bins_are_padded_to() {
    let params = CuckooParams::for_items(10_000).unwrap();
    let padded = params.simple_bin_max(30_000);
    let mut worst = 0;
    for i in 0..20 {
        worst = worst.max(params.place_everywhere(&Seed([i; 16]), &keys(30_000, "load")).unwrap().max_load());
    }
    // Mean 6.9.
    assert!(worst <= padded && (20..40).contains(&padded), "{worst} of {padded}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn any_set_of_items_is_placed(
        keys in prop::collection::hash_set(prop_oneof![any::<u128>(), 0..300u128], 0..400),
        seed: [u8; 16],
    ) {
        let keys: Vec<Gf128> = keys.into_iter().map(Gf128).collect();
        check(&CuckooParams::for_items(keys.len()).unwrap(), &Seed(seed), &keys);
    }
}
