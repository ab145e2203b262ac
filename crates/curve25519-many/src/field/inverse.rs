//! Powers.

use crate::lanes::Lanes;

use super::Element;

/// 1/z = z^(2^255 - 21), and zero for zero. Takes and gives a tight one; the time does not depend on the value.
///
/// 2^255 - 21 is 250 ones and 01011 in binary: runs of ones are made longer by squaring and multiplying.
pub(crate) fn invert<L: Lanes>(z: &Element<L>) -> Element<L> {
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
    let ones_250 = squared(&ones_200, 50).times(&ones_50);
    squared(&ones_250, 5).times(&eleven)
}

/// element^(2^times)
fn squared<L: Lanes>(element: &Element<L>, times: u32) -> Element<L> {
    (1..times).fold(element.square(), |square, _| square.square())
}
