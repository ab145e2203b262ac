//! `‖`: concatenation of length-prefixed parts, so that no two inputs collide.
//!
//! ```text
//! a ‖ b = len(a) a len(b) b        len: u32, big endian, in bytes
//! ```
//!
//! A label is a part like any other.

/// Bytes of one length prefix.
const PREFIX_LEN: usize = 4;

/// Why bytes are not the expected number of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// A part, or the length before it, ends after the bytes do.
    #[error("part {index} is cut off")]
    Truncated {
        /// Index of the part, from 0.
        index: usize,
    },
    /// Bytes are left after the last part.
    #[error("{extra} bytes are left after the last part")]
    Trailing {
        /// How many.
        extra: usize,
    },
}

/// `parts[0] ‖ parts[1] ‖ …`
///
/// # Panics
/// If a part has 4 GiB or more; every caller's bound is far below.
#[must_use]
pub fn parts(parts: &[&[u8]]) -> Vec<u8> {
    let len = parts.iter().map(|part| PREFIX_LEN + part.len()).sum();
    let mut joined = Vec::with_capacity(len);
    for part in parts {
        #[expect(
            clippy::expect_used,
            reason = "a shortened length would let two inputs collide"
        )]
        let prefix = u32::try_from(part.len()).expect("a part is below 4 GiB");
        joined.extend_from_slice(&prefix.to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

/// The `N` parts that `bytes` consist of, nothing before, between or after them. Allocates nothing.
///
/// # Errors
/// [`PartsError`] if there are fewer or more bytes than the lengths say.
pub fn split_parts<const N: usize>(bytes: &[u8]) -> Result<[&[u8]; N], PartsError> {
    let mut found: [&[u8]; N] = [&[]; N];
    let mut rest = bytes;
    for (index, slot) in found.iter_mut().enumerate() {
        let (prefix, after) = rest
            .split_first_chunk::<PREFIX_LEN>()
            .ok_or(PartsError::Truncated { index })?;
        let len =
            usize::try_from(u32::from_be_bytes(*prefix)).map_err(|_| PartsError::Truncated { index })?;
        let (part, after) = after
            .split_at_checked(len)
            .ok_or(PartsError::Truncated { index })?;
        *slot = part;
        rest = after;
    }
    if rest.is_empty() {
        Ok(found)
    } else {
        Err(PartsError::Trailing { extra: rest.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_prefixed_with_their_length() {
        assert_eq!(parts(&[b"ab", b"", b"c"]), b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c");
    }

    #[test]
    fn moving_a_boundary_changes_the_bytes() {
        assert_ne!(parts(&[b"ab", b"c"]), parts(&[b"a", b"bc"]));
        assert_ne!(parts(&[b"ab"]), parts(&[b"ab", b""]));
    }

    #[test]
    fn what_was_joined_splits() {
        let joined = parts(&[b"inventory", b"", b"object"]);
        assert_eq!(split_parts::<3>(&joined), Ok([&b"inventory"[..], b"", b"object"]));
    }

    #[test]
    fn a_missing_end_is_named_by_its_part() {
        let joined = parts(&[b"one", b"two"]);
        assert_eq!(
            split_parts::<2>(&joined[..joined.len() - 1]),
            Err(PartsError::Truncated { index: 1 })
        );
        assert_eq!(
            split_parts::<2>(&joined[..9]),
            Err(PartsError::Truncated { index: 1 })
        );
        assert_eq!(split_parts::<2>(&[]), Err(PartsError::Truncated { index: 0 }));
    }

    #[test]
    fn bytes_after_the_last_part_are_refused() {
        let joined = parts(&[b"one", b"two"]);
        assert_eq!(split_parts::<1>(&joined), Err(PartsError::Trailing { extra: 7 }));
    }

    #[test]
    fn a_length_beyond_the_bytes_allocates_nothing() {
        assert_eq!(
            split_parts::<1>(&[0xff, 0xff, 0xff, 0xff, 1]),
            Err(PartsError::Truncated { index: 0 })
        );
    }
}
