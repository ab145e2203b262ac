//! Two lanes, in the 128-bit vectors of WebAssembly (<https://webassembly.github.io/spec/core/>, `simd128`).

use core::arch::wasm32::{
    i32x4_add, i32x4_mul, i32x4_shuffle, i32x4_sub, i64x2_add, i64x2_shl, i64x2_sub, u32x4,
    u32x4_extract_lane, u32x4_splat, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_shr, u64x2_splat,
    v128, v128_and, v128_xor,
};

use super::{Each, Lanes};

/// Two numbers at a time.
///
/// A pair is (even of lane 0, even of lane 1, odd of lane 0, odd of lane 1) in 32 bits each: products of even limbs are
/// then products of the low halves, and those of odd limbs are products of the high halves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Double;

impl Lanes for Double {
    type Pair = v128;
    type Wide = v128;
    const COUNT: usize = 2;
    const ZERO: v128 = u32x4(0, 0, 0, 0);

    #[inline(always)]
    fn gather([first, second]: Each<(u32, u32)>) -> v128 {
        u32x4(first.0, second.0, first.1, second.1)
    }

    #[inline(always)]
    fn scatter(pair: v128) -> Each<(u32, u32)> {
        [
            (u32x4_extract_lane::<0>(pair), u32x4_extract_lane::<2>(pair)),
            (u32x4_extract_lane::<1>(pair), u32x4_extract_lane::<3>(pair)),
        ]
    }

    #[inline(always)]
    fn add(left: v128, right: v128) -> v128 {
        i32x4_add(left, right)
    }

    #[inline(always)]
    fn sub(left: v128, right: v128) -> v128 {
        i32x4_sub(left, right)
    }

    #[inline(always)]
    fn scale(pair: v128, factor: u32) -> v128 {
        i32x4_mul(pair, u32x4_splat(factor))
    }

    #[inline(always)]
    fn swap(pair: v128) -> v128 {
        i32x4_shuffle::<2, 3, 0, 1>(pair, pair)
    }

    #[inline(always)]
    fn exchange(left: v128, right: v128, mask: u32) -> (v128, v128) {
        let moved = v128_and(v128_xor(left, right), u32x4_splat(mask));
        (v128_xor(left, moved), v128_xor(right, moved))
    }

    #[inline(always)]
    fn even_product(left: v128, right: v128) -> v128 {
        u64x2_extmul_low_u32x4(left, right)
    }

    #[inline(always)]
    fn odd_product(left: v128, right: v128) -> v128 {
        u64x2_extmul_high_u32x4(left, right)
    }

    #[inline(always)]
    fn narrow(even: v128, odd: v128) -> v128 {
        i32x4_shuffle::<0, 2, 4, 6>(even, odd)
    }

    #[inline(always)]
    fn sum(left: v128, right: v128) -> v128 {
        i64x2_add(left, right)
    }

    #[inline(always)]
    fn difference(left: v128, right: v128) -> v128 {
        i64x2_sub(left, right)
    }

    #[inline(always)]
    fn shift_left(wide: v128, bits: u32) -> v128 {
        i64x2_shl(wide, bits)
    }

    #[inline(always)]
    fn shift_right(wide: v128, bits: u32) -> v128 {
        u64x2_shr(wide, bits)
    }

    #[inline(always)]
    fn low_bits(wide: v128, bits: u32) -> v128 {
        v128_and(wide, u64x2_splat((1 << bits) - 1))
    }
}
