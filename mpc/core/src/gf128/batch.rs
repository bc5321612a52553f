//! Products of whole slices. The functions `…_with` take the kernel from the caller, for tests.

#[cfg(target_arch = "x86_64")]
use super::x86;
use super::{Gf128, multiply_portable};
use crate::cpu::Kernel;

/// Σ a\[i\]·b\[i\], reduced once at the end.
///
/// # Panics
/// When the slices differ in length.
pub fn inner_product(a: &[Gf128], b: &[Gf128]) -> Gf128 {
    inner_product_with(Kernel::chosen(), a, b)
}

/// sum\[i\] ^= scalar·x\[i\] for every i.
///
/// # Panics
/// When the slices differ in length.
pub fn axpy(sum: &mut [Gf128], scalar: Gf128, x: &[Gf128]) {
    axpy_with(Kernel::chosen(), sum, scalar, x);
}

/// x\[i\] ← scalar·x\[i\] for every i.
pub fn scale(x: &mut [Gf128], scalar: Gf128) {
    scale_with(Kernel::chosen(), x, scalar);
}

/// x\[i\] ← x\[i\]·y\[i\] for every i.
///
/// # Panics
/// When the slices differ in length.
pub fn multiply_each(x: &mut [Gf128], y: &[Gf128]) {
    multiply_each_with(Kernel::chosen(), x, y);
}

pub(super) fn inner_product_with(kernel: Kernel, a: &[Gf128], b: &[Gf128]) -> Gf128 {
    assert_eq!(a.len(), b.len(), "an inner product is of two slices of one length");
    match kernel {
        Kernel::Portable => a.iter().zip(b).fold(Gf128::ZERO, |sum, (a, b)| sum ^ multiply_portable(*a, *b)),
        #[cfg(target_arch = "x86_64")]
        Kernel::AesNi(detected) => x86::inner_product(detected, a, b),
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => x86::inner_product_vaes(detected, a, b),
    }
}

pub(super) fn axpy_with(kernel: Kernel, sum: &mut [Gf128], scalar: Gf128, x: &[Gf128]) {
    assert_eq!(sum.len(), x.len(), "a multiple is added to a slice of the same length");
    match kernel {
        Kernel::Portable => {
            for (sum, x) in sum.iter_mut().zip(x) {
                *sum ^= multiply_portable(scalar, *x);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::AesNi(detected) => x86::axpy(detected, sum, scalar, x),
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => x86::axpy_vaes(detected, sum, scalar, x),
    }
}

pub(super) fn scale_with(kernel: Kernel, x: &mut [Gf128], scalar: Gf128) {
    match kernel {
        Kernel::Portable => {
            for x in x {
                *x = multiply_portable(scalar, *x);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::AesNi(detected) => x86::scale(detected, x, scalar),
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => x86::scale_vaes(detected, x, scalar),
    }
}

pub(super) fn multiply_each_with(kernel: Kernel, x: &mut [Gf128], y: &[Gf128]) {
    assert_eq!(x.len(), y.len(), "products are of two slices of one length");
    match kernel {
        Kernel::Portable => {
            for (x, y) in x.iter_mut().zip(y) {
                *x = multiply_portable(*x, *y);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::AesNi(detected) => x86::multiply_each(detected, x, y),
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => x86::multiply_each_vaes(detected, x, y),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn elements(bits: &[u128]) -> Vec<Gf128> {
        bits.iter().map(|b| Gf128(*b)).collect()
    }

    proptest! {
        #[test]
        fn every_kernel_gives_what_single_products_give(
            pairs in proptest::collection::vec((any::<u128>(), any::<u128>()), 0..40),
            scalar: u128,
        ) {
            let (a, b): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let (a, b, scalar) = (elements(&a), elements(&b), Gf128(scalar));
            let each: Vec<_> = a.iter().zip(&b).map(|(a, b)| multiply_portable(*a, *b)).collect();
            let scaled: Vec<_> = a.iter().map(|a| multiply_portable(scalar, *a)).collect();
            for kernel in Kernel::available() {
                let sum = each.iter().fold(Gf128::ZERO, |sum, x| sum ^ *x);
                prop_assert!(inner_product_with(kernel, &a, &b) == sum);
                let mut x = a.clone();
                multiply_each_with(kernel, &mut x, &b);
                prop_assert!(x == each);
                x.clone_from(&a);
                scale_with(kernel, &mut x, scalar);
                prop_assert!(x == scaled);
                x.clone_from(&b);
                axpy_with(kernel, &mut x, scalar, &a);
                prop_assert!(x.iter().zip(&b).zip(&scaled).all(|((x, b), s)| *x == *b ^ *s));
            }
        }
    }
}
