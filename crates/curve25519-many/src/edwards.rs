//! The twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1): which 32 bytes are a point of Ed25519,
//! and, since it is the curve of RFC 7748 in other coordinates, points that meet many scalars.

mod digits;
mod encoded;
mod montgomery;
mod point;
mod table;

pub(crate) use digits::Digits;
pub use encoded::is_ed25519_point;
pub(crate) use montgomery::Coordinates;
pub(crate) use table::Table;

/// d of the curve -x^2 + y^2 = 1 + d x^2 y^2: -121665/121666 modulo 2^255 - 19 (RFC 8032, section 5.1).
const D: [u8; 32] = [
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00, 0x98,
    0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
];
