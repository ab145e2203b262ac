//! The twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1): which 32 bytes are a point of Ed25519,
//! and, since it is the curve of RFC 7748 in other coordinates, points that meet many scalars.

mod decoding;
mod digits;
mod point;
mod table;

pub(crate) use decoding::Coordinates;
pub(crate) use digits::Digits;
pub(crate) use table::Table;

use crate::field::Element;
use crate::lanes::Widest;
use crate::square::is_square;

/// d of the curve -x^2 + y^2 = 1 + d x^2 y^2: -121665/121666 modulo 2^255 - 19 (RFC 8032, section 5.1).
const D: [u8; 32] = [
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00, 0x98,
    0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
];

/// Whether the bytes are a point of Ed25519, by the rules that verifiers of whole batches agree on (ZIP 215): y is
/// taken modulo the prime, and a sign bit beside x = 0 is not looked at. RFC 8032, section 5.1.3, refuses these two.
///
/// The bytes are public: the time depends on them.
///
/// There is an x for y if and only if (y^2 - 1) / (d y^2 + 1) is a square. The divisor is never zero, since -1/d is no
/// square, and a quotient is a square if and only if the product is.
#[must_use]
pub fn is_ed25519_point(bytes: &[u8; 32]) -> bool {
    let y = Element::<Widest>::read([bytes, bytes]);
    let d = Element::read([&D, &D]);
    let one = Element::small(1);
    let yy = y.square();
    let product = yy.minus(&one).times(&d.times(&yy).plus(&one));
    let [number, _] = product.canonical();
    is_square(number)
}
