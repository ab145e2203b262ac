//! Scalars in base 16.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A scalar of Curve25519 (RFC 7748, section 5) as 64 digits from -8 to 8 in base 16, from the lowest on. Wiped when
/// dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Digits([i8; 64]);

impl Digits {
    /// Bits 0, 1, 2 and 255 count as clear, bit 254 as set.
    pub(crate) fn of(scalar: &[u8; 32]) -> Self {
        let mut digits = Self([0; 64]);
        for ([low, high], byte) in digits.0.as_chunks_mut().0.iter_mut().zip(scalar) {
            *low = (byte & 15).cast_signed();
            *high = (byte >> 4).cast_signed();
        }
        let [first, .., last] = &mut digits.0;
        *first &= 8;
        *last = *last & 3 | 4;
        // A digit above 7 becomes 16 less, and the next one 1 more. The last one is at most 7 + 1.
        let mut carry = 0;
        let [others @ .., last] = &mut digits.0;
        for digit in others {
            *digit += carry;
            carry = (*digit + 8) >> 4;
            *digit -= carry << 4;
        }
        *last += carry;
        digits
    }

    /// Digits of even and of odd places.
    pub(crate) fn pairs(&self) -> &[[i8; 2]] {
        self.0.as_chunks().0
    }
}
