//! Products and squares.
//!
//! With f = A + 2^26 B and g = C + 2^26 D in the words of [`super`]:
//!
//! ```text
//! f g = (AC + 2z BD) + 2^26 (AD + BC),   AD + BC = (A + B)(C + D) - AC - BD
//! ```
//!
//! which is 75 products of limbs and not 100 (Karatsuba and Ofman 1962). The even limbs of both factors stand side by
//! side, and so do the odd ones, so that no vector has to be taken apart for AC and BD.

use core::hint::black_box;

use crate::lanes::Lanes;

use super::{Element, Size};

impl<L: Lanes> Element<L> {
    /// Takes a difference and a sum, gives a tight one.
    #[inline(never)]
    pub(crate) fn times(&self, other: &Self) -> Self {
        self.check(Size::Difference);
        other.check(Size::Sum);
        let (f, g) = (self.0, other.0);
        // Limbs of a sum times 19: below 2^31.3.
        let g_wrapped = wrapped::<L>(g);
        // Columns that pass through memory are computed one after another. Engines that compute all of them at once run
        // out of registers.
        //
        // Even limbs below 3 2^26, 2^27 and 19 2^27: columns below 3 2^53 (1 + 4 19) = 231 2^53 < 2^60.9.
        let [e0, e1, e2, e3, e4] = black_box(cyclic::<L>(L::even_product, f, g, g_wrapped));
        // Odd limbs are about half of that: columns below 231 2^51 and a little, less than 2^58.9.
        let [o0, o1, o2, o3, o4] = black_box(cyclic::<L>(L::odd_product, f, g, g_wrapped));
        // Both together: below 4.51 2^26 and 3.01 2^26, times 19 below 2^31.9; columns below 1046 2^52 < 2^62.1.
        let f = f.map(|pair| L::add(pair, L::swap(pair)));
        let g = g.map(|pair| L::add(pair, L::swap(pair)));
        let [m0, m1, m2, m3, m4] = cyclic::<L>(L::even_product, f, g, wrapped::<L>(g));
        // 2z BD: one column up, twice, and 38 times from the last to the first. The last column of BD wraps nowhere and
        // is below 5 3.01 2.01 2^50 < 2^55, so 38 of it is below 2^60.2, and all even columns are below 2^61.6.
        let twice = |wide| L::shift_left(wide, 1);
        let up = [times_38::<L>(o4), twice(o0), twice(o1), twice(o2), twice(o3)];
        let even = [e0, e1, e2, e3, e4];
        let [s0, s1, s2, s3, s4] = sums::<L>(even, [o0, o1, o2, o3, o4]);
        let mixed = [
            L::difference(m0, s0),
            L::difference(m1, s1),
            L::difference(m2, s2),
            L::difference(m3, s3),
            L::difference(m4, s4),
        ];
        carried::<L>(sums::<L>(even, up), mixed)
    }

    /// Takes a difference, gives a tight one.
    ///
    /// Factors of two and of 19 go into limbs before they are multiplied: none is above 19 3 2^26 < 2^31.9.
    #[inline(never)]
    pub(crate) fn square(&self) -> Self {
        self.check(Size::Difference);
        let [f0, f1, f2, f3, f4] = self.0;
        let [w1, w2, w3, w4] = wrapped::<L>(self.0);
        let [d0, d1, d2, d3, d4] = self.0.map(|pair| L::add(pair, pair));
        let [q0, q1, q2, q3] = [d0, d1, d2, d3].map(|pair| L::add(pair, pair));
        // AA: even limbs are below 3 2^26, and columns below 9 2^52 (1 + 4 19) < 2^61.5.
        let even = |left, right| dot::<L, 3>(L::even_product, left, right);
        let a = [
            even([f0, d1, d2], [f0, w4, w3]),
            even([d0, d2, f3], [f1, w4, w3]),
            even([d0, f1, d3], [f2, f1, w4]),
            even([d0, d1, f4], [f3, f2, w4]),
            even([d0, d1, f2], [f4, f3, f2]),
        ];
        // 2z BB: odd limbs are below 3.01 2^25, and no column is above the first, below 2 19 5 9.1 2^50 < 2^60.8. With
        // AA that is below 2^62.2.
        let odd = |left, right| dot::<L, 3>(L::odd_product, left, right);
        let b = [
            odd([q0, q1, d2], [w4, w3, w2]),
            odd([d0, q1, q2], [f0, w4, w3]),
            odd([q0, q2, d3], [f1, w4, w3]),
            odd([q0, d1, q3], [f2, f1, w4]),
            odd([q0, q1, d4], [f3, f2, w4]),
        ];
        // A (A + B), below 3 4.51 77 2^52 < 2^62.1, less AA, twice: 2 AB < 2^61.5. AB itself would need the odd limbs
        // where the even ones are, and that is what compilers make a slow multiplication of 64 bits of.
        let both = self.0.map(|pair| L::add(pair, L::swap(pair)));
        let [m0, m1, m2, m3, m4] = cyclic::<L>(L::even_product, both, self.0, [w1, w2, w3, w4]);
        let [a0, a1, a2, a3, a4] = a;
        let twice = |wide| L::shift_left(wide, 1);
        let mixed = [
            twice(L::difference(m0, a0)),
            twice(L::difference(m1, a1)),
            twice(L::difference(m2, a2)),
            twice(L::difference(m3, a3)),
            twice(L::difference(m4, a4)),
        ];
        carried::<L>(sums::<L>(a, b), mixed)
    }

    /// The element times a number below 2^26. Takes a difference, gives a tight one: columns are below 2^54.
    #[inline(never)]
    pub(crate) fn scaled(&self, factor: u32) -> Self {
        self.check(Size::Difference);
        debug_assert!(factor < 1 << 26);
        // Compilers make a slow multiplication of 64 bits of one by a number that they know.
        let factor = black_box(L::gather([(factor, factor); 2]));
        carried::<L>(
            self.0.map(|pair| L::even_product(pair, factor)),
            self.0.map(|pair| L::odd_product(pair, factor)),
        )
    }
}

/// 19 times the limbs that a product of degree five and more has to do with.
#[inline(always)]
fn wrapped<L: Lanes>([_, g1, g2, g3, g4]: [L::Pair; 5]) -> [L::Pair; 4] {
    [g1, g2, g3, g4].map(|pair| L::scale(pair, 19))
}

/// The product of two polynomials in z, with z^5 = 19 by the second one's limbs times 19.
#[inline(always)]
fn cyclic<L: Lanes>(
    product: impl Fn(L::Pair, L::Pair) -> L::Wide,
    f: [L::Pair; 5],
    [g0, g1, g2, g3, g4]: [L::Pair; 5],
    [w1, w2, w3, w4]: [L::Pair; 4],
) -> [L::Wide; 5] {
    let column = |g| dot::<L, 5>(&product, f, g);
    [
        column([g0, w4, w3, w2, w1]),
        column([g1, g0, w4, w3, w2]),
        column([g2, g1, g0, w4, w3]),
        column([g3, g2, g1, g0, w4]),
        column([g4, g3, g2, g1, g0]),
    ]
}

/// The sum of the products of each with its peer.
#[inline(always)]
fn dot<L: Lanes, const N: usize>(
    product: impl Fn(L::Pair, L::Pair) -> L::Wide,
    left: [L::Pair; N],
    right: [L::Pair; N],
) -> L::Wide {
    let products = left.into_iter().zip(right);
    products.fold(L::ZERO, |sum, (left, right)| L::sum(sum, product(left, right)))
}

/// The sum of each with its peer.
#[inline(always)]
fn sums<L: Lanes>([a0, a1, a2, a3, a4]: [L::Wide; 5], [b0, b1, b2, b3, b4]: [L::Wide; 5]) -> [L::Wide; 5] {
    [
        L::sum(a0, b0),
        L::sum(a1, b1),
        L::sum(a2, b2),
        L::sum(a3, b3),
        L::sum(a4, b4),
    ]
}

/// Columns below 2^63 become limbs of a tight element.
///
/// Two chains of carries run at the same time, from h0 and from h4. A carry is below 2^38. The last one, out of h9,
/// comes back to h0 times 19, below 2^43, and the one after it adds less than 2^17 to h1; the second one out of h4
/// adds less than 2^13 to h5. All other limbs end as remainders.
#[inline(always)]
fn carried<L: Lanes>([h0, h2, h4, h6, h8]: [L::Wide; 5], [h1, h3, h5, h7, h9]: [L::Wide; 5]) -> Element<L> {
    let (h0, h1) = carry::<L>(h0, 26, h1);
    let (h4, h5) = carry::<L>(h4, 26, h5);
    let (h1, h2) = carry::<L>(h1, 25, h2);
    let (h5, h6) = carry::<L>(h5, 25, h6);
    let (h2, h3) = carry::<L>(h2, 26, h3);
    let (h6, h7) = carry::<L>(h6, 26, h7);
    let (h3, h4) = carry::<L>(h3, 25, h4);
    let (h7, h8) = carry::<L>(h7, 25, h8);
    let (h4, h5) = carry::<L>(h4, 26, h5);
    let (h8, h9) = carry::<L>(h8, 26, h9);
    let over = L::shift_right(h9, 25);
    let h9 = L::low_bits(h9, 25);
    let over_19 = L::sum(L::sum(L::shift_left(over, 4), L::shift_left(over, 1)), over);
    let (h0, h1) = carry::<L>(L::sum(h0, over_19), 26, h1);
    let element = Element([
        L::narrow(h0, h1),
        L::narrow(h2, h3),
        L::narrow(h4, h5),
        L::narrow(h6, h7),
        L::narrow(h8, h9),
    ]);
    element.check(Size::Tight);
    element
}

/// Moves what is above so many bits to the next limb.
#[inline(always)]
fn carry<L: Lanes>(from: L::Wide, bits: u32, to: L::Wide) -> (L::Wide, L::Wide) {
    (L::low_bits(from, bits), L::sum(to, L::shift_right(from, bits)))
}

/// 38 = 32 + 4 + 2, for what is too long for a multiplication of 32 bits.
#[inline(always)]
fn times_38<L: Lanes>(wide: L::Wide) -> L::Wide {
    let six = L::sum(L::shift_left(wide, 2), L::shift_left(wide, 1));
    L::sum(L::shift_left(wide, 5), six)
}
