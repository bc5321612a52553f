//! Choice between the kernels with vector instructions and their portable twins.

use crate::gf128::Gf128;

/// Adds `Σ_j points[i]^(j+1) · columns[j]` to `sums[i]`. Surplus points or sums are left alone.
pub(super) fn add_powers(points: &[Gf128], columns: &[Gf128], sums: &mut [Gf128]) {
    #[cfg(target_arch = "x86_64")]
    if super::x86::add_powers(points, columns, sums) {
        return;
    }
    add_powers_portable(points, columns, sums);
}

/// The portable twin of [`add_powers`].
pub(super) fn add_powers_portable(points: &[Gf128], columns: &[Gf128], sums: &mut [Gf128]) {
    let Some((last, before)) = columns.split_last() else { return };
    for (sum, point) in sums.iter_mut().zip(points) {
        *sum ^= before.iter().rev().fold(*last * *point, |acc, c| (acc ^ *c) * *point);
    }
}
