//! Several numbers side by side, so that one sequence of instructions computes with all of them.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod double;
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod single;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use double::Double as Widest;
#[cfg(test)]
pub(crate) use single::Single;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) use single::Single as Widest;

/// One of something for each lane, of which there are two at most.
pub(crate) type Each<T> = [T; 2];

/// The operations of the field on one machine word for each lane.
///
/// Every operation takes the same time whatever the values are. All of them are exact: callers keep sums and products
/// below 2^64 and differences at or above zero, and say why at the place.
pub(crate) trait Lanes: Copy {
    /// For each lane two limbs, an *even* and an *odd* one, each below 2^32.
    type Pair: Copy;
    /// For each lane one sum of products, below 2^64.
    type Wide: Copy;
    /// How many lanes there are.
    const COUNT: usize;
    /// No products yet.
    const ZERO: Self::Wide;

    /// Puts (even, odd) of each lane side by side; what is for a lane that is not there is dropped.
    fn gather(limbs: Each<(u32, u32)>) -> Self::Pair;
    /// (even, odd) of each lane, zeros for lanes that are not there.
    fn scatter(pair: Self::Pair) -> Each<(u32, u32)>;

    /// Limb by limb, below 2^32.
    fn add(left: Self::Pair, right: Self::Pair) -> Self::Pair;
    /// Limb by limb, no limb of `right` above its peer.
    fn sub(left: Self::Pair, right: Self::Pair) -> Self::Pair;
    /// Each limb times the factor, below 2^32.
    fn scale(pair: Self::Pair, factor: u32) -> Self::Pair;
    /// Even and odd limbs change places.
    fn swap(pair: Self::Pair) -> Self::Pair;
    /// Exchanges the two in all lanes where `mask` is all ones, and leaves them where it is zero.
    fn exchange(left: Self::Pair, right: Self::Pair, mask: u32) -> (Self::Pair, Self::Pair);

    /// The product of the even limbs.
    fn even_product(left: Self::Pair, right: Self::Pair) -> Self::Wide;
    /// The product of the odd limbs.
    fn odd_product(left: Self::Pair, right: Self::Pair) -> Self::Wide;
    /// Even and odd limbs, each below 2^32, as a pair again.
    fn narrow(even: Self::Wide, odd: Self::Wide) -> Self::Pair;

    /// left + right
    fn sum(left: Self::Wide, right: Self::Wide) -> Self::Wide;
    /// left - right
    fn difference(left: Self::Wide, right: Self::Wide) -> Self::Wide;
    /// wide * 2^bits
    fn shift_left(wide: Self::Wide, bits: u32) -> Self::Wide;
    /// wide / 2^bits, rounded down
    fn shift_right(wide: Self::Wide, bits: u32) -> Self::Wide;
    /// wide mod 2^bits, of at most 32 bits
    fn low_bits(wide: Self::Wide, bits: u32) -> Self::Wide;
}
