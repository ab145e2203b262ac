//! The Montgomery ladder of RFC 7748, section 5, for many points and one scalar.

use zeroize::zeroize_stack;

use crate::field::Element;
use crate::fractions::Fractions;
use crate::lanes::Lanes;

/// (486662 - 2) / 4, the constant of the curve in RFC 7748, section 5.
const A24: u32 = 121_665;

/// More than the functions of this module and of `field` have on the stack, where values that were passed on leave
/// copies.
const STACK_BYTES: usize = 8192;

/// The u-coordinate x : z of a point.
#[derive(Clone, Copy)]
struct Projective<L: Lanes> {
    x: Element<L>,
    z: Element<L>,
}

impl<L: Lanes> Projective<L> {
    fn wipe(&mut self) {
        self.x.wipe();
        self.z.wipe();
    }
}

/// Gives the coordinate of scalar times point to `each`, for each point in turn, in four words from the lowest on; zero
/// for what has none.
///
/// The scalar is clamped as RFC 7748, section 5 has it: only bits 3 to 253 are looked at. Time and memory depend on the
/// number of points alone.
pub(crate) fn multiply_many<L: Lanes>(
    scalar: &[u8; 32],
    points: &[[u8; 32]],
    mut each: impl FnMut(&[u64; 4]),
) {
    multiply_leaving_stack::<L>(scalar, points, &mut each);
    zeroize_stack::<STACK_BYTES>();
}

#[inline(never)]
fn multiply_leaving_stack<L: Lanes>(scalar: &[u8; 32], points: &[[u8; 32]], each: &mut dyn FnMut(&[u64; 4])) {
    for points in points.chunks(Fractions::<L>::MANY * L::COUNT) {
        let mut fractions = Fractions::new();
        for vector in points.chunks(L::COUNT) {
            // The last vector may have a lane without a point of its own.
            let [first, rest @ ..] = vector else { continue };
            let second = rest.first().unwrap_or(first);
            let mut result = multiply::<L>(scalar, &Element::read([first, second]));
            fractions.push(&result.x, &result.z);
            result.wipe();
        }
        let mut vectors = points.chunks(L::COUNT);
        fractions.divide(|coordinates| {
            let lanes = vectors.next().map_or(0, <[_]>::len);
            coordinates.iter().take(lanes).for_each(&mut *each);
        });
    }
}

/// Scalar times the points with these u-coordinates.
///
/// Bit 254 counts as set, so the ladder begins behind it, with the point and its double; the last three bits count as
/// clear, so doubling is all there is to do for them. For u = 0 the ladder of RFC 7748 begins otherwise, and both end
/// in zero.
fn multiply<L: Lanes>(scalar: &[u8; 32], u: &Element<L>) -> Projective<L> {
    let mut low = Projective {
        x: *u,
        z: Element::small(1),
    };
    let mut high = doubled(&low);
    let mut exchanged = 0;
    let bits = scalar
        .iter()
        .rev()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    for bit in bits.skip(2).take(251) {
        // All ones if this bit is not the one before.
        let mask = u32::from(bit ^ exchanged).wrapping_neg();
        exchanged = bit;
        exchange(&mut low, &mut high, mask);
        step(&mut low, &mut high, u);
    }
    exchange(&mut low, &mut high, u32::from(exchanged).wrapping_neg());
    high.wipe();
    for _ in 0..3 {
        low = doubled(&low);
    }
    let result = low;
    low.wipe();
    result
}

#[inline(always)]
fn exchange<L: Lanes>(left: &mut Projective<L>, right: &mut Projective<L>, mask: u32) {
    Element::exchange(&mut left.x, &mut right.x, mask);
    Element::exchange(&mut left.z, &mut right.z, mask);
}

/// n P and (n+1) P become 2n P and (2n+1) P, for the point P with coordinate `u`.
#[inline(always)]
fn step<L: Lanes>(low: &mut Projective<L>, high: &mut Projective<L>, u: &Element<L>) {
    let a = low.x.plus(&low.z);
    let b = low.x.minus(&low.z);
    let c = high.x.plus(&high.z);
    let d = high.x.minus(&high.z);
    let da = d.times(&a);
    let cb = b.times(&c);
    high.x = da.plus(&cb).square();
    high.z = da.minus(&cb).square().times(u);
    *low = doubled_from(&a, &b);
}

#[inline(always)]
fn doubled<L: Lanes>(point: &Projective<L>) -> Projective<L> {
    doubled_from(&point.x.plus(&point.z), &point.x.minus(&point.z))
}

/// 2 P from x + z and x - z of P.
#[inline(always)]
fn doubled_from<L: Lanes>(sum: &Element<L>, difference: &Element<L>) -> Projective<L> {
    let aa = sum.square();
    let bb = difference.square();
    let e = aa.minus(&bb);
    Projective {
        x: aa.times(&bb),
        z: e.times(&e.scaled(A24).plus(&aa)),
    }
}

#[cfg(test)]
mod tests;
