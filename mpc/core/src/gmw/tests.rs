use proptest::prelude::*;
use rand_core::RngCore;

use super::slices::{pack, rows, transpose, unpack};
use super::*;
use crate::prg::CommittedSeed;

/// Pools of random transfers.
fn pools(words: usize, seed: u8) -> (Pool, Pool) {
    let mut rng = CommittedSeed::from_bytes(&[seed; 64]).prg("transfers", b"");
    let mut draw = || (0..words).map(|_| rng.next_u64()).collect::<Vec<_>>();
    let (zero, differ, choice) = (draw(), draw(), draw());
    let chosen = (0..words).map(|i| zero[i] ^ (differ[i] & choice[i])).collect();
    (Pool::new(Party::Offering, zero, differ).unwrap(), Pool::new(Party::Choosing, chosen, choice).unwrap())
}

fn conjunction(mine: Conjunction, yours: Conjunction, pools: &mut (Pool, Pool)) -> Vec<u64> {
    let (mut mine, mut yours) = (mine, yours);
    let layers = mine.layers();
    for _ in 0..layers {
        let (gates, said) = mine.next(&mut pools.0).unwrap().unwrap();
        let (other_gates, other_said) = yours.next(&mut pools.1).unwrap().unwrap();
        mine = mine.take(gates, &other_said).unwrap();
        yours = yours.take(other_gates, &said).unwrap();
    }
    assert!(mine.next(&mut pools.0).unwrap().is_none() && yours.next(&mut pools.1).unwrap().is_none());
    mine.finish().iter().zip(yours.finish().iter()).map(|(a, b)| a ^ b).collect()
}

/// Bit i is set where the numbers are equal.
fn equal(a: &[u64], b: &[u64], bits: usize) -> Vec<u64> {
    let width = slices::row_words(a.len());
    let mut pools = pools(Conjunction::transfer_words(width, bits), 1);
    let complement = rows(b, bits).into_iter().map(|word| !word).collect();
    let mine = Conjunction::new(width, rows(a, bits)).unwrap();
    let equal = conjunction(mine, Conjunction::new(width, complement).unwrap(), &mut pools);
    assert_eq!((pools.0.left(), pools.1.left()), (0, 0), "exactly the transfers that were announced are used");
    equal
}

#[test]
fn numbers_are_equal_exactly_when_all_their_bits_are() {
    for bits in [1, 2, 3, 7, 8, 59, 64] {
        let mask = u64::MAX >> (64 - bits);
        let a: Vec<u64> = (0..200u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask).collect();
        // Every number differs in one bit, or not at all.
        let b: Vec<u64> =
            a.iter().enumerate().map(|(i, a)| if i % 3 == 0 { *a } else { a ^ 1 << (i % bits) }).collect();
        let got = equal(&a, &b, bits);
        for i in 0..200 {
            assert_eq!(got[i / 64] >> (i % 64) & 1, u64::from(i % 3 == 0), "{bits} bits, number {i}");
        }
    }
}

fn negative(a: u32, b: u32) -> bool {
    let (mut mine, mut yours) = pools(SignBit::TRANSFER_WORDS, 2);
    let (mut x, mut y) = (SignBit::new(Party::Offering, a), SignBit::new(Party::Choosing, b));
    while let Some((gates, said)) = x.next(&mut mine).unwrap() {
        let (other_gates, other_said) = y.next(&mut yours).unwrap().unwrap();
        x = x.take(gates, &other_said).unwrap();
        y = y.take(other_gates, &said).unwrap();
    }
    assert!(y.next(&mut yours).unwrap().is_none());
    assert_eq!((mine.left(), yours.left()), (0, 0));
    x.finish() ^ y.finish() == 1
}

#[test]
fn the_sign_of_a_sum_is_that_of_the_sum_at_all_edges() {
    let edges = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, u32::MAX, 0x5555_5555, 0xaaaa_aaaa];
    for a in edges {
        for b in edges {
            assert_eq!(negative(a, b), (a.wrapping_add(b) as i32) < 0, "{a:#x} + {b:#x}");
        }
    }
}

#[test]
fn what_has_a_wrong_length_is_refused() {
    assert_eq!(Pool::new(Party::Offering, vec![1], vec![]).err(), Some(GmwError::Unequal { first: 1, second: 0 }));
    let (mut pool, _) = pools(4, 3);
    assert_eq!(pool.extend(&[1, 2], &[3]).err(), Some(GmwError::Unequal { first: 2, second: 1 }));
    assert_eq!(pool.and(&[1], &[1, 2]).err(), Some(GmwError::Inputs { left: 1, right: 2 }));
    assert_eq!(pool.and(&[0; 3], &[0; 3]).err(), Some(GmwError::Exhausted { needed: 6, left: 4 }));
    let (gates, said) = pool.and(&[1], &[2]).unwrap();
    assert_eq!((said.len(), gates.expected(), pool.left()), (2, 2, 2));
    assert_eq!(gates.finish(&[1]).err(), Some(GmwError::Reply { expected: 2, got: 1 }));
    assert!(Conjunction::new(0, vec![1]).is_err() && Conjunction::new(2, vec![1; 3]).is_err());
    assert!(Conjunction::new(2, vec![]).is_err());
}

#[test]
fn a_transposed_square_is_the_transpose() {
    let mut rng = CommittedSeed::from_bytes(&[4; 64]).prg("square", b"");
    let before: [u64; 64] = std::array::from_fn(|_| rng.next_u64());
    let mut after = before;
    transpose(&mut after);
    for (i, row) in before.iter().enumerate() {
        for (j, column) in after.iter().enumerate() {
            assert_eq!(row >> j & 1, column >> i & 1);
        }
    }
}

proptest! {
    #[test]
    fn packed_numbers_come_back(numbers in prop::collection::vec(any::<u64>(), 0..200), bits in 1usize..=64) {
        let mask = u64::MAX >> (64 - bits);
        let packed = pack(&numbers, bits);
        let back = unpack(&packed, numbers.len(), bits).unwrap();
        prop_assert_eq!(back, numbers.iter().map(|n| n & mask).collect::<Vec<_>>());
        prop_assert!(unpack(&packed, numbers.len() + 64, bits).is_none());
        let planes = rows(&numbers, bits);
        let width = slices::row_words(numbers.len());
        for (i, n) in numbers.iter().enumerate() {
            for bit in 0..bits {
                prop_assert_eq!(planes[bit * width + i / 64] >> (i % 64) & 1, n >> bit & 1);
            }
        }
    }

    #[test]
    fn a_sum_is_negative_exactly_when_its_sign_says_so(a: u32, b: u32) {
        prop_assert_eq!(negative(a, b), (a.wrapping_add(b) as i32) < 0);
    }
}
