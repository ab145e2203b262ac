//! The field of 2^255 - 19 elements (RFC 7748, section 4.1), in as many lanes as there are.
//!
//! An element is h0 + h1 2^26 + h2 2^51 + h3 2^77 + ... + h9 2^230: ten limbs of 26 and 25 bits in turn. Limbs h0, h2,
//! h4, h6 and h8 are its *even* limbs A, the others its *odd* limbs B. Both are polynomials in z = 2^51 with z^5 = 19,
//! the element is A + 2^26 B, and 2^52 = 2z.
//!
//! # Bounds
//! Nothing carries more often than it must, so every function says which sizes of limbs it takes and gives:
//!
//! | size | even limbs below | odd limbs below | what has it |
//! |---|---|---|---|
//! | [`Size::Tight`] | 2^26 | 2^25 + 2^17 | a product, a square, an element that was read |
//! | [`Size::Sum`] | 2^27 | 2^26 + 2^18 | the sum of two tight ones |
//! | [`Size::Difference`] | 2^26 + 2^27 | 2^25 + 2^26 + 2^17 | a tight one less a tight one, and twice the prime |
//!
//! Each size is within the next. Builds with debug assertions check all of them.

mod bytes;
mod inverse;
mod product;

pub(crate) use inverse::{invert_all, root_power};

use crate::lanes::Lanes;

/// One element for each lane, as five pairs of an even and an odd limb.
#[derive(Clone, Copy)]
pub(crate) struct Element<L: Lanes>([L::Pair; 5]);

/// How large limbs may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Tight,
    Sum,
    Difference,
}

/// Twice 2^255 - 19. Each limb is larger than any of a tight element.
const TWICE_THE_PRIME: [(u32, u32); 5] = [
    ((1 << 27) - 38, (1 << 26) - 2),
    ((1 << 27) - 2, (1 << 26) - 2),
    ((1 << 27) - 2, (1 << 26) - 2),
    ((1 << 27) - 2, (1 << 26) - 2),
    ((1 << 27) - 2, (1 << 26) - 2),
];

impl<L: Lanes> Element<L> {
    /// A number below 2^26 in all lanes. Tight.
    #[inline(always)]
    pub(crate) fn small(number: u32) -> Self {
        debug_assert!(number < 1 << 26);
        let zero = L::gather([(0, 0); 2]);
        Self([L::gather([(number, 0); 2]), zero, zero, zero, zero])
    }

    /// Takes tight ones, gives a sum.
    #[inline(always)]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.check(Size::Tight);
        other.check(Size::Tight);
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        Self([
            L::add(a0, b0),
            L::add(a1, b1),
            L::add(a2, b2),
            L::add(a3, b3),
            L::add(a4, b4),
        ])
    }

    /// Takes tight ones, gives a difference.
    #[inline(always)]
    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.check(Size::Tight);
        other.check(Size::Tight);
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let [p0, p1, p2, p3, p4] = TWICE_THE_PRIME.map(|limbs| L::gather([limbs; 2]));
        Self([
            L::add(a0, L::sub(p0, b0)),
            L::add(a1, L::sub(p1, b1)),
            L::add(a2, L::sub(p2, b2)),
            L::add(a3, L::sub(p3, b3)),
            L::add(a4, L::sub(p4, b4)),
        ])
    }

    /// Exchanges the two where `mask` is all ones, and leaves them where it is zero, in the same time.
    #[inline(always)]
    pub(crate) fn exchange(left: &mut Self, right: &mut Self, mask: u32) {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (left.0, right.0);
        let (a0, b0) = L::exchange(a0, b0, mask);
        let (a1, b1) = L::exchange(a1, b1, mask);
        let (a2, b2) = L::exchange(a2, b2, mask);
        let (a3, b3) = L::exchange(a3, b3, mask);
        let (a4, b4) = L::exchange(a4, b4, mask);
        left.0 = [a0, a1, a2, a3, a4];
        right.0 = [b0, b1, b2, b3, b4];
    }

    /// The same modulo the prime. Takes a difference, gives a tight one.
    #[inline(always)]
    pub(crate) fn tightened(&self) -> Self {
        self.scaled(1)
    }

    /// Overwrites the element in a way that the compiler keeps.
    pub(crate) fn wipe(&mut self) {
        *self = Self::small(0);
        zeroize::optimization_barrier(self);
    }

    /// Asserts in debug builds that no limb is larger than it may be.
    #[inline(always)]
    fn check(&self, size: Size) {
        debug_assert!(self.is_within(size), "limbs are not {size:?}");
    }

    fn is_within(&self, size: Size) -> bool {
        let (even_bound, odd_bound) = size.bounds();
        let mut limbs = self.0.into_iter().flat_map(L::scatter);
        limbs.all(|(even, odd)| even < even_bound && odd < odd_bound)
    }
}

impl Size {
    /// What even and odd limbs are below.
    const fn bounds(self) -> (u32, u32) {
        match self {
            Self::Tight => (1 << 26, (1 << 25) + (1 << 17)),
            Self::Sum => (1 << 27, (1 << 26) + (1 << 18)),
            Self::Difference => ((1 << 26) + (1 << 27), (1 << 25) + (1 << 26) + (1 << 17)),
        }
    }
}

#[cfg(test)]
mod tests;
