//! The entry to the kernels: the one place where a function compiled for AVX-512 is called from one that is not.
//!
//! Invariant: every call passes an [`Avx512`], which exists only if the processor has all features that the functions
//! below are compiled for.
#![allow(unsafe_code)]

use super::multiply::{Digits, Table, multiply};
use super::point::Stored;
use super::{decode, elligator, encode};
use crate::lanes8::{Avx512, LANES};

/// Pushes the points of `uniform`, eight a vector; the last vector is filled up by repeating the last string.
pub(super) fn one_way_map(t: Avx512, uniform: &[[u8; 64]], out: &mut Vec<Stored>) {
    for eight in uniform.chunks(LANES) {
        let lanes = std::array::from_fn(|lane| &eight[lane.min(eight.len() - 1)]);
        let mut point = Stored::EMPTY;
        // SAFETY: see the module's invariant.
        unsafe { elligator::one_way_map(t, &lanes, &mut point) };
        out.push(point);
    }
}

/// Pushes the points of `encoded`, eight a vector, filled up as above.
///
/// # Errors
/// The position of the first string that is not the canonical encoding of an element.
pub(super) fn decode(t: Avx512, encoded: &[[u8; 32]], out: &mut Vec<Stored>) -> Result<(), usize> {
    for (number, sixteen) in encoded.chunks(2 * LANES).enumerate() {
        let lane = |k: usize, lane: usize| &sixteen[(k * LANES + lane).min(sixteen.len() - 1)];
        let lanes = std::array::from_fn(|k| std::array::from_fn(|l| lane(k, l)));
        let mut points = [Stored::EMPTY; 2];
        // SAFETY: see the module's invariant.
        let good = u16::from_le_bytes(unsafe { decode::decode(t, &lanes, &mut points) });
        let first_bad = good.trailing_ones() as usize;
        // Repetitions of the last are bad only if the last is.
        if first_bad < sixteen.len() {
            return Err(number * 2 * LANES + first_bad);
        }
        out.extend_from_slice(&points[..sixteen.len().div_ceil(LANES)]);
    }
    Ok(())
}

/// Replaces every point by its product with the scalar.
pub(super) fn multiply_all(t: Avx512, points: &mut [Stored], digits: &Digits) {
    let mut table = Box::new(Table::EMPTY);
    for point in points {
        // SAFETY: see the module's invariant.
        unsafe { multiply(t, point, digits, &mut table) };
    }
}

/// The encodings of twice every point, padding included.
pub(super) fn encode_doubles(t: Avx512, points: &[Stored]) -> Vec<[u8; 32]> {
    let mut out = Vec::with_capacity(points.len() * LANES);
    // SAFETY: see the module's invariant.
    unsafe { encode::encode_doubles(t, points, &mut out) };
    out
}
