//! Eight points of the curve −x² + y² = 1 + d·x²·y² at a time, in extended coordinates (Hisil, Wong, Carter, Dawson,
//! *Twisted Edwards Curves Revisited*, ASIACRYPT 2008, §3.1 and §3.3). The formulas are complete: the same for every
//! pair of points.

use zeroize::Zeroize;

use super::constants::TWO_D;
use super::field::{Fe, Sum};
use crate::lanes8::{Avx512, LANES, V};

/// Eight points: x = X/Z, y = Y/Z, x·y = T/Z. X and Y are kept as sums because X + Y and Y − X are wanted of them; their
/// limbs are below 2⁵⁷.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: Sum,
    pub(super) y: Sum,
    pub(super) z: Fe,
    pub(super) t: Fe,
}

/// A summand prepared: Y + X, Y − X, 2·Z, 2·d·T.
#[derive(Clone, Copy)]
pub(super) struct Cached(pub(super) [Fe; 4]);

/// Twenty registers in memory, which can be cleared.
#[derive(Clone, Zeroize)]
#[repr(align(64))]
pub(super) struct Stored([[u64; LANES]; 20]);

impl Stored {
    pub(super) const EMPTY: Self = Self([[0; LANES]; 20]);

    #[inline(always)]
    fn set(&mut self, values: [[V; 5]; 4]) {
        for (lanes, value) in self.0.iter_mut().zip(values.as_flattened()) {
            value.store(lanes);
        }
    }

    #[inline(always)]
    fn get(&self, t: Avx512) -> [[V; 5]; 4] {
        std::array::from_fn(|i| std::array::from_fn(|j| V::load(t, &self.0[5 * i + j])))
    }

    /// All twenty registers one after another.
    #[inline(always)]
    pub(super) fn registers(&self) -> &[[u64; LANES]; 20] {
        &self.0
    }

    #[inline(always)]
    pub(super) fn set_point(&mut self, point: &Point) {
        self.set([point.x.0, point.y.0, point.z.0, point.t.0]);
    }

    #[inline(always)]
    pub(super) fn point(&self, t: Avx512) -> Point {
        let [x, y, z, w] = self.get(t);
        Point { x: Sum(x), y: Sum(y), z: Fe(z), t: Fe(w) }
    }

    #[inline(always)]
    pub(super) fn set_cached(&mut self, cached: &Cached) {
        self.set([cached.0[0].0, cached.0[1].0, cached.0[2].0, cached.0[3].0]);
    }
}

impl Cached {
    /// The summand as a point, for a doubling that follows: without `T`.
    #[inline(always)]
    pub(super) fn doubled_coordinates(&self, t: Avx512) -> Point {
        let [plus, minus, z2, _] = &self.0;
        // (Y + X) − (Y − X) = 2X, (Y + X) + (Y − X) = 2Y.
        let (plus, minus) = (plus.sum(t), minus.sum(t));
        Point { x: plus.minus(t, &minus), y: plus.plus(&minus), z: *z2, t: *z2 }
    }
}

impl Point {
    /// Twice the point. `T` is computed only when asked for: a doubling that follows does not want it.
    #[inline(always)]
    pub(super) fn double<const WITH_T: bool>(&mut self, t: Avx512) {
        let x = self.x.carry(t);
        let y = self.y.carry(t);
        let sum = self.x.plus(&self.y).carry(t);
        // How many times the bias: such that every difference below is positive limb by limb.
        let xx = x.squared::<0>(t);
        let yy = y.squared::<1>(t);
        let zz = self.z.squared::<1>(t);
        let ss = sum.squared::<2>(t);
        let h = yy.plus(&xx);
        let g = yy.less(&xx);
        let f = zz.plus(&zz).less(&g).carry(t);
        let e = ss.less(&h).carry(t);
        let h = h.carry(t);
        let g = g.carry(t);
        self.x = e.product::<0>(t, &f);
        self.y = g.product::<0>(t, &h);
        self.z = f.mul(t, &g);
        if WITH_T {
            self.t = e.mul(t, &h);
        }
    }

    /// The point as a summand; uses `T`.
    #[inline(always)]
    pub(super) fn cached(&self, t: Avx512) -> Cached {
        let z = self.z.sum(t);
        Cached([
            self.y.plus(&self.x).carry(t),
            self.y.minus(t, &self.x).carry(t),
            z.plus(&z).carry(t),
            self.t.mul(t, &Fe::splat(t, TWO_D)),
        ])
    }

    /// `self + other`, or `self − other` where `negative` has ones (all lanes or none); uses `T`.
    #[inline(always)]
    pub(super) fn add<const WITH_T: bool>(&mut self, t: Avx512, other: &Cached, negative: V) {
        let [plus, minus, z2, t2d] = &other.0;
        // −(x, y) = (−x, y): Y + X and Y − X change places, 2dT changes its sign, which makes F and G change places.
        let (plus, minus) = swapped(plus.0, minus.0, negative);
        let a = self.y.minus(t, &self.x).carry(t).product::<0>(t, &Fe(minus));
        let b = self.y.plus(&self.x).carry(t).product::<1>(t, &Fe(plus));
        let c = self.t.product::<0>(t, t2d);
        let d = self.z.product::<1>(t, z2);
        let e = b.less(&a).carry(t);
        let h = b.plus(&a).carry(t);
        let (g, f) = swapped(d.plus(&c).0, d.less(&c).0, negative);
        let (g, f) = (Sum(g).carry(t), Sum(f).carry(t));
        self.x = e.product::<0>(t, &f);
        self.y = g.product::<0>(t, &h);
        self.z = f.mul(t, &g);
        if WITH_T {
            self.t = e.mul(t, &h);
        }
    }
}

/// `(a, b)`, or `(b, a)` where `mask` has ones; by logic on whole registers.
#[inline(always)]
fn swapped(mut a: [V; 5], mut b: [V; 5], mask: V) -> ([V; 5], [V; 5]) {
    for (a, b) in a.iter_mut().zip(&mut b) {
        // The table reads the bits (mask, a, b): b where the mask has a one, else a; and the other way round.
        let (old_a, old_b) = (*a, *b);
        *a = mask.ternary::<0b1010_1100>(old_a, old_b);
        *b = mask.ternary::<0b1100_1010>(old_a, old_b);
    }
    (a, b)
}
