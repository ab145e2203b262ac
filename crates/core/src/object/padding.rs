//! Sizes: what an observer of the server learns of a length.

use super::{CHUNK_LEN, header::Header};
use crate::job::TAG_LEN;

/// Bytes of the length before the content.
pub(super) const LENGTH_LEN: usize = 8;
/// No plaintext is shorter, so that small personas all look alike.
const MIN_PADDED_LEN: u64 = 4096;

/// The Padmé size (Nikitin et al., PETS 2019, algorithm 1) of `len` bytes: at most 12 % more, and only
/// O(log log len) bits of the length remain visible.
const fn padme(len: u64) -> u64 {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let mantissa_bits = exponent.ilog2() + 1;
    let mask = (1u64 << (exponent - mantissa_bits)) - 1;
    (len + mask) & !mask
}

/// Length of the plaintext that `content_len` bytes of content are sealed as. `content_len` is at most
/// [`super::CONTENT_MAX_BYTES`].
#[must_use]
pub const fn padded_len(content_len: u64) -> u64 {
    let padded = padme(content_len + LENGTH_LEN as u64);
    if padded < MIN_PADDED_LEN {
        MIN_PADDED_LEN
    } else {
        padded
    }
}

/// Length of the sealed object, header and tags included, without the file around it.
#[must_use]
pub const fn sealed_len(content_len: u64) -> u64 {
    let padded = padded_len(content_len);
    Header::LEN as u64 + padded + chunk_count(padded) * TAG_LEN as u64
}

/// Number of chunks of a plaintext that is not empty.
pub(super) const fn chunk_count(padded_len: u64) -> u64 {
    padded_len.div_ceil(CHUNK_LEN as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::object::CONTENT_MAX_BYTES;

    #[test]
    fn sizes_are_those_of_the_paper() {
        // 9 needs 4 bits, of which one is zeroed; 1 GiB is a power of two already.
        for (len, padded) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (9, 10),
            (100, 104),
            (1_000, 1_024),
            (1 << 30, 1 << 30),
        ] {
            assert_eq!(padme(len), padded, "{len}");
        }
    }

    #[test]
    fn small_contents_all_look_alike() {
        assert_eq!(padded_len(0), 4096);
        assert_eq!(padded_len(4088), 4096);
        assert_eq!(padded_len(4089), 4352);
        assert_eq!(sealed_len(0), 84 + 4096 + 16);
    }

    proptest! {
        #[test]
        fn padding_is_bounded_and_stable(len in 0..=CONTENT_MAX_BYTES) {
            let padded = padme(len);
            prop_assert!(padded >= len);
            prop_assert!(padded - len <= len * 12 / 100);
            prop_assert_eq!(padme(padded), padded);
        }
    }
}
