//! One lane, for machines and builds without vectors.

use super::{Each, Lanes};

/// One number at a time, in words of 64 bits. Sums, products and differences that leave their bounds panic in builds
/// with overflow checks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Single;

impl Lanes for Single {
    type Pair = (u64, u64);
    type Wide = u64;
    const COUNT: usize = 1;
    const ZERO: u64 = 0;

    #[inline(always)]
    fn gather([(even, odd), _]: Each<(u32, u32)>) -> (u64, u64) {
        (even.into(), odd.into())
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "limbs are below 2^32")]
    fn scatter((even, odd): (u64, u64)) -> Each<(u32, u32)> {
        [(even as u32, odd as u32), (0, 0)]
    }

    #[inline(always)]
    fn add(left: (u64, u64), right: (u64, u64)) -> (u64, u64) {
        limbs((left.0 + right.0, left.1 + right.1))
    }

    #[inline(always)]
    fn sub(left: (u64, u64), right: (u64, u64)) -> (u64, u64) {
        (left.0 - right.0, left.1 - right.1)
    }

    #[inline(always)]
    fn scale(pair: (u64, u64), factor: u32) -> (u64, u64) {
        let factor = u64::from(factor);
        limbs((pair.0 * factor, pair.1 * factor))
    }

    #[inline(always)]
    fn swap((even, odd): (u64, u64)) -> (u64, u64) {
        (odd, even)
    }

    #[inline(always)]
    fn exchange(left: (u64, u64), right: (u64, u64), mask: u32) -> ((u64, u64), (u64, u64)) {
        let mask = u64::from(mask);
        let even = (left.0 ^ right.0) & mask;
        let odd = (left.1 ^ right.1) & mask;
        ((left.0 ^ even, left.1 ^ odd), (right.0 ^ even, right.1 ^ odd))
    }

    #[inline(always)]
    fn even_product(left: (u64, u64), right: (u64, u64)) -> u64 {
        left.0 * right.0
    }

    #[inline(always)]
    fn odd_product(left: (u64, u64), right: (u64, u64)) -> u64 {
        left.1 * right.1
    }

    #[inline(always)]
    fn narrow(even: u64, odd: u64) -> (u64, u64) {
        limbs((even, odd))
    }

    #[inline(always)]
    fn sum(left: u64, right: u64) -> u64 {
        left + right
    }

    #[inline(always)]
    fn difference(left: u64, right: u64) -> u64 {
        left - right
    }

    #[inline(always)]
    fn shift_left(wide: u64, bits: u32) -> u64 {
        debug_assert!(wide.leading_zeros() >= bits);
        wide << bits
    }

    #[inline(always)]
    fn shift_right(wide: u64, bits: u32) -> u64 {
        wide >> bits
    }

    #[inline(always)]
    fn low_bits(wide: u64, bits: u32) -> u64 {
        wide & ((1 << bits) - 1)
    }
}

#[inline(always)]
fn limbs(pair: (u64, u64)) -> (u64, u64) {
    debug_assert!(pair.0 >> 32 == 0 && pair.1 >> 32 == 0);
    pair
}
