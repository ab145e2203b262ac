//! From the coordinate u of Curve25519 to a point of the twisted Edwards curve.

use crate::bytes;
use crate::field::{Element, invert_all, root_power};
use crate::lanes::Lanes;

use super::D;

/// A square root of -1 (RFC 8032, section 5.1.3): 2^((p - 1)/4) for the prime p.
const ROOT_OF_MINUS_ONE: [u8; 32] = [
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f, 0xa7,
    0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b,
];

/// The two coordinates of a point, in 32 bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Coordinates {
    pub(crate) x: [u8; 32],
    pub(crate) y: [u8; 32],
}

impl Coordinates {
    /// The base point of RFC 8032, section 5.1, with u = 9.
    pub(crate) const BASE_POINT: Self = Self {
        x: [
            0x1a, 0xd5, 0x25, 0x8f, 0x60, 0x2d, 0x56, 0xc9, 0xb2, 0xa7, 0x25, 0x95, 0x60, 0xc7, 0x2c, 0x69,
            0x5c, 0xdc, 0xd6, 0xfd, 0x31, 0xe2, 0xa4, 0xc0, 0xfe, 0x53, 0x6e, 0xcd, 0xd3, 0x36, 0x69, 0x21,
        ],
        y: [
            0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
            0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
        ],
    };

    /// One of the two points with this coordinate u (RFC 7748, section 4.1); `None` if there are none, and u is one of the
    /// twist. The point is public: the time depends on it.
    ///
    /// y = (u - 1)/(u + 1), so x^2 = (y^2 - 1)/(d y^2 + 1) is -4u over d (u - 1)^2 + (u + 1)^2, which is never zero.
    pub(crate) fn of_montgomery<L: Lanes>(u: &[u8; 32]) -> Option<Self> {
        let u = Element::<L>::read([u, u]);
        let one = Element::small(1);
        let (below, above) = (u.minus(&one).tightened(), u.plus(&one).tightened());
        let numerator = Element::small(0).minus(&u.scaled(4)).tightened();
        let denominator = Element::read([&D, &D])
            .times(&below.square())
            .plus(&above.square());
        let x = root(&numerator, &denominator.tightened())?;
        let mut denominators = [above];
        invert_all(&mut denominators);
        let [inverse] = denominators;
        Some(Self {
            x: bytes_of(&x),
            y: bytes_of(&below.times(&inverse)),
        })
    }
}

/// A square root of the quotient, if there is one (RFC 8032, section 5.1.3, steps 2 and 3). Takes and gives tight ones.
fn root<L: Lanes>(numerator: &Element<L>, denominator: &Element<L>) -> Option<Element<L>> {
    let cube = denominator.square().times(denominator);
    let seventh = cube.square().times(denominator);
    let power = root_power(&numerator.times(&seventh));
    let root = numerator.times(&cube).times(&power);
    let square = denominator.times(&root.square());
    if is_zero(&square.minus(numerator)) {
        return Some(root);
    }
    let is_root_of_minus = is_zero(&square.plus(numerator));
    is_root_of_minus.then(|| root.times(&Element::read([&ROOT_OF_MINUS_ONE; 2])))
}

/// Takes a difference.
fn is_zero<L: Lanes>(element: &Element<L>) -> bool {
    let [words, _] = element.tightened().canonical();
    words == [0; 4]
}

fn bytes_of<L: Lanes>(element: &Element<L>) -> [u8; 32] {
    let [words, _] = element.canonical();
    bytes(&words)
}
