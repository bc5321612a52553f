//! Variable-time point addition in Jacobian coordinates on the field of the `sm2` crate.
//!
//! The crate's complete formulas cost more multiplications and hide `Z`, which costs an inversion per
//! verification. Here only public points are added, so exceptional cases are branches.

use ::sm2::Sm2;
use ::sm2::elliptic_curve::hazmat::FieldArithmetic;

/// An element of the base field.
pub(super) type Fe = <Sm2 as FieldArithmetic>::FieldElement;

/// A finite point.
#[derive(Clone, Copy)]
pub(super) struct Affine {
    pub(super) x: Fe,
    pub(super) y: Fe,
}

/// (X/Z², Y/Z³); `z = 0` is the point at infinity.
#[derive(Clone, Copy)]
pub(super) struct Jacobian {
    pub(super) x: Fe,
    pub(super) y: Fe,
    pub(super) z: Fe,
}

impl Jacobian {
    pub(super) const INFINITY: Self = Self { x: Fe::ONE, y: Fe::ONE, z: Fe::ZERO };

    pub(super) fn is_infinity(&self) -> bool {
        bool::from(self.z.is_zero())
    }

    /// `self + other`, or `self - other` when `negative`.
    pub(super) fn add(&mut self, other: &Affine, negative: bool) {
        let y2 = if negative { other.y.neg() } else { other.y };
        if self.is_infinity() {
            *self = Self { x: other.x, y: y2, z: Fe::ONE };
            return;
        }
        // Mixed addition, 8M + 3S (Hankerson, Menezes, Vanstone, Guide to ECC, algorithm 3.22).
        let zz = self.z.square();
        let h = other.x.multiply(&zz).sub(&self.x);
        let r = y2.multiply(&zz.multiply(&self.z)).sub(&self.y);
        if bool::from(h.is_zero()) {
            if bool::from(r.is_zero()) {
                self.double()
            } else {
                *self = Self::INFINITY
            }
            return;
        }
        let hh = h.square();
        let hhh = hh.multiply(&h);
        let v = self.x.multiply(&hh);
        let x3 = r.square().sub(&hhh).sub(&v.double());
        self.y = r.multiply(&v.sub(&x3)).sub(&self.y.multiply(&hhh));
        self.z = self.z.multiply(&h);
        self.x = x3;
    }

    /// Doubling for a = -3 (algorithm 3.21). The curve has odd order, so y is never zero.
    fn double(&mut self) {
        let zz = self.z.square();
        let m = self.x.sub(&zz).multiply(&self.x.add(&zz));
        let m = m.double().add(&m);
        let yy = self.y.square();
        let s = self.x.multiply(&yy).double().double();
        let x3 = m.square().sub(&s.double());
        self.z = self.y.multiply(&self.z).double();
        self.y = m.multiply(&s.sub(&x3)).sub(&yy.square().double().double().double());
        self.x = x3;
    }
}
