//! Sizes of a table, computed by both parties alike from the number of items.

use std::marker::PhantomData;

use super::dense::{Binary, DenseKind, Field};
use super::estimate::{log2, max_load, rank_defects, sparse_per_item};

/// log2 of the probability with which an encoding may fail (it is then repeated with another seed).
pub const STATISTICAL_BITS: u32 = 40;
/// Items at most.
pub const ITEMS_MAX: usize = 1 << 30;
/// Expected items of a bin: its table of 16-byte values (350 KB) stays within the second-level cache.
const BIN_ITEMS: usize = 1 << 14;
/// Expected items of a bin in the form with little traffic.
const BIN_ITEMS_LOW: usize = 1 << 18;
/// Bins at most: what 16 bits number.
const BINS_MAX: usize = 1 << 16;

/// No table has such parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no OKVS of {items} items in bins of {bin_items} with {bits} bits of statistical security")]
pub struct ParamsError {
    /// Items asked for.
    pub items: usize,
    /// Expected items of a bin.
    pub bin_items: usize,
    /// Statistical security.
    pub bits: u32,
}

/// Sizes of a table for up to a number of items. They depend on nothing but the arguments of the constructor, and so
/// does the length of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params<D> {
    items: usize,
    bins: u32,
    capacity: u32,
    sparse: u32,
    dense: u32,
    kind: PhantomData<D>,
}

impl Params<Field> {
    /// The fast form: bins of about 2¹⁴ items, dense columns over GF(2¹²⁸), about 1.35 values per item.
    ///
    /// # Errors
    /// When there are more items than [`ITEMS_MAX`].
    pub fn for_items(items: usize) -> Result<Self, ParamsError> {
        Self::with(items, BIN_ITEMS, STATISTICAL_BITS)
    }

    /// The form with little traffic and more time: bins of about 2¹⁸ items, 1.23 to 1.26 values per item.
    ///
    /// # Errors
    /// When there are more items than [`ITEMS_MAX`].
    pub fn low_traffic(items: usize) -> Result<Self, ParamsError> {
        Self::with(items, BIN_ITEMS_LOW, STATISTICAL_BITS)
    }
}

impl Params<Binary> {
    /// As [`Params::for_items`], with dense columns over GF(2): for values that GF(2¹²⁸) does not act on.
    ///
    /// # Errors
    /// When there are more items than [`ITEMS_MAX`].
    pub fn binary_for_items(items: usize) -> Result<Self, ParamsError> {
        Self::with(items, BIN_ITEMS, STATISTICAL_BITS)
    }

    /// As [`Params::low_traffic`], with dense columns over GF(2).
    ///
    /// # Errors
    /// When there are more items than [`ITEMS_MAX`].
    pub fn binary_low_traffic(items: usize) -> Result<Self, ParamsError> {
        Self::with(items, BIN_ITEMS_LOW, STATISTICAL_BITS)
    }
}

impl<D: DenseKind> Params<D> {
    /// Sizes for `items` items in bins of about `bin_items`, such that an encoding fails with probability at most
    /// 2^−`bits`, once by a bin that gets too many items and once by a bin whose equations have no solution.
    ///
    /// # Errors
    /// Too many items, bins or bits (1 to 48), or bins below 256 items when there is more than one.
    pub fn with(items: usize, bin_items: usize, bits: u32) -> Result<Self, ParamsError> {
        let refused = ParamsError { items, bin_items, bits };
        if items > ITEMS_MAX || bin_items == 0 || !(1..=48).contains(&bits) {
            return Err(refused);
        }
        // To the nearest: bins of 0.67 to 1.5 times the expected size.
        let bins = ((items + bin_items / 2) / bin_items).max(1);
        if bins > BINS_MAX || (bins > 1 && bin_items < 256) {
            return Err(refused);
        }
        // Any bin may fail, so each gets its share of the budget.
        let bin_bits = f64::from(bits) + log2(bins as f64);
        let capacity = max_load(items as u64, bins as u64, 1, f64::from(bits)).max(1);
        let sparse = (sparse_per_item(capacity, bin_bits) * capacity as f64) as u64 + 1;
        let sparse = u32::try_from(sparse.max(3)).map_err(|_| refused)?;
        let dense = D::columns(rank_defects(u64::from(sparse), bin_bits), bin_bits).ok_or(refused)?;
        let capacity = u32::try_from(capacity).map_err(|_| refused)?;
        Ok(Self { items, bins: bins as u32, capacity, sparse, dense, kind: PhantomData })
    }

    /// Items that a table takes.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Values of a table, the same for every set of keys: this is what goes over the wire.
    pub fn table_len(&self) -> usize {
        self.bins() * self.bin_len()
    }

    /// Bins of a table.
    pub fn bins(&self) -> usize {
        self.bins as usize
    }

    /// Items that a bin takes.
    pub fn bin_capacity(&self) -> usize {
        self.capacity as usize
    }

    /// Sparse columns of a bin.
    pub fn sparse_columns(&self) -> usize {
        self.sparse as usize
    }

    /// Dense columns of a bin; they follow its sparse ones.
    pub fn dense_columns(&self) -> usize {
        self.dense as usize
    }

    /// Values of one bin.
    pub(super) fn bin_len(&self) -> usize {
        self.sparse_columns() + self.dense_columns()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_the_plan() {
        let rate = |params: Params<Field>| params.table_len() as f64 / params.items() as f64;
        for (log_n, expected) in [(16, 1.331), (18, 1.342), (20, 1.347), (22, 1.351), (24, 1.355)] {
            let got = rate(Params::for_items(1 << log_n).unwrap());
            assert!((got - expected).abs() < 0.004, "2^{log_n}: {got}");
        }
        for (log_n, most) in [(16, 1.245), (18, 1.234), (20, 1.262), (24, 1.262)] {
            let got = rate(Params::low_traffic(1 << log_n).unwrap());
            assert!(got < most, "2^{log_n}: {got}");
        }
    }

    #[test]
    fn sizes_are_the_same_on_every_machine() {
        // Golden: a change breaks interoperation between versions.
        let shape = |n| {
            let p = Params::for_items(n).unwrap();
            (p.bins(), p.bin_capacity(), p.sparse_columns(), p.dense_columns())
        };
        for (n, expected) in GOLDEN {
            assert_eq!(shape(n), expected, "{n}");
        }
    }

    const GOLDEN: [(usize, (usize, usize, usize, usize)); 6] = [
        (0, (1, 1, 11, 11)),
        (3, (1, 3, 20, 9)),
        (100, (1, 100, 198, 5)),
        (1 << 14, (1, 16_384, 20_770, 2)),
        (1 << 20, (64, 17_359, 22_073, 3)),
        (1 << 24, (1024, 17_412, 22_200, 3)),
    ];

    #[test]
    fn the_empty_set_has_a_table_and_impossible_sizes_are_refused() {
        assert!(Params::for_items(0).unwrap().table_len() > 0);
        assert!(Params::for_items(ITEMS_MAX + 1).is_err());
        assert!(Params::<Field>::with(1000, 100, 40).is_err());
        assert!(Params::<Field>::with(1000, 0, 40).is_err());
        assert!(Params::<Field>::with(1000, 1000, 0).is_err());
        assert!(Params::<Binary>::with(1000, 1000, 49).is_err());
        assert!(Params::<Binary>::with(ITEMS_MAX, BIN_ITEMS, 40).unwrap().dense_columns() <= 64);
    }
}
