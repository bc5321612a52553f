//! Cuckoo hashing with three functions and no stash, and the simple hashing of the other side: the two layouts of
//! circuit-PSI (Pinkas, Schneider, Tkachenko and Yanai, EUROCRYPT 2019, §3; Raghuraman and Rindal, CCS 2022, §4).
//!
//! The receiver puts each of its items into one of three bins, one item a bin. The sender puts each item into all three.
//! So an item of both meets itself in exactly one bin. The three bins of an item are different, and every set of three is
//! as likely; they follow from a public seed that must not be known before the items are fixed.
//!
//! **Failure.** No placing exists when some t items have fewer than t bins between them. With different bins per item,
//! four items on the same three bins are the likeliest case, probability about n⁻⁵. For fewer than 2¹⁴ items the
//! number of bins is chosen such that the expected number of minimal such sets is at most 2⁻⁴⁰:
//! `Σ_t C(n,t)·C(m,t−1)·P_t`, `P_t` the probability that t items have no bin outside t−1 given ones and each of these is
//! hit twice, bounded by `(3t)!/m^3t · min_z (e^z − 1 − z)^(t−1)/z^3t`, and by all bins falling inside. From 2¹⁴ on it is
//! m = 1.27·n: then already peeling succeeds but for probability 2⁻⁴⁰ by the fit of RR22 (`okvs`), with the same
//! exponent as the sparse columns there. Placing finds a solution whenever there is one.

mod params;
mod simple;
mod table;

#[cfg(test)]
mod tests;

pub use params::{BINS_PER_ITEM, CuckooParams, ITEMS_MAX, TooManyItems};
pub use simple::SimpleTable;
pub use table::{CuckooError, CuckooTable, Placed};
