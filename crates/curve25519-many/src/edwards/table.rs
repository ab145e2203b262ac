//! Multiples of points that are known before the scalars are.

use core::hint::black_box;

use crate::field::{Element, invert_all};
use crate::lanes::{Each, Lanes};

use super::D;
use super::digits::Digits;
use super::montgomery::Coordinates;
use super::point::{Addend, Point};

/// 1/2.
const HALF: [u8; 32] = [
    0xf7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f,
];

/// Every second digit has a row; the others come to theirs by four doublings.
const ROWS: usize = 32;
/// The multiples in a row, one for each digit above zero.
const COLUMNS: usize = 8;

/// P, 2P, ... and 8P, the same of 256P, of 256^2 P, ... and of 256^31 P, where each lane has a point P of its own: 60 KB.
pub(crate) struct Table<L: Lanes>(Vec<Addend<L>>);

impl<L: Lanes> Table<L> {
    /// Costs as much as three ladders. The points are public.
    pub(crate) fn new(points: Each<&Coordinates>) -> Self {
        let x = Element::read(points.map(|point| &point.x));
        let y = Element::read(points.map(|point| &point.y));
        let mut first = Point::affine(x, y);
        let mut firsts = Vec::with_capacity(ROWS);
        for _ in 0..ROWS {
            firsts.push(first);
            first = (0..8).fold(first, |point, _| point.doubled());
        }
        let mut multiples = Vec::with_capacity(ROWS * COLUMNS);
        for (first, addend) in firsts.iter().zip(addends(&firsts)) {
            let mut multiple = *first;
            for _ in 0..COLUMNS {
                multiples.push(multiple);
                multiple = multiple.plus(&addend);
            }
        }
        Self(addends(&multiples))
    }

    /// Numerator and denominator of the coordinate u of scalar times point. Tight. What runs is the same instructions on
    /// the same addresses, whatever the scalar is.
    pub(crate) fn multiply(&self, scalar: &Digits) -> (Element<L>, Element<L>) {
        let rows = || self.0.as_chunks::<COLUMNS>().0.iter().zip(scalar.pairs());
        let mut sum = Point::neutral();
        for (row, [_, odd]) in rows() {
            sum = sum.plus(&select(row, *odd));
        }
        for _ in 0..4 {
            sum = sum.doubled();
        }
        for (row, [even, _]) in rows() {
            sum = sum.plus(&select(row, *even));
        }
        // u = (1 + y)/(1 - y), RFC 7748, section 4.1.
        let numerator = sum.z.plus(&sum.y).tightened();
        let denominator = sum.z.minus(&sum.y).tightened();
        sum.wipe();
        (numerator, denominator)
    }
}

/// The multiple of so much, out of a row of which all is looked at.
#[inline(never)]
fn select<L: Lanes>(row: &[Addend<L>; COLUMNS], digit: i8) -> Addend<L> {
    // All ones if it is negative, and the digit without its sign.
    let negative = i32::from(digit >> 7);
    let absolute = (i32::from(digit) ^ negative) - negative;
    let mut found = neutral();
    for (multiple, addend) in (1..).zip(row) {
        // One less than zero is the only difference with the highest bit set.
        let is_it = (((absolute ^ multiple) - 1) >> 31).cast_unsigned();
        found.take_if(addend, black_box(is_it));
    }
    found.negate_if(black_box(negative.cast_unsigned()));
    found
}

fn neutral<L: Lanes>() -> Addend<L> {
    let half = Element::read([&HALF; 2]);
    Addend {
        half_difference: half,
        half_sum: half,
        minus_dxy: Element::small(0),
    }
}

/// Points that were divided by their Z, all at once.
#[inline(never)]
fn addends<L: Lanes>(points: &[Point<L>]) -> Vec<Addend<L>> {
    let (half, d) = (Element::read([&HALF; 2]), Element::read([&D; 2]));
    let mut inverses: Vec<_> = points.iter().map(|point| point.z).collect();
    invert_all(&mut inverses);
    let pairs = points.iter().zip(&inverses);
    pairs
        .map(|(point, inverse)| {
            let (x, y) = (point.x.times(inverse), point.y.times(inverse));
            let dxy = d.times(&x.times(&y));
            Addend {
                half_difference: y.minus(&x).times(&half),
                half_sum: y.plus(&x).times(&half),
                minus_dxy: Element::small(0).minus(&dxy).tightened(),
            }
        })
        .collect()
}
