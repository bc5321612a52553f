//! Random and correlated oblivious transfer with little communication (docs/protocols/silent-ot.md).
//!
//! * random: the sender gets pairs (m₀, m₁) of uniform blocks, the receiver a uniform bit c and m_c;
//! * correlated: the sender gets Δ and keys b, the receiver bits c and b ⊕ c·Δ.
//!
//! The machines and messages are those of [`crate::vole`], with noise from GF(2).

use zeroize::Zeroizing;

use crate::gf128::Gf128;
use crate::memory::filled;
use crate::parallel::{for_each_pair, for_each_part};
use crate::silent::{Bits, ReceiverChecked, SecretBlocks, SenderChecked};

pub use crate::silent::{Challenge, Corrections, Opening, Proof, Security, Setup, SilentError};

/// Sizes of a run.
pub type Layout = crate::silent::Layout<Bits>;
/// The sender's machine.
pub type Sender = crate::silent::Sender<Bits>;
/// The receiver's machine.
pub type Receiver = crate::silent::Receiver<Bits>;

/// Transfers that are hashed at a time.
const TILE: usize = 1_024;

/// Random transfers, the sender's side: m₀ and m₁.
pub type RandomPairs = Zeroizing<Vec<[Gf128; 2]>>;

/// Random transfers, the receiver's side. Cleared when dropped.
pub struct Chosen {
    /// c, 0 or 1.
    pub choices: Zeroizing<Vec<u8>>,
    /// m_c.
    pub blocks: SecretBlocks,
}

/// Random transfers of single bits, 64 to a word, filled up with zeros. Cleared when dropped.
pub struct BitTransfers {
    /// Sender: m₀. Receiver: m_c.
    pub first: Zeroizing<Vec<u64>>,
    /// Sender: m₀ ⊕ m₁. Receiver: c.
    pub second: Zeroizing<Vec<u64>>,
}

impl BitTransfers {
    fn zeros(words: usize) -> Self {
        let zeros = || Zeroizing::new(vec![0; words]);
        Self { first: zeros(), second: zeros() }
    }
}

/// Bit 0 of at most 64 blocks.
fn low_bits(blocks: &[Gf128]) -> u64 {
    blocks.iter().enumerate().fold(0, |word, (i, block)| word | (block.0 as u64 & 1) << i)
}

/// Correlated transfers, the sender's side. Cleared when dropped by its owner.
pub struct CorrelatedKeys {
    /// Δ; bit 0 is 1.
    pub delta: Gf128,
    /// b; bit 0 is 0.
    pub b: SecretBlocks,
}

impl SenderChecked<Bits> {
    /// Correlated transfers.
    pub fn correlated(self, threads: usize) -> CorrelatedKeys {
        let (delta, b) = self.compress(threads);
        CorrelatedKeys { delta, b }
    }

    /// Random transfers: m_j = H(b ⊕ j·Δ, i) with the tweakable hash of [`FixedKeyAes::tccr`](crate::FixedKeyAes::tccr).
    pub fn random(self, threads: usize) -> RandomPairs {
        let aes = self.output_hash();
        let CorrelatedKeys { delta, mut b } = self.correlated(threads);
        let mut pairs = Zeroizing::new(filled(b.len(), [Gf128::ZERO; 2]));
        // Whole tiles in parallel, what is left after them.
        let whole = b.len() / TILE * TILE;
        let hash = |first: usize, b: &mut [Gf128], pairs: &mut [[Gf128; 2]]| {
            let mut other = Zeroizing::new([Gf128::ZERO; TILE]);
            let other = &mut other[..b.len()];
            for (other, b) in other.iter_mut().zip(b.iter()) {
                *other = *b ^ delta;
            }
            aes.tccr(first as u64, b);
            aes.tccr(first as u64, other);
            for ((pair, m0), m1) in pairs.iter_mut().zip(b.iter()).zip(other.iter()) {
                *pair = [*m0, *m1];
            }
        };
        for_each_pair(threads, &mut b[..whole], TILE, &mut pairs[..whole], TILE, |i, b, pairs| {
            hash(i * TILE, b, pairs)
        });
        hash(whole, &mut b[whole..], &mut pairs[whole..]);
        pairs
    }
}

impl SenderChecked<Bits> {
    /// Random transfers of single bits: bit 0 of the messages of [`random`](Self::random), without ever holding them all.
    pub fn random_bits(self, threads: usize) -> BitTransfers {
        let aes = self.output_hash();
        let CorrelatedKeys { delta, b } = self.correlated(threads);
        let mut bits = BitTransfers::zeros(b.len().div_ceil(64));
        let words = TILE / 64;
        let hash = |tile: usize, first: &mut [u64], second: &mut [u64]| {
            let (mut zero, mut one) = (Zeroizing::new([Gf128::ZERO; TILE]), Zeroizing::new([Gf128::ZERO; TILE]));
            let b = &b[tile * TILE..b.len().min((tile + 1) * TILE)];
            let (zero, one) = (&mut zero[..b.len()], &mut one[..b.len()]);
            zero.copy_from_slice(b);
            one.iter_mut().zip(b).for_each(|(one, b)| *one = *b ^ delta);
            aes.tccr((tile * TILE) as u64, zero);
            aes.tccr((tile * TILE) as u64, one);
            for (i, (zero, one)) in zero.chunks(64).zip(one.chunks(64)).enumerate() {
                first[i] = low_bits(zero);
                second[i] = first[i] ^ low_bits(one);
            }
        };
        for_each_tile(threads, words, &mut bits, hash);
        bits
    }
}

/// Runs `hash` on tiles of `words` words of both parts.
fn for_each_tile(
    threads: usize,
    words: usize,
    bits: &mut BitTransfers,
    hash: impl Fn(usize, &mut [u64], &mut [u64]) + Sync,
) {
    let whole = bits.first.len() / words * words;
    let (first, rest) = bits.first.split_at_mut(whole);
    let (second, other_rest) = bits.second.split_at_mut(whole);
    for_each_pair(threads, first, words, second, words, &hash);
    if !rest.is_empty() {
        hash(whole / words, rest, other_rest);
    }
}

impl ReceiverChecked<Bits> {
    /// Random transfers of single bits: c, and bit 0 of the message that was chosen.
    pub fn random_bits(self, threads: usize) -> BitTransfers {
        let aes = self.output_hash();
        let blocks = self.correlated(threads);
        let mut bits = BitTransfers::zeros(blocks.len().div_ceil(64));
        for_each_tile(threads, TILE / 64, &mut bits, |tile, first, second| {
            let mut chosen = Zeroizing::new([Gf128::ZERO; TILE]);
            let blocks = &blocks[tile * TILE..blocks.len().min((tile + 1) * TILE)];
            let chosen = &mut chosen[..blocks.len()];
            chosen.copy_from_slice(blocks);
            aes.tccr((tile * TILE) as u64, chosen);
            for (i, (block, chosen)) in blocks.chunks(64).zip(chosen.chunks(64)).enumerate() {
                second[i] = low_bits(block);
                first[i] = low_bits(chosen);
            }
        });
        bits
    }

    /// Correlated transfers: c is bit 0 of each block b ⊕ c·Δ.
    pub fn correlated(mut self, threads: usize) -> SecretBlocks {
        self.compress(threads)
    }

    /// Random transfers.
    pub fn random(self, threads: usize) -> Chosen {
        let aes = self.output_hash();
        let mut blocks = self.correlated(threads);
        let choices = Zeroizing::new(blocks.iter().map(|block| block.0 as u8 & 1).collect());
        for_each_part(threads, TILE, &mut blocks, |first, part| aes.tccr(first as u64, part));
        Chosen { choices, blocks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prg::{CommittedSeed, Prg};
    use crate::silent::tests::{malformed_messages_are_refused, wrong_corrections};

    fn prg(label: &str) -> Prg {
        CommittedSeed::from_bytes(&[3; 64]).prg(label, b"ot")
    }

    fn run(len: usize, security: Security, threads: usize) -> (SenderChecked<Bits>, ReceiverChecked<Bits>) {
        let layout = Layout::new(len, security).unwrap();
        let (mut mine, mut yours) = (prg("sender"), prg("receiver"));
        let (sender, opening) = Sender::start(layout, [1; 32], &mut mine, threads);
        let opening = Opening::decode(&layout, &opening.encode()).unwrap();
        let (receiver, setup) = Receiver::start(layout, [1; 32]).setup(&opening, &mut yours, threads).unwrap();
        let setup = Setup::decode(&layout, &setup.encode()).unwrap();
        let (sender, corrections) = sender.expand(&setup, &mut mine, threads).unwrap();
        let corrections = Corrections::decode(&layout, &corrections.encode()).unwrap();
        let receiver = receiver.expand(&corrections, threads).unwrap();
        match security {
            Security::SemiHonest => (sender.without_check().unwrap(), receiver.without_check().unwrap()),
            Security::Malicious => {
                let (receiver, challenge) = receiver.challenge(&mut yours, threads).unwrap();
                let (sender, proof) = sender.answer(&challenge, threads).unwrap();
                (sender, receiver.verify(&proof).unwrap())
            }
        }
    }

    #[test]
    fn the_receiver_gets_the_block_of_its_bit_and_not_the_other_one() {
        for security in [Security::SemiHonest, Security::Malicious] {
            for len in [1, 2, 1_000, 1 << 16, 70_001] {
                let (sender, receiver) = run(len, security, 2);
                let (pairs, chosen) = (sender.random(2), receiver.random(1));
                assert_eq!((pairs.len(), chosen.blocks.len()), (len, len));
                for ((pair, block), c) in pairs.iter().zip(chosen.blocks.iter()).zip(chosen.choices.iter()) {
                    assert!(*block == pair[usize::from(*c)] && *block != pair[usize::from(1 - *c)]);
                }
            }
        }
    }

    #[test]
    fn transfers_of_bits_are_bit_zero_of_the_transfers_of_blocks() {
        for len in [1, 63, 1_024, 1_500, 5_000] {
            let (sender, receiver) = run(len, Security::Malicious, 1);
            let (pairs, chosen) = (sender.random(1), receiver.random(1));
            for threads in [1, 3] {
                let (sender, receiver) = run(len, Security::Malicious, 1);
                let (mine, yours) = (sender.random_bits(threads), receiver.random_bits(threads));
                assert_eq!((mine.first.len(), yours.first.len()), (len.div_ceil(64), len.div_ceil(64)));
                let bit = |words: &[u64], i: usize| words[i / 64] >> (i % 64) & 1;
                for i in 0..len {
                    let [zero, one] = pairs[i].map(|m| m.0 as u64 & 1);
                    assert_eq!((bit(&mine.first, i), bit(&mine.second, i)), (zero, zero ^ one));
                    let (c, m) = (u64::from(chosen.choices[i]), chosen.blocks[i].0 as u64 & 1);
                    assert_eq!((bit(&yours.second, i), bit(&yours.first, i)), (c, m));
                }
            }
        }
    }

    #[test]
    fn correlated_blocks_differ_by_delta_where_the_bit_is_one() {
        let (sender, receiver) = run(10_001, Security::Malicious, 1);
        let (keys, blocks) = (sender.correlated(1), receiver.correlated(3));
        assert_eq!(keys.delta.0 & 1, 1);
        for (b, c) in keys.b.iter().zip(blocks.iter()) {
            assert_eq!(b.0 & 1, 0);
            assert!(*c == *b ^ Gf128(keys.delta.0 & (c.0 & 1).wrapping_neg()));
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let (sender, receiver) = run(9_999, Security::Malicious, 1);
        let (pairs, chosen) = (sender.random(1), receiver.random(1));
        for threads in [2, 7] {
            let (sender, receiver) = run(9_999, Security::Malicious, threads);
            let (other_pairs, other) = (sender.random(threads), receiver.random(threads));
            assert!(*pairs == *other_pairs && *chosen.choices == *other.choices && *chosen.blocks == *other.blocks);
        }
    }

    #[test]
    fn choices_and_blocks_look_uniform() {
        let (sender, receiver) = run(1 << 16, Security::Malicious, 2);
        let (pairs, chosen) = (sender.random(1), receiver.random(1));
        // 32,768 expected, standard deviation 128; the fixed seeds make this a fixed outcome.
        let ones = chosen.choices.iter().filter(|c| **c == 1).count();
        assert!((32_000..33_536).contains(&ones), "{ones}");
        let runs = chosen.choices.windows(2).filter(|w| w[0] == w[1]).count();
        assert!((32_000..33_536).contains(&runs), "{runs}");
        let distinct: std::collections::BTreeSet<_> = pairs.iter().flatten().map(|m| m.0).collect();
        assert_eq!(distinct.len(), 2 << 16);
    }

    #[test]
    fn malformed_messages_are_refused_with_their_name() {
        malformed_messages_are_refused::<Bits>();
    }

    #[test]
    fn a_sender_with_a_wrong_correction_anywhere_is_found_out() {
        wrong_corrections::<Bits>();
    }
}
