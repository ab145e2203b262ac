//! Which 32 bytes are a point of Ed25519.

use crate::field::Element;
use crate::lanes::Widest;
use crate::square::is_square;

use super::D;

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
