//! Number of bins.

use crate::okvs::estimate::max_load;

/// Bins of an item.
pub const BINS_PER_ITEM: usize = 3;
/// Items at most.
pub const ITEMS_MAX: usize = 1 << 29;
/// Failure budget in bits.
const STATISTICAL_BITS: f64 = 40.0;

/// From this many items on, so many thousandths of bins per item. Up to 2¹⁴ by the bound of the module, rounded up;
/// the bound falls with the number of items, so that the first entry of a range holds for all of it.
pub(super) const THOUSANDTHS: [(usize, u64); 15] = [
    (0, 10_251),
    (5, 9_800),
    (8, 8_376),
    (12, 7_000),
    (16, 6_063),
    (24, 4_917),
    (32, 4_251),
    (64, 2_938),
    (128, 2_016),
    (256, 1_450),
    (512, 1_368),
    (1 << 10, 1_333),
    (1 << 11, 1_315),
    (1 << 12, 1_305),
    (1 << 14, 1_270),
];

/// More items than a table takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} items are too many for a cuckoo table")]
pub struct TooManyItems(pub usize);

/// Sizes of a table, the same at both parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CuckooParams {
    items: usize,
    bins: u32,
}

impl CuckooParams {
    /// Bins for up to `items` items, such that a placing exists but for probability 2⁻⁴⁰.
    ///
    /// # Errors
    /// When there are more items than [`ITEMS_MAX`].
    pub fn for_items(items: usize) -> Result<Self, TooManyItems> {
        if items > ITEMS_MAX {
            return Err(TooManyItems(items));
        }
        let at = THOUSANDTHS.partition_point(|(from, _)| *from <= items) - 1;
        let bins = (items as u64 * THOUSANDTHS[at].1).div_ceil(1000);
        // Below 2²⁹ · 1.27, and below 16 times the items for few.
        Ok(Self { items, bins: bins.max(BINS_PER_ITEM as u64) as u32 })
    }

    /// Sizes with another number of bins, for protocols that know better.
    ///
    /// # Errors
    /// When there are more items than [`ITEMS_MAX`], or bins.
    pub fn with_bins(items: usize, bins: usize) -> Result<Self, TooManyItems> {
        if items > ITEMS_MAX || bins > 2 * ITEMS_MAX {
            return Err(TooManyItems(items));
        }
        Ok(Self { items, bins: bins.max(BINS_PER_ITEM) as u32 })
    }

    /// Items of the cuckoo table at most.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Bins.
    pub fn bins(&self) -> usize {
        self.bins as usize
    }

    /// Items that a bin of simple hashing holds at most when `items` items are hashed, but for probability 2⁻⁴⁰ for all
    /// bins together: what a bin is padded to when its load must not show.
    pub fn simple_bin_max(&self, items: usize) -> usize {
        max_load(items as u64, u64::from(self.bins), BINS_PER_ITEM as u64, STATISTICAL_BITS) as usize
    }
}
