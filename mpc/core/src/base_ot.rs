//! Oblivious transfers of random keys on Ristretto255: the endemic OT of Masny and Rindal ("Endemic Oblivious Transfer",
//! CCS 2019, the protocol from Diffie–Hellman), with the sender's message shared by the batch.
//!
//! | step | who | what |
//! |---|---|---|
//! | 1 | receiver | for transfer i with choice c: a ← Z_q, R_{1−c} ← G, R_c = a·G − H(i, c, R_{1−c}); sends R_0, R_1 |
//! | 2 | sender | b ← Z_q; sends B = b·G; key_j = KDF(i, j, R_0, R_1, B, b·(R_j + H(i, j, R_{1−j}))) |
//! | 3 | receiver | key_c = KDF(i, c, R_0, R_1, B, a·B) |
//!
//! Security, against malicious parties: the choice is hidden perfectly (both elements are uniform). The other key is
//! unknown to the receiver under the gap computational Diffie–Hellman assumption in the random oracle model: H and KDF
//! (RFC 9380 and SHA-256) take the session and the index. "Endemic" means that a malicious party may bias *its own* keys,
//! which OT extension tolerates (shown in the paper). Elements are decoded canonically and the identity is refused.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::traits::IsIdentity;
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable};
use zeroize::{Zeroize, Zeroizing};

use crate::gf128::Gf128;
use crate::group::{ENCODED_BYTES, Encoded, PointError, decode, encode};
use crate::hash_to_group::HashDomain;
use crate::parallel::map_blocks;
use crate::scalar::SecretScalar;

/// Bytes on the wire per transfer, from the receiver. The sender answers with [`ENCODED_BYTES`] for the batch.
pub const BYTES_PER_TRANSFER: usize = 2 * ENCODED_BYTES;

/// Transfers that a thread takes at a time.
const BLOCK: usize = 8;

/// Why a message of the other side is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseOtError {
    /// An element of the receiver.
    #[error("transfer {index}: {cause}")]
    Receiver {
        /// Which transfer.
        index: usize,
        /// What is wrong with its element.
        cause: PointError,
    },
    /// The element of the sender.
    #[error("the sender's element: {0}")]
    Sender(PointError),
    /// There must be as many transfers as agreed.
    #[error("{got} transfers where {expected} were agreed")]
    Count {
        /// Agreed.
        expected: usize,
        /// In the message.
        got: usize,
    },
}

/// What the receiver sends: R_0 and R_1 of every transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices(pub Vec<[Encoded; 2]>);

/// What the sender answers: B.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer(pub Encoded);

/// The two keys of every transfer.
pub type KeyPairs = Zeroizing<Vec<[Gf128; 2]>>;

/// The receiver, waiting for the answer.
pub struct Receiver {
    session: [u8; 32],
    choices: Zeroizing<Vec<u8>>,
    scalars: Vec<SecretScalar>,
    sent: Choices,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Receiver({})", self.scalars.len())
    }
}

fn domain(session: &[u8; 32]) -> HashDomain {
    let tag = [b"shuzheng/endemic-ot/1-ristretto255_XMD:SHA-512_R255MAP_RO_-".as_slice(), session].concat();
    HashDomain::new(&tag)
}

/// H(i, j, other element).
fn offset(domain: &HashDomain, index: usize, which: u8, other: &Encoded) -> RistrettoPoint {
    let mut message = [0u8; 8 + 1 + ENCODED_BYTES];
    message[..8].copy_from_slice(&(index as u64).to_be_bytes());
    message[8] = which;
    message[9..].copy_from_slice(other);
    let point = domain.hash(&message);
    message.zeroize();
    point
}

fn key(
    session: &[u8; 32],
    index: usize,
    which: u8,
    pair: &[Encoded; 2],
    b: &Encoded,
    shared: &RistrettoPoint,
) -> Gf128 {
    let mut digest: [u8; 32] = Sha256::new()
        .chain_update(b"shuzheng/endemic-ot/key/1")
        .chain_update(session)
        .chain_update((index as u64).to_be_bytes())
        .chain_update([which])
        .chain_update(pair[0])
        .chain_update(pair[1])
        .chain_update(b)
        .chain_update(Zeroizing::new(encode(shared)))
        .finalize()
        .into();
    let (first, _) = digest.split_first_chunk::<16>().expect("a digest has 32 bytes");
    let key = Gf128::from_bytes(*first);
    digest.zeroize();
    key
}

impl Receiver {
    /// Step 1. A choice is the lowest bit of its byte.
    pub fn start<R: RngCore + CryptoRng>(
        session: [u8; 32],
        choices: &[u8],
        rng: &mut R,
        threads: usize,
    ) -> (Self, Choices) {
        let domain = domain(&session);
        let choices = Zeroizing::new(choices.iter().map(|c| c & 1).collect::<Vec<_>>());
        let scalars: Vec<_> = choices.iter().map(|_| SecretScalar::random(rng)).collect();
        let others: Vec<[u8; 64]> = choices
            .iter()
            .map(|_| {
                let mut uniform = [0u8; 64];
                rng.fill_bytes(&mut uniform);
                uniform
            })
            .collect();
        let pairs: Result<_, std::convert::Infallible> = map_blocks(threads, BLOCK, &others, |first, block| {
            let pair = |(i, uniform): (usize, &[u8; 64])| {
                let index = first + i;
                let other = encode(&RistrettoPoint::from_uniform_bytes(uniform));
                let own = scalars[index].mul_base() - offset(&domain, index, choices[index], &other);
                let own = encode(&own);
                // R_c is the own one; which place that is must not show in the time.
                let choice = Choice::from(choices[index]);
                let mut pair = [[0u8; ENCODED_BYTES]; 2];
                for k in 0..ENCODED_BYTES {
                    pair[0][k] = u8::conditional_select(&own[k], &other[k], choice);
                    pair[1][k] = u8::conditional_select(&other[k], &own[k], choice);
                }
                pair
            };
            Ok(block.iter().enumerate().map(pair).collect())
        });
        let sent = match pairs {
            Ok(pairs) => Choices(pairs),
            Err(never) => match never {},
        };
        (Self { session, choices, scalars, sent: sent.clone() }, sent)
    }

    /// Step 3: the chosen key of every transfer.
    ///
    /// # Errors
    /// When the sender's element is the identity or not canonical.
    pub fn finish(self, answer: &Answer, threads: usize) -> Result<Zeroizing<Vec<Gf128>>, BaseOtError> {
        let b = decode(&answer.0).map_err(BaseOtError::Sender)?;
        let keys = map_blocks(threads, BLOCK, &self.scalars, |first, block| {
            Ok(block
                .iter()
                .enumerate()
                .map(|(i, scalar)| {
                    let index = first + i;
                    let pair = &self.sent.0[index];
                    key(&self.session, index, self.choices[index], pair, &answer.0, &scalar.mul(&b))
                })
                .collect())
        })?;
        Ok(Zeroizing::new(keys))
    }
}

/// Step 2: the sender's answer and both keys of each of `count` transfers.
///
/// # Errors
/// The first element that is the identity or not canonical; another number of transfers.
pub fn send<R: RngCore + CryptoRng>(
    session: [u8; 32],
    count: usize,
    choices: &Choices,
    rng: &mut R,
    threads: usize,
) -> Result<(Answer, KeyPairs), BaseOtError> {
    if choices.0.len() != count {
        return Err(BaseOtError::Count { expected: count, got: choices.0.len() });
    }
    let domain = domain(&session);
    let secret = SecretScalar::random(rng);
    let answer = encode(&secret.mul_base());
    let keys = map_blocks(threads, BLOCK, &choices.0, |first, block| {
        let mut keys = Vec::with_capacity(block.len());
        for (i, pair) in block.iter().enumerate() {
            let index = first + i;
            let refused = |cause| BaseOtError::Receiver { index, cause };
            let mut both = [Gf128::ZERO; 2];
            for (j, key_of_j) in both.iter_mut().enumerate() {
                let base = decode(&pair[j]).map_err(refused)? + offset(&domain, index, j as u8, &pair[1 - j]);
                if base.is_identity() {
                    return Err(refused(PointError::Identity));
                }
                *key_of_j = key(&session, index, j as u8, pair, &answer, &secret.mul(&base));
            }
            keys.push(both);
        }
        Ok(keys)
    })?;
    Ok((Answer(answer), Zeroizing::new(keys)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prg::{CommittedSeed, Prg};

    fn prg(label: &str) -> Prg {
        CommittedSeed::from_bytes(&[2; 64]).prg(label, b"")
    }

    #[test]
    fn the_receiver_gets_exactly_the_keys_it_chose_for_every_number_of_threads() {
        let choices: Vec<u8> = (0..37u8).map(|i| (i * 7 % 5) & 1).collect();
        for threads in [1, 3] {
            let (receiver, sent) = Receiver::start([1; 32], &choices, &mut prg("r"), threads);
            let (answer, pairs) = send([1; 32], 37, &sent, &mut prg("s"), threads).unwrap();
            let keys = receiver.finish(&answer, threads).unwrap();
            for ((key, pair), choice) in keys.iter().zip(pairs.iter()).zip(&choices) {
                assert!(*key == pair[usize::from(*choice)]);
                assert!(*key != pair[1 - usize::from(*choice)]);
            }
        }
    }

    #[test]
    fn another_session_gives_other_keys() {
        let (receiver, sent) = Receiver::start([1; 32], &[0], &mut prg("r"), 1);
        let (answer, pairs) = send([2; 32], 1, &sent, &mut prg("s"), 1).unwrap();
        let keys = receiver.finish(&answer, 1).unwrap();
        assert!(keys[0] != pairs[0][0] && keys[0] != pairs[0][1]);
    }

    #[test]
    fn identity_and_non_canonical_elements_and_wrong_counts_are_refused() {
        let (_, sent) = Receiver::start([1; 32], &[0, 1, 0], &mut prg("r"), 1);
        for (bytes, cause) in [([0u8; 32], PointError::Identity), ([0xff; 32], PointError::NonCanonical)] {
            for which in 0..2 {
                let mut bad = sent.clone();
                bad.0[2][which] = bytes;
                let refused = send([1; 32], 3, &bad, &mut prg("s"), 2).unwrap_err();
                assert_eq!(refused, BaseOtError::Receiver { index: 2, cause });
            }
            let (receiver, _) = Receiver::start([1; 32], &[0, 1, 0], &mut prg("r"), 1);
            assert_eq!(receiver.finish(&Answer(bytes), 1).unwrap_err(), BaseOtError::Sender(cause));
        }
        let refused = send([1; 32], 4, &sent, &mut prg("s"), 1).unwrap_err();
        assert_eq!(refused, BaseOtError::Count { expected: 4, got: 3 });
    }

    #[test]
    fn an_element_chosen_to_make_the_shared_one_the_identity_is_refused() {
        let (_, mut sent) = Receiver::start([1; 32], &[0], &mut prg("r"), 1);
        let cancelling = -offset(&domain(&[1; 32]), 0, 0, &sent.0[0][1]);
        sent.0[0][0] = encode(&cancelling);
        let refused = send([1; 32], 1, &sent, &mut prg("s"), 1).unwrap_err();
        assert_eq!(refused, BaseOtError::Receiver { index: 0, cause: PointError::Identity });
    }
}
