//! Curve25519 where one key meets thousands of entries: a restored backup, a file of keys.
//!
//! [`SharedScalar`] is X25519 (RFC 7748) of one private scalar with many points. Points go up the Montgomery ladder
//! side by side where the target has vectors (two in WebAssembly's `simd128`, one elsewhere), and many share one
//! inversion. [`FixedBase`] is X25519 of many private scalars with one point, of which multiples are known before. The
//! time of both does not depend on secrets. [`is_ed25519_point`] tells whether 32 public bytes are a point of
//! Ed25519 (RFC 8032), without the square root that decoding them takes; its time depends on them.
//!
//! In reading order: `lanes` has the operations on machine words, `field` the arithmetic modulo 2^255 - 19 with the
//! bounds of its limbs, `ladder` and `edwards` the multiplication of points.

#[cfg(test)]
mod draws;
mod edwards;
mod field;
mod fixed_base;
mod fractions;
mod ladder;
mod lanes;
mod shared_scalar;
mod square;

pub use edwards::is_ed25519_point;
pub use fixed_base::{FixedBase, Met};
pub use shared_scalar::{SharedScalar, SharedSecret};

/// Of a number in four words from the lowest on.
fn bytes(words: &[u64; 4]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *chunk = word.to_le_bytes();
    }
    bytes
}
