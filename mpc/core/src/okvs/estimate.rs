//! The estimates behind the parameters: how full the fullest bin gets and how large a bin's table must be.
//!
//! Both parties compute parameters on their own and must get the same integers, also on machines with different
//! mathematical libraries. So logarithms are series over `+ − × ÷`, which IEEE 754 rounds the same everywhere.

use std::f64::consts::{LN_2, PI, SQRT_2};

/// log2 of a positive, normal number.
pub(crate) fn log2(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 artanh((m − 1)/(m + 1)); |t| < 0.172, so 14 terms reach the last bit.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let (mut sum, mut power) = (0.0, t);
    for k in 0..14 {
        sum += power / f64::from(2 * k + 1);
        power *= t * t;
    }
    exponent as f64 + 2.0 * sum / LN_2
}

/// 2^x for |x| < 1000.
pub(crate) fn exp2(x: f64) -> f64 {
    let whole = x.floor();
    let y = (x - whole) * LN_2;
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..24 {
        term *= y / f64::from(k);
        sum += term;
    }
    sum * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

/// log2(n!): exactly summed when small, by Stirling's series otherwise (its first omitted term is below 2^−30).
fn log2_factorial(n: u64) -> f64 {
    if n < 32 {
        return (2..=n).map(|k| log2(k as f64)).sum();
    }
    let n = n as f64;
    let natural = -n + (1.0 / (12.0 * n)) - 1.0 / (360.0 * n * n * n);
    n * log2(n) + natural / LN_2 + 0.5 * log2(2.0 * PI * n)
}

/// The least load that the fullest of `bins` bins exceeds with probability at most 2^−`bits` when each of `items` items
/// goes into any given bin with probability `share`/`bins`. Union bound over the bins of the binomial tail, which is at
/// most a geometric series from its first term.
pub(crate) fn max_load(items: u64, bins: u64, share: u64, bits: f64) -> u64 {
    if bins <= share {
        return items;
    }
    let (p, q) = (share as f64 / bins as f64, (bins - share) as f64 / bins as f64);
    let (log_p, log_q) = (log2(p), log2(q));
    let fails = |load: u64| {
        let k = load + 1;
        if k > items {
            return f64::NEG_INFINITY;
        }
        let term = log2_factorial(items) - log2_factorial(k) - log2_factorial(items - k)
            + k as f64 * log_p
            + (items - k) as f64 * log_q;
        // P(k + 1)/P(k) = (items − k)/(k + 1) · p/q, below 1 beyond the mean.
        let ratio = (items - k) as f64 / (k + 1) as f64 * p / q;
        term - log2(1.0 - ratio) + log2(bins as f64)
    };
    let (mut low, mut high) = ((items * share).div_ceil(bins), items);
    while low < high {
        let middle = low + (high - low) / 2;
        if fails(middle) <= -bits {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Sparse columns per item (e) for weight 3: the fit λ' = s·(e − 1.223) − 9.2 of RR22 §3.2 (equations 2 and 3), with
/// log2 s = 0.555·log2 n + 0.093·ω³ − 1.01·ω² + 2.925·ω − 0.133, ω = log2 3 (the third decimals are those of the
/// authors' published code).
pub(crate) fn sparse_per_item(items: u64, bits: f64) -> f64 {
    let w = log2(3.0);
    let log_s = 0.555 * log2(items as f64) + 0.093 * w * w * w - 1.01 * w * w + 2.925 * w - 0.133;
    (bits + 9.2) / exp2(log_s) + 1.223
}

/// Rank defects that remain with probability above 2^−`bits` and that dense columns must cover (g): every one costs
/// a factor of about the number of sparse columns.
pub(crate) fn rank_defects(sparse: u64, bits: f64) -> u32 {
    (bits / log2(sparse as f64)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_agree_with_the_library() {
        for x in [1e-9, 0.1, 0.5, 0.99, 1.0, 1.41, 1.42, 2.0, 3.0, 1e6, 1.1e12] {
            assert!((log2(x) - x.log2()).abs() < 1e-12, "{x}");
            assert!((exp2(x.log2()) / x - 1.0).abs() < 1e-12, "{x}");
        }
        for n in [0, 1, 2, 31, 32, 33, 200] {
            let exact: f64 = (2..=n).map(|k| (k as f64).log2()).sum();
            assert!((log2_factorial(n) - exact).abs() < 1e-7, "{n}");
        }
    }

    #[test]
    fn columns_per_item_are_those_of_the_published_fit() {
        for (log_n, e) in [(14, 1.268), (16, 1.244), (18, 1.233), (20, 1.227), (24, 1.224)] {
            assert!((sparse_per_item(1 << log_n, 40.0) - e).abs() < 6e-4, "{log_n}");
        }
    }

    #[test]
    fn the_fullest_bin_stays_below_the_bound_and_the_bound_is_not_wasteful() {
        // P[Bin(4, 1/2) > 3] = 1/16 for either bin.
        assert_eq!(max_load(4, 2, 1, 3.0), 3);
        assert_eq!(max_load(4, 2, 1, 3.1), 4);
        assert_eq!(max_load(1000, 1, 1, 40.0), 1000);
        let load = max_load(1 << 20, 64, 1, 40.0);
        // Mean 16,384, deviation 127: seven and a half of them.
        assert!((17_300..17_400).contains(&load), "{load}");
    }
}
