//! The tables that senders program: for every entry a test and shares of the keys of other senders' payloads.

use mpc_core::Gf128;
use mpc_core::okvs::{Binary, Dense, Params, Seed, Value};
use mpc_core::parallel::for_each_part;
use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, Zeroizing};

use crate::run::PsiError;

/// Values by column: the low 64 bits of the tests, then blocks: shares, and the second part of wide tests.
pub(super) struct Columns(pub(super) Vec<Zeroizing<Vec<Gf128>>>);

/// A programmed value: a test of 64 bits and `K` blocks.
trait Packed: Value {
    fn pack(columns: &Columns, row: usize) -> Self;
    fn add_to(self, columns: &mut [&mut [Gf128]], row: usize);
}

impl Packed for u64 {
    fn pack(columns: &Columns, row: usize) -> Self {
        columns.0[0][row].0 as u64
    }

    fn add_to(self, columns: &mut [&mut [Gf128]], row: usize) {
        columns[0][row].0 ^= u128::from(self);
    }
}

impl<const K: usize> Packed for (u64, [Gf128; K]) {
    fn pack(columns: &Columns, row: usize) -> Self {
        (u64::pack(columns, row), std::array::from_fn(|k| columns.0[1 + k][row]))
    }

    fn add_to(self, columns: &mut [&mut [Gf128]], row: usize) {
        self.0.add_to(columns, row);
        for (k, block) in self.1.into_iter().enumerate() {
            columns[1 + k][row] ^= block;
        }
    }
}

/// Bytes of a value with so many blocks.
pub(super) fn value_bytes(blocks: usize) -> usize {
    size_of::<u64>() + blocks * Gf128::BYTES
}

/// Calls a function of the type of values with so many blocks.
macro_rules! by_shape {
    ($blocks:expr, $function:ident($($arg:expr),*)) => {
        match $blocks {
            0 => $function::<u64>($($arg),*),
            1 => $function::<(u64, [Gf128; 1])>($($arg),*),
            2 => $function::<(u64, [Gf128; 2])>($($arg),*),
            3 => $function::<(u64, [Gf128; 3])>($($arg),*),
            4 => $function::<(u64, [Gf128; 4])>($($arg),*),
            5 => $function::<(u64, [Gf128; 5])>($($arg),*),
            6 => $function::<(u64, [Gf128; 6])>($($arg),*),
            _ => $function::<(u64, [Gf128; 7])>($($arg),*),
        }
    };
}

/// The bytes of the table that gives, at each key, its row of the columns.
pub(super) fn encode<R: RngCore + CryptoRng>(
    params: &Params<Binary>,
    seed: &Seed,
    keys: &[Gf128],
    columns: &Columns,
    rng: &mut R,
    threads: usize,
) -> Result<Vec<u8>, PsiError> {
    by_shape!(columns.0.len() - 1, encode_as(params, seed, keys, columns, rng, threads))
}

fn encode_as<V: Packed>(
    params: &Params<Binary>,
    seed: &Seed,
    keys: &[Gf128],
    columns: &Columns,
    rng: &mut (impl RngCore + CryptoRng),
    threads: usize,
) -> Result<Vec<u8>, PsiError>
where
    Binary: Dense<V>,
{
    let mut values = vec![V::ZERO; keys.len()];
    for_each_part(threads, 1, &mut values, |first, part| {
        part.iter_mut().enumerate().for_each(|(i, value)| *value = V::pack(columns, first + i));
    });
    let table = params.encode(seed, keys, &values, rng, threads);
    // Without masks, values at own keys would be shares and outputs in the clear.
    values.fill(V::ZERO);
    std::hint::black_box(&values);
    let table = table?;
    let mut bytes = vec![0; table.len() * V::BYTES];
    bytes.chunks_exact_mut(V::BYTES).zip(&table).for_each(|(bytes, value)| value.write(bytes));
    Ok(bytes)
}

/// Adds what a table gives at the keys to the columns, of which there is one for the tests and one for each block.
pub(super) fn add_decoded(
    params: &Params<Binary>,
    seed: &Seed,
    table: &[u8],
    keys: &[Gf128],
    columns: &mut [&mut [Gf128]],
    threads: usize,
) -> Result<(), PsiError> {
    by_shape!(columns.len() - 1, add_decoded_as(params, seed, table, keys, columns, threads))
}

fn add_decoded_as<V: Packed>(
    params: &Params<Binary>,
    seed: &Seed,
    table: &[u8],
    keys: &[Gf128],
    columns: &mut [&mut [Gf128]],
    threads: usize,
) -> Result<(), PsiError>
where
    Binary: Dense<V>,
{
    let table: Vec<V> = table.chunks_exact(V::BYTES).map(V::read).collect();
    let mut values = params.decode(seed, &table, keys, threads)?;
    for (row, value) in values.iter_mut().enumerate() {
        value.add_to(columns, row);
        *value = V::ZERO;
    }
    std::hint::black_box(&values);
    Ok(())
}

impl Drop for Columns {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|column| column.zeroize());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mpc_core::CommittedSeed;

    #[test]
    fn every_shape_gives_back_its_columns_and_nothing_elsewhere() {
        let mut prg = CommittedSeed::from_bytes(&[3; 64]).prg("program", b"");
        let seed = Seed([5; 16]);
        let n = 300;
        let keys: Vec<Gf128> = (0..2 * n).map(|i: u128| Gf128((i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        let (inside, outside) = keys.split_at(n as usize);
        let params = Params::binary_for_items(inside.len()).unwrap();
        {
            for shares in 0..=7 {
                let value = |column: usize, row: usize| {
                    let value = Gf128(((row as u128) << 100) + ((column as u128) << 40) + row as u128 * 7 + 1);
                    if column == 0 { Gf128(value.0 & u128::from(u64::MAX)) } else { value }
                };
                let columns = (0..=shares)
                    .map(|column| Zeroizing::new((0..inside.len()).map(|row| value(column, row)).collect()))
                    .collect();
                let table = encode(&params, &seed, inside, &Columns(columns), &mut prg, 2).unwrap();
                assert_eq!(table.len(), params.table_len() * value_bytes(shares));
                let decoded = |keys: &[Gf128]| {
                    let mut columns = vec![vec![Gf128::ZERO; keys.len()]; shares + 1];
                    let mut sums: Vec<&mut [Gf128]> = columns.iter_mut().map(|column| &mut column[..]).collect();
                    add_decoded(&params, &seed, &table, keys, &mut sums, 2).unwrap();
                    columns
                };
                for (column, values) in decoded(inside).iter().enumerate() {
                    assert!(values.iter().enumerate().all(|(row, got)| *got == value(column, row)));
                }
                for (column, values) in decoded(outside).iter().enumerate() {
                    assert!(values.iter().enumerate().all(|(row, got)| *got != value(column, row)));
                }
                let mut short = vec![vec![Gf128::ZERO; 1]; shares + 1];
                let mut sums: Vec<&mut [Gf128]> = short.iter_mut().map(|column| &mut column[..]).collect();
                assert!(add_decoded(&params, &seed, &table[1..], &keys[..1], &mut sums, 1).is_err());
            }
        }
    }
}
