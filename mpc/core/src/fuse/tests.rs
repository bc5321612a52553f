use proptest::prelude::*;
use rand_core::RngCore;

use super::*;
use crate::prg::CommittedSeed;

fn elements(n: usize, label: &str) -> Vec<Gf128> {
    let mut rng = CommittedSeed::from_bytes(&[6; 64]).prg(label, b"fuse");
    (0..n).map(|_| Gf128(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()))).collect()
}

#[test]
fn every_element_is_found_and_no_other_for_every_size() {
    for n in [0, 1, 2, 3, 4, 5, 10, 33, 100, 1_000, 50_000] {
        let set = elements(n, "in");
        let filter = Filter::build(&Seed([1; 16]), &set).unwrap();
        assert_eq!(filter.elements(), n);
        for threads in [1, 3] {
            assert!(filter.contains_all(&set, threads).into_iter().all(|found| found), "{n}");
            assert!(!filter.contains_all(&elements(20_000, "out"), threads).into_iter().any(|found| found), "{n}");
        }
        assert!(!filter.contains(Gf128::ZERO));
    }
}

#[test]
fn single_cells_of_the_bytes_give_the_verdict_of_the_filter() {
    for n in [0, 1, 70, 3_000] {
        let set = elements(n, "in");
        let filter = Filter::build(&Seed([1; 16]), &set).unwrap();
        let bytes = filter.to_bytes();
        let probe = Probe::from_header(bytes.first_chunk().unwrap()).unwrap();
        assert_eq!(probe.elements(), n);
        for list in [set, elements(2_000, "out")] {
            let found = probe
                .cells(&list)
                .into_iter()
                .map(|cells| cells.hold(cells.offsets.map(|at| bytes[at as usize..][..8].try_into().unwrap())));
            assert_eq!(found.collect::<Vec<_>>(), filter.contains_all(&list, 1));
        }
    }
    assert_eq!(Probe::from_header(&[0; HEADER_BYTES]).err(), Some(FilterError::Magic));
}

#[test]
fn every_bit_of_a_fingerprint_is_compared() {
    // With fewer bits compared, some of these would pass: flip one bit of each stored fingerprint in turn.
    let set = elements(50, "in");
    let filter = Filter::build(&Seed([1; 16]), &set).unwrap();
    for bit in 0..64 {
        let mut other = filter.clone();
        other.fingerprints.iter_mut().for_each(|f| *f ^= 1 << bit);
        assert!(!other.contains_all(&set, 1).into_iter().any(|found| found));
    }
}

#[test]
fn a_large_filter_takes_nine_bytes_per_element() {
    for n in [1_000_000, 10_000_000] {
        let bytes = Filter::encoded_bytes(n) as f64 / n as f64;
        assert!((9.0..9.1).contains(&bytes), "{bytes}");
    }
    assert_eq!(queries_max(40), 1 << 24);
    assert_eq!(queries_max(0), u64::MAX);
}

#[test]
fn the_bytes_of_a_filter_are_stable_and_come_back() {
    let filter = Filter::build(&Seed([7; 16]), &elements(3, "golden")).unwrap();
    let bytes = filter.to_bytes();
    assert_eq!(Filter::from_bytes(&bytes), Ok(filter));
    // Golden: a change breaks filters in caches and at peers.
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
    assert_eq!((bytes.len(), hex::encode(digest)), (GOLDEN.0, GOLDEN.1.to_owned()));
}

const GOLDEN: (usize, &str) = (224, "a2a86fd7380b8020c053f7e4d18797f943a006b454c4800d2a0eb09bfff5f176");

#[test]
fn malformed_bytes_are_refused() {
    let bytes = Filter::build(&Seed([7; 16]), &elements(20, "in")).unwrap().to_bytes();
    let expected = bytes.len();
    for got in 0..expected {
        let error = Filter::from_bytes(&bytes[..got]).unwrap_err();
        assert!(matches!(error, FilterError::Length { got: g, .. } if g == got), "{error}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Filter::from_bytes(&longer), Err(FilterError::Length { got: expected + 1, expected }));
    let mut other = bytes.clone();
    other[6] = b'2';
    assert_eq!(Filter::from_bytes(&other), Err(FilterError::Magic));
    for elements in [u64::MAX, ELEMENTS_MAX as u64 + 1] {
        other = bytes.clone();
        other[8..16].copy_from_slice(&elements.to_be_bytes());
        assert_eq!(Filter::from_bytes(&other), Err(FilterError::Elements(elements)));
    }
    // A number of elements that does not fit the bytes that are there: no memory is taken for it.
    other[8..16].copy_from_slice(&(ELEMENTS_MAX as u64).to_be_bytes());
    assert!(matches!(Filter::from_bytes(&other), Err(FilterError::Length { .. })));
}

#[test]
fn equal_elements_are_refused() {
    let mut set = elements(300, "in");
    set[250] = set[3];
    assert_eq!(Filter::build(&Seed([0; 16]), &set), Err(BuildError::Duplicate { first: 3, second: 250 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn it_is_the_set_of_its_elements(
        set in prop::collection::hash_set(prop_oneof![any::<u128>(), 0..500u128], 0..400),
        others in prop::collection::vec(prop_oneof![any::<u128>(), 0..500u128], 0..100),
        seed: [u8; 16],
    ) {
        let list: Vec<Gf128> = set.iter().copied().map(Gf128).collect();
        let filter = Filter::from_bytes(&Filter::build(&Seed(seed), &list).unwrap().to_bytes()).unwrap();
        prop_assert!(filter.contains_all(&list, 2).into_iter().all(|found| found));
        for other in others {
            prop_assert_eq!(filter.contains(Gf128(other)), set.contains(&other));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut framed = b"szfuse1\0\0\0\0\0\0\0\0".to_vec();
        framed.extend_from_slice(&bytes);
        if let Ok(filter) = Filter::from_bytes(&framed) {
            filter.contains(Gf128(3));
        }
        let _ = Filter::from_bytes(&bytes);
    }
}
