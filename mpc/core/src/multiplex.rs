//! A shared bit times a number that one party knows, as additive shares: how circuit-PSI counts and sums
//! (docs/protocols/circuit-psi.md).
//!
//! The bit is b = b_o ⊕ b_c; the offering party knows the numbers v, one row of them for every bit. As
//! b·v = b_o·v + b_c·(1 − 2b_o)·v, one random transfer does it, chosen by b_c after the choosing party said b_c ⊕ c:
//!
//! * the offering party sends e = G(k₀) − G(k₁) + (1 − 2b_o)·v and keeps b_o·v − G(k₀);
//! * the choosing party keeps G(k₀), or G(k₁) + e.
//!
//! G stretches a message of the transfer to a row: the message itself while it is long enough, else the stream of
//! [`FixedKeyAes::stream`]. Numbers are modulo 2³² or 2⁶⁴, column by column. Security: semi-honest.

use zeroize::{Zeroize, Zeroizing};

use crate::aes_hash::FixedKeyAes;
use crate::gf128::Gf128;
use crate::silent_ot::{Chosen, RandomPairs};

/// Of what size the numbers of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ring {
    /// Modulo 2³².
    Bits32,
    /// Modulo 2⁶⁴.
    Bits64,
}

impl Ring {
    /// Bytes of a number on the wire.
    pub fn bytes(self) -> usize {
        match self {
            Self::Bits32 => 4,
            Self::Bits64 => 8,
        }
    }

    /// A number modulo the size of the ring.
    pub fn reduce(self, number: u64) -> u64 {
        match self {
            Self::Bits32 => number & u64::from(u32::MAX),
            Self::Bits64 => number,
        }
    }
}

/// Why rows cannot be multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {got}, where {expected} were expected")]
pub struct MultiplexError {
    /// Which length is wrong.
    pub what: &'static str,
    /// By the shape.
    pub expected: usize,
    /// Given.
    pub got: usize,
}

fn length(what: &'static str, expected: usize, got: usize) -> Result<(), MultiplexError> {
    if expected == got { Ok(()) } else { Err(MultiplexError { what, expected, got }) }
}

/// Rows and columns, the same at both parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    rows: usize,
    columns: Vec<Ring>,
}

impl Shape {
    /// `rows` bits, each times a number in every column.
    pub fn new(rows: usize, columns: Vec<Ring>) -> Self {
        Self { rows, columns }
    }

    /// Rows, hence transfers.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns.
    pub fn columns(&self) -> &[Ring] {
        &self.columns
    }

    /// Bytes of a row on the wire.
    pub fn row_bytes(&self) -> usize {
        self.columns.iter().map(|ring| ring.bytes()).sum()
    }

    /// Words of bits, one bit per row.
    pub fn bit_words(&self) -> usize {
        self.rows.div_ceil(64)
    }

    /// G: the pad of a row in each column.
    fn stretch(&self, aes: &FixedKeyAes, key: Gf128, blocks: &mut [Gf128], pad: &mut [u64]) {
        if blocks.len() == 1 {
            blocks[0] = key;
        } else {
            aes.stream(key, blocks);
        }
        let mut at = 0;
        for (ring, pad) in self.columns.iter().zip(pad) {
            // Columns of four bytes may put the following ones across two blocks.
            let mut bytes = [0u8; 8];
            for (i, byte) in bytes[..ring.bytes()].iter_mut().enumerate() {
                let place = at + i;
                *byte = (blocks[place / 16].0 >> (place % 16 * 8)) as u8;
            }
            *pad = u64::from_le_bytes(bytes);
            at += ring.bytes();
        }
    }

    fn blocks(&self) -> usize {
        self.row_bytes().div_ceil(16).max(1)
    }
}

/// Shares of the products, rows one after the other. Cleared when dropped.
pub type Shares = Zeroizing<Vec<u64>>;

#[inline]
fn bit(words: &[u64], row: usize) -> u64 {
    words[row / 64] >> (row % 64) & 1
}

/// The party that knows the numbers.
pub struct Offering {
    shape: Shape,
    aes: FixedKeyAes,
    pairs: RandomPairs,
}

impl Offering {
    /// With one random transfer per row; the public key of the stretching must be the same on both sides.
    ///
    /// # Errors
    /// When there are not as many transfers as rows.
    pub fn new(shape: Shape, key: [u8; 16], pairs: RandomPairs) -> Result<Self, MultiplexError> {
        length("transfers", shape.rows, pairs.len())?;
        Ok(Self { shape, aes: FixedKeyAes::new(key), pairs })
    }

    /// Takes b_c ⊕ c; gives the own shares and the bytes to send. `values` writes the numbers of a row.
    ///
    /// # Errors
    /// When there are more or fewer bits than rows.
    pub fn answer(
        self,
        flips: &[u64],
        own: &[u64],
        mut values: impl FnMut(usize, &mut [u64]),
    ) -> Result<(Shares, Vec<u8>), MultiplexError> {
        let Self { shape, aes, pairs } = self;
        length("words of choices", shape.bit_words(), flips.len())?;
        length("words of bits", shape.bit_words(), own.len())?;
        let columns = shape.columns.len();
        let mut shares = Zeroizing::new(Vec::with_capacity(shape.rows * columns));
        let mut said = Vec::with_capacity(shape.rows * shape.row_bytes());
        let mut blocks = Zeroizing::new(vec![Gf128::ZERO; shape.blocks()]);
        let mut row_values = Zeroizing::new(vec![0u64; columns]);
        let (mut zero, mut one) = (Zeroizing::new(vec![0u64; columns]), Zeroizing::new(vec![0u64; columns]));
        for row in 0..shape.rows {
            let swap = u128::from(bit(flips, row)).wrapping_neg();
            let mixed = (pairs[row][0].0 ^ pairs[row][1].0) & swap;
            let (k0, k1) = (Gf128(pairs[row][0].0 ^ mixed), Gf128(pairs[row][1].0 ^ mixed));
            shape.stretch(&aes, k0, &mut blocks, &mut zero);
            shape.stretch(&aes, k1, &mut blocks, &mut one);
            values(row, &mut row_values);
            let own = bit(own, row);
            for (i, ring) in shape.columns.iter().enumerate() {
                let v = row_values[i];
                let signed = v.wrapping_sub(v.wrapping_mul(2 * own));
                let e = ring.reduce(zero[i].wrapping_sub(one[i]).wrapping_add(signed));
                said.extend_from_slice(&e.to_le_bytes()[..ring.bytes()]);
                shares.push(ring.reduce(v.wrapping_mul(own).wrapping_sub(zero[i])));
            }
        }
        Ok((shares, said))
    }
}

/// The party that knows nothing but its share of the bits.
pub struct Choosing {
    shape: Shape,
    aes: FixedKeyAes,
    chosen: Chosen,
}

impl Choosing {
    /// With one random transfer per row.
    ///
    /// # Errors
    /// When there are not as many transfers as rows.
    pub fn new(shape: Shape, key: [u8; 16], chosen: Chosen) -> Result<Self, MultiplexError> {
        length("transfers", shape.rows, chosen.blocks.len())?;
        Ok(Self { shape, aes: FixedKeyAes::new(key), chosen })
    }

    /// b_c ⊕ c: the words to send.
    ///
    /// # Errors
    /// When there are more or fewer bits than rows.
    pub fn flips(&self, own: &[u64]) -> Result<Vec<u64>, MultiplexError> {
        length("words of bits", self.shape.bit_words(), own.len())?;
        let mut flips = vec![0u64; own.len()];
        for (row, c) in self.chosen.choices.iter().enumerate() {
            flips[row / 64] |= (u64::from(*c) ^ bit(own, row)) << (row % 64);
        }
        Ok(flips)
    }

    /// Takes the other party's bytes; gives the own shares.
    ///
    /// # Errors
    /// When their number is wrong.
    pub fn finish(self, own: &[u64], theirs: &[u8]) -> Result<Shares, MultiplexError> {
        let Self { shape, aes, chosen } = self;
        length("words of bits", shape.bit_words(), own.len())?;
        length("bytes of products", shape.rows * shape.row_bytes(), theirs.len())?;
        let columns = shape.columns.len();
        let mut shares = Zeroizing::new(Vec::with_capacity(shape.rows * columns));
        let mut blocks = Zeroizing::new(vec![Gf128::ZERO; shape.blocks()]);
        let mut pad = Zeroizing::new(vec![0u64; columns]);
        for (row, theirs) in theirs.chunks_exact(shape.row_bytes().max(1)).enumerate() {
            shape.stretch(&aes, chosen.blocks[row], &mut blocks, &mut pad);
            let keep = bit(own, row).wrapping_neg();
            let mut at = 0;
            for (ring, pad) in shape.columns.iter().zip(pad.iter()) {
                let mut bytes = [0; 8];
                bytes[..ring.bytes()].copy_from_slice(&theirs[at..at + ring.bytes()]);
                at += ring.bytes();
                let e = u64::from_le_bytes(bytes) & keep;
                bytes.zeroize();
                shares.push(ring.reduce(pad.wrapping_add(e)));
            }
        }
        Ok(shares)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_core::RngCore;

    use super::*;
    use crate::prg::CommittedSeed;

    fn transfers(rows: usize) -> (RandomPairs, Chosen) {
        let mut rng = CommittedSeed::from_bytes(&[8; 64]).prg("transfers", b"");
        let mut block = || Gf128(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()));
        let pairs: Vec<[Gf128; 2]> = (0..rows).map(|_| [block(), block()]).collect();
        let choices: Vec<u8> = (0..rows).map(|_| block().0 as u8 & 1).collect();
        let blocks = pairs.iter().zip(&choices).map(|(pair, c)| pair[usize::from(*c)]).collect();
        let chosen = Chosen { choices: Zeroizing::new(choices), blocks: Zeroizing::new(blocks) };
        (Zeroizing::new(pairs), chosen)
    }

    fn products(columns: &[Ring], own: &[u64], other: &[u64], values: &[Vec<u64>]) -> Vec<Vec<u64>> {
        let shape = Shape::new(values.len(), columns.to_vec());
        let (pairs, chosen) = transfers(values.len());
        let offering = Offering::new(shape.clone(), [3; 16], pairs).unwrap();
        let choosing = Choosing::new(shape.clone(), [3; 16], chosen).unwrap();
        let flips = choosing.flips(other).unwrap();
        let (mine, said) = offering.answer(&flips, own, |row, out| out.copy_from_slice(&values[row])).unwrap();
        assert_eq!(said.len(), shape.row_bytes() * values.len());
        let yours = choosing.finish(other, &said).unwrap();
        let sum = |i: usize, ring: Ring| ring.reduce(mine[i].wrapping_add(yours[i]));
        let width = columns.len();
        (0..values.len()).map(|row| (0..width).map(|c| sum(row * width + c, columns[c])).collect()).collect()
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_number_where_the_bit_is_set_and_to_zero_elsewhere(
            rows in prop::collection::vec((any::<bool>(), any::<bool>(), any::<[u64; 5]>()), 1..150),
            wide in prop::collection::vec(any::<bool>(), 1..=5),
        ) {
            let columns: Vec<Ring> = wide.iter().map(|wide| if *wide { Ring::Bits64 } else { Ring::Bits32 }).collect();
            let mut bits = [vec![0u64; rows.len().div_ceil(64)], vec![0u64; rows.len().div_ceil(64)]];
            let mut values = vec![];
            for (i, (a, b, v)) in rows.iter().enumerate() {
                bits[0][i / 64] |= u64::from(*a) << (i % 64);
                bits[1][i / 64] |= u64::from(*b) << (i % 64);
                values.push(columns.iter().zip(v).map(|(ring, v)| ring.reduce(*v)).collect::<Vec<_>>());
            }
            let got = products(&columns, &bits[0], &bits[1], &values);
            for (i, (a, b, _)) in rows.iter().enumerate() {
                let expected = if a != b { values[i].clone() } else { vec![0; columns.len()] };
                prop_assert_eq!(&got[i], &expected);
            }
        }
    }

    #[test]
    fn wrong_lengths_are_refused() {
        let shape = Shape::new(70, vec![Ring::Bits32, Ring::Bits64]);
        let (pairs, chosen) = transfers(69);
        assert!(Offering::new(shape.clone(), [0; 16], pairs).is_err());
        assert!(Choosing::new(shape.clone(), [0; 16], chosen).is_err());
        let (pairs, chosen) = transfers(70);
        let choosing = Choosing::new(shape.clone(), [0; 16], chosen).unwrap();
        assert!(choosing.flips(&[0]).is_err());
        let refused = choosing.finish(&[0, 0], &[0; 70 * 12 - 1]).unwrap_err();
        assert_eq!((refused.expected, refused.got), (840, 839));
        assert!(Offering::new(shape, [0; 16], pairs).unwrap().answer(&[0], &[0, 0], |_, _| ()).is_err());
    }
}
