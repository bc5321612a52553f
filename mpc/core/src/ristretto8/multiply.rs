//! One secret scalar times many points, in constant time.
//!
//! Fixed windows of four bits with signed digits. The digits are the same for all lanes but secret, so that no address
//! and no branch may depend on them: every look-up reads all eight multiples of the table in order and keeps one by
//! masks, and a negative digit is made by exchanging registers under a mask. The sequence of instructions and addresses
//! is the same for every scalar and every point.

use std::hint::black_box;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::field::Fe;
use super::point::{Cached, Point, Stored};
use crate::lanes8::{Avx512, V};

const WINDOWS: usize = 64;
const MULTIPLES: usize = 8;

/// A scalar below 2²⁵³ in base 16 with digits from −8 to 7.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Digits {
    // The least significant first.
    magnitude: [u8; WINDOWS],
    // All ones for a negative digit, else zero.
    negative: [u8; WINDOWS],
}

impl Digits {
    /// The digits of 32 little-endian bytes that stand for an integer below 2²⁵³.
    pub(crate) fn new(scalar: &[u8; 32]) -> Self {
        let mut out = Self { magnitude: [0; WINDOWS], negative: [0; WINDOWS] };
        let mut carry = 0u8;
        for i in 0..WINDOWS {
            let value = (scalar[i / 2] >> (4 * (i % 2)) & 15) + carry;
            // 8 to 16 become −8 to 0 and a carry; the last is 2 at most and makes none.
            carry = (value + 8) >> 4;
            let digit = (value as i8).wrapping_sub((carry << 4) as i8);
            let sign = digit >> 7;
            out.negative[i] = sign as u8;
            out.magnitude[i] = ((digit ^ sign).wrapping_sub(sign)) as u8;
        }
        out
    }

    #[cfg(test)]
    pub(super) fn signed(&self) -> [i8; WINDOWS] {
        std::array::from_fn(|i| {
            let magnitude = self.magnitude[i] as i8;
            if self.negative[i] == 0 { magnitude } else { -magnitude }
        })
    }
}

/// 1·P to 8·P of the points of one vector, as summands.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Table([Stored; MULTIPLES]);

impl Table {
    pub(super) const EMPTY: Self = Self([Stored::EMPTY; MULTIPLES]);

    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
    fn fill(&mut self, t: Avx512, point: &Point) {
        let none = V::splat(t, 0);
        let one = point.cached(t);
        let mut doubles = [*point; 3];
        for i in 0..3 {
            // 2P, 4P and 6P: twice P, 2P and 3P.
            let (twice, number) = match i {
                0 => (*point, 2),
                1 => (doubles[0], 4),
                _ => {
                    let mut three = doubles[0];
                    three.add::<true>(t, &one, none);
                    self.0[2].set_cached(&three.cached(t));
                    (three, 6)
                }
            };
            let mut double = twice;
            double.double::<true>(t);
            doubles[i] = double;
            self.0[number - 1].set_cached(&double.cached(t));
        }
        for (double, number) in [(doubles[1], 5), (doubles[2], 7)] {
            let mut next = double;
            next.add::<true>(t, &one, none);
            self.0[number - 1].set_cached(&next.cached(t));
        }
        let mut eight = doubles[1];
        eight.double::<true>(t);
        self.0[7].set_cached(&eight.cached(t));
        self.0[0].set_cached(&one);
    }

    /// The multiple of that magnitude; reads all of them.
    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
    #[inline]
    fn look_up(&self, t: Avx512, magnitude: u8) -> Cached {
        // The optimiser is not to find out that the masks come from a comparison with one value.
        let magnitude = V::splat(t, u64::from(black_box(magnitude)));
        // The neutral element: Y + X = 1, Y − X = 1, 2·Z = 2, 2·d·T = 0.
        let neutral = magnitude.equals(V::splat(t, 0)).lanes();
        let none = V::splat(t, 0);
        let mut out = [none; 20];
        for (limb, value) in [(0, 1), (5, 1), (10, 2)] {
            out[limb] = neutral.and(V::splat(t, value));
        }
        for (number, stored) in (1u64..).zip(&self.0) {
            let wanted = magnitude.equals(V::splat(t, number)).lanes();
            for (out, lanes) in out.iter_mut().zip(stored.registers()) {
                // out | (lanes & wanted).
                *out = out.ternary::<0b1111_1000>(V::load(t, lanes), wanted);
            }
        }
        let limbs = |from: usize| Fe(std::array::from_fn(|i| out[from + i]));
        Cached([limbs(0), limbs(5), limbs(10), limbs(15)])
    }
}

/// Replaces the points by their products with the scalar.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
pub(super) fn multiply(t: Avx512, point: &mut Stored, digits: &Digits, table: &mut Table) {
    table.fill(t, &point.point(t));
    // The highest digit is not negative.
    let mut sum = table.look_up(t, digits.magnitude[WINDOWS - 1]).doubled_coordinates(t);
    for window in (1..WINDOWS - 1).rev() {
        shift_and_add::<false>(t, &mut sum, digits, window, table);
    }
    shift_and_add::<true>(t, &mut sum, digits, 0, table);
    point.set_point(&sum);
}

/// `16·sum + digit·P`.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512ifma")]
#[inline]
fn shift_and_add<const WITH_T: bool>(t: Avx512, sum: &mut Point, digits: &Digits, window: usize, table: &Table) {
    for _ in 0..3 {
        sum.double::<false>(t);
    }
    sum.double::<true>(t);
    let summand = table.look_up(t, digits.magnitude[window]);
    // Hidden as in `look_up`; all ones or all zeros.
    let negative = V::splat(t, black_box(digits.negative[window]) as i8 as i64 as u64);
    sum.add::<WITH_T>(t, &summand, negative);
}
