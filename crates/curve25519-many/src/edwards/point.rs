//! Points of the twisted Edwards curve, in extended coordinates (Hisil, Wong, Carter and Dawson, "Twisted Edwards
//! curves revisited", 2008).
//!
//! The formulas are complete: they hold for all points of the curve, equal ones and the neutral one among them.

use crate::field::Element;
use crate::lanes::Lanes;

/// x = X/Z and y = Y/Z, with XY = ZT. All tight.
#[derive(Clone, Copy)]
pub(crate) struct Point<L: Lanes> {
    pub(crate) x: Element<L>,
    pub(crate) y: Element<L>,
    pub(crate) z: Element<L>,
    pub(crate) t: Element<L>,
}

/// A point as it is added: halves of y - x and y + x, and -d x y. All tight, but the last, which may be a difference.
///
/// With halves, no sum in [`Point::plus`] has a limb that needs a carry.
#[derive(Clone, Copy)]
pub(crate) struct Addend<L: Lanes> {
    pub(crate) half_difference: Element<L>,
    pub(crate) half_sum: Element<L>,
    pub(crate) minus_dxy: Element<L>,
}

impl<L: Lanes> Addend<L> {
    /// Becomes the other one where `mask` is all ones, and stays where it is zero, in the same time.
    #[inline(always)]
    pub(crate) fn take_if(&mut self, other: &Self, mask: u32) {
        let mut other = *other;
        Element::exchange(&mut self.half_difference, &mut other.half_difference, mask);
        Element::exchange(&mut self.half_sum, &mut other.half_sum, mask);
        Element::exchange(&mut self.minus_dxy, &mut other.minus_dxy, mask);
    }

    /// Becomes its negative where `mask` is all ones, and stays where it is zero, in the same time.
    #[inline(always)]
    pub(crate) fn negate_if(&mut self, mask: u32) {
        Element::exchange(&mut self.half_difference, &mut self.half_sum, mask);
        let mut negative = Element::small(0).minus(&self.minus_dxy);
        Element::exchange(&mut self.minus_dxy, &mut negative, mask);
    }
}

impl<L: Lanes> Point<L> {
    pub(crate) fn neutral() -> Self {
        let (zero, one) = (Element::small(0), Element::small(1));
        Self {
            x: zero,
            y: one,
            z: one,
            t: zero,
        }
    }

    /// Of coordinates that were divided.
    pub(crate) fn affine(x: Element<L>, y: Element<L>) -> Self {
        Self {
            x,
            y,
            z: Element::small(1),
            t: x.times(&y),
        }
    }

    /// Seven products. All coordinates come out as a quarter of those in the literature, which is the same point.
    #[inline(never)]
    pub(crate) fn plus(&self, other: &Addend<L>) -> Self {
        let a = self.y.minus(&self.x).times(&other.half_difference);
        let b = self.y.plus(&self.x).times(&other.half_sum);
        let c = other.minus_dxy.times(&self.t);
        let e = b.minus(&a);
        let f = self.z.plus(&c);
        let g = self.z.minus(&c);
        let h = b.plus(&a);
        Self {
            x: e.times(&f),
            y: g.times(&h),
            z: g.times(&f),
            t: e.times(&h),
        }
    }

    #[inline(never)]
    pub(crate) fn doubled(&self) -> Self {
        let xx = self.x.square();
        let yy = self.y.square();
        let xy = self.x.times(&self.y);
        let e = xy.plus(&xy);
        let h = yy.plus(&xx);
        let g = yy.minus(&xx).tightened();
        let f = self.z.square().scaled(2).minus(&g);
        Self {
            x: f.times(&e),
            y: g.times(&h),
            z: f.times(&g),
            t: e.times(&h),
        }
    }

    pub(crate) fn wipe(&mut self) {
        self.x.wipe();
        self.y.wipe();
        self.z.wipe();
        self.t.wipe();
    }
}
