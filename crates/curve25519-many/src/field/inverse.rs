//! Inverses and roots, which are powers.

use crate::lanes::Lanes;

use super::Element;

/// 1/z = z^(2^255 - 21), and zero for zero. Takes and gives a tight one; the time does not depend on the value.
///
/// 2^255 - 21 is 250 ones and 01011 in binary.
pub(crate) fn invert<L: Lanes>(z: &Element<L>) -> Element<L> {
    let (ones_250, eleven) = ones_250(z);
    squared(&ones_250, 5).times(&eleven)
}

/// The inverse of each in place of it, for the price of one inversion and three products each (Montgomery 1987). None
/// may be zero in any lane. Takes and gives tight ones; the time depends on their number alone.
pub(crate) fn invert_all<L: Lanes>(elements: &mut [Element<L>]) {
    let mut products_before = Vec::with_capacity(elements.len());
    let mut product = Element::small(1);
    for element in &*elements {
        products_before.push(product);
        product = product.times(element);
    }
    let mut inverse = invert(&product);
    product.wipe();
    for (element, before) in elements.iter_mut().zip(&mut products_before).rev() {
        let own = inverse.times(before);
        inverse = inverse.times(element);
        *element = own;
        before.wipe();
    }
    inverse.wipe();
}

/// z^((p - 5)/8) = z^(2^252 - 3) for the prime p, from which square roots are made (RFC 8032, section 5.1.3). Takes and
/// gives a tight one.
pub(crate) fn root_power<L: Lanes>(z: &Element<L>) -> Element<L> {
    let (ones_250, _) = ones_250(z);
    squared(&ones_250, 2).times(z)
}

/// z^(2^250 - 1) and z^11: runs of ones are made longer by squaring and multiplying.
fn ones_250<L: Lanes>(z: &Element<L>) -> (Element<L>, Element<L>) {
    let two = z.square();
    let nine = squared(&two, 2).times(z);
    let eleven = nine.times(&two);
    let ones_5 = eleven.square().times(&nine);
    let ones_10 = squared(&ones_5, 5).times(&ones_5);
    let ones_20 = squared(&ones_10, 10).times(&ones_10);
    let ones_40 = squared(&ones_20, 20).times(&ones_20);
    let ones_50 = squared(&ones_40, 10).times(&ones_10);
    let ones_100 = squared(&ones_50, 50).times(&ones_50);
    let ones_200 = squared(&ones_100, 100).times(&ones_100);
    (squared(&ones_200, 50).times(&ones_50), eleven)
}

/// element^(2^times)
fn squared<L: Lanes>(element: &Element<L>, times: u32) -> Element<L> {
    (1..times).fold(element.square(), |square, _| square.square())
}
