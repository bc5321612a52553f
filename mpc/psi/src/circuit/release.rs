//! The sender's shares of the sums, under two keys: the receiver holds the one that opens them when enough keys match, else
//! the one that opens "too few".

use mpc_core::{FixedKeyAes, Gf128};
use zeroize::Zeroizing;

use crate::run::PsiError;

/// First block of a part: what it says.
const RELEASED: u128 = u128::from_be_bytes(*b"shuzheng release");
const BELOW: u128 = u128::from_be_bytes(*b"shuzheng too few");

/// Bytes of the message for so many numbers.
pub(super) fn sealed_bytes(numbers: usize) -> usize {
    2 * (16 + 8 * numbers).next_multiple_of(16)
}

fn blocks(numbers: usize) -> usize {
    sealed_bytes(numbers) / 32
}

fn mask(aes: &FixedKeyAes, key: Gf128, part: &mut [Gf128]) {
    let mut pad = Zeroizing::new(vec![Gf128::ZERO; part.len()]);
    aes.stream(key, &mut pad);
    part.iter_mut().zip(pad.iter()).for_each(|(part, pad)| *part ^= *pad);
}

/// Part i opens under key i; part `released` holds the numbers, the other one nothing.
pub(super) fn seal(aes: &FixedKeyAes, keys: [Gf128; 2], released: usize, numbers: &[u64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(sealed_bytes(numbers.len()));
    for (i, key) in keys.into_iter().enumerate() {
        let mut part = Zeroizing::new(vec![Gf128::ZERO; blocks(numbers.len())]);
        part[0] = Gf128(if i == released { RELEASED } else { BELOW });
        if i == released {
            for (at, number) in numbers.iter().enumerate() {
                part[1 + at / 2].0 |= u128::from(*number) << (at % 2 * 64);
            }
        }
        mask(aes, key, &mut part);
        part.iter().for_each(|block| out.extend_from_slice(&block.to_bytes()));
    }
    out
}

/// Opens part `choice`: the numbers, or nothing when too few keys match.
pub(super) fn open(
    aes: &FixedKeyAes,
    key: Gf128,
    choice: usize,
    numbers: usize,
    sealed: &[u8],
) -> Result<Option<Vec<u64>>, PsiError> {
    if sealed.len() != sealed_bytes(numbers) {
        return Err(PsiError::Malformed { message: "Release" });
    }
    let half = sealed.len() / 2;
    let own = &sealed[choice * half..][..half];
    let mut part: Zeroizing<Vec<Gf128>> =
        Zeroizing::new(own.as_chunks::<16>().0.iter().map(|block| Gf128::from_bytes(*block)).collect());
    mask(aes, key, &mut part);
    match part[0].0 {
        RELEASED => Ok(Some((0..numbers).map(|at| (part[1 + at / 2].0 >> (at % 2 * 64)) as u64).collect())),
        BELOW if part[1..].iter().all(|block| *block == Gf128::ZERO) => Ok(None),
        _ => Err(PsiError::ReleaseForged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_opens_under_one_key_and_tells_too_few_under_the_other() {
        let aes = FixedKeyAes::new([5; 16]);
        let keys = [Gf128(77), Gf128(1 << 100)];
        for numbers in [vec![], vec![1], vec![u64::MAX, 3], vec![1, 2, 3, 4, 5]] {
            for released in [0, 1] {
                let sealed = seal(&aes, keys, released, &numbers);
                assert_eq!(sealed.len(), sealed_bytes(numbers.len()));
                let open = |choice: usize, key: Gf128, sealed: &[u8]| open(&aes, key, choice, numbers.len(), sealed);
                assert_eq!(open(released, keys[released], &sealed).unwrap(), Some(numbers.clone()));
                assert_eq!(open(1 - released, keys[1 - released], &sealed).unwrap(), None);
                assert!(matches!(open(released, keys[1 - released], &sealed), Err(PsiError::ReleaseForged)));
                assert!(open(0, keys[0], &sealed[1..]).is_err());
                let mut changed = sealed.clone();
                changed[3] ^= 1;
                changed[sealed.len() / 2 + 3] ^= 1;
                assert!(open(0, keys[0], &changed).is_err() && open(1, keys[1], &changed).is_err());
            }
        }
    }
}
