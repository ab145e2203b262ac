//! Coordinates x : z that are divided together, since an inversion costs a ninth of a ladder.

use zeroize::{Zeroize as _, Zeroizing};

use crate::field::{Element, invert_all};
use crate::lanes::{Each, Lanes};

/// Coordinates of points, as fractions. Wiped when dropped.
pub(crate) struct Fractions<L: Lanes> {
    numerators: Vec<Numerator<L>>,
    /// With 1 where it was 0.
    denominators: Vec<Element<L>>,
}

struct Numerator<L: Lanes> {
    element: Element<L>,
    /// All ones where the denominator was 0: that point has no coordinate, and RFC 7748 says zero.
    infinite: Each<u64>,
}

impl<L: Lanes> Fractions<L> {
    /// How many there is room for: with more, the inversion is next to nothing of the whole.
    pub(crate) const MANY: usize = 32;

    pub(crate) fn new() -> Self {
        Self {
            numerators: Vec::with_capacity(Self::MANY),
            denominators: Vec::with_capacity(Self::MANY),
        }
    }

    /// Takes tight ones.
    pub(crate) fn push(&mut self, numerator: &Element<L>, denominator: &Element<L>) {
        debug_assert!(
            self.numerators.len() < Self::MANY,
            "a Vec that grows leaves a copy"
        );
        let infinite = denominator.canonical().map(all_ones_if_zero);
        self.numerators.push(Numerator {
            element: *numerator,
            infinite,
        });
        let one_if_zero = infinite.map(|mask| u32::from(mask & 1 == 1));
        self.denominators.push(denominator.plus_each(one_if_zero));
    }

    /// Gives each quotient in turn, in four words from the lowest on; zero for what has none. Time and memory depend on
    /// their number alone.
    pub(crate) fn divide(mut self, mut each: impl FnMut(&Each<[u64; 4]>)) {
        invert_all(&mut self.denominators);
        for (numerator, inverse) in self.numerators.iter().zip(&self.denominators) {
            let mut quotient = numerator.element.times(inverse);
            let mut coordinates = Zeroizing::new(quotient.canonical());
            quotient.wipe();
            for (words, mask) in coordinates.iter_mut().zip(numerator.infinite) {
                words.iter_mut().for_each(|word| *word &= !mask);
            }
            each(&coordinates);
        }
    }
}

impl<L: Lanes> Drop for Fractions<L> {
    fn drop(&mut self) {
        for numerator in &mut self.numerators {
            numerator.element.wipe();
            numerator.infinite.zeroize();
        }
        self.denominators.iter_mut().for_each(Element::wipe);
    }
}

/// The same in the same time for all words.
fn all_ones_if_zero([w0, w1, w2, w3]: [u64; 4]) -> u64 {
    let any = w0 | w1 | w2 | w3;
    // The highest bit of a number or of its negative is set, unless it is zero.
    ((any | any.wrapping_neg()) >> 63).wrapping_sub(1)
}

#[cfg(test)]
mod tests;
