//! Buffers that grow, and are used again, without leaving copies behind.

use std::mem;

use zeroize::{Zeroize as _, Zeroizing};

/// `content` in the memory of `spare`, if it has room. What is used again need not be wiped in between, and wiping
/// takes longer than a cipher does.
pub(crate) fn refill(spare: Zeroizing<Vec<u8>>, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut buffer = if spare.capacity() < content.len() {
        // Not grown: what `Vec` leaves behind when it grows is not wiped.
        Zeroizing::new(Vec::with_capacity(content.len()))
    } else {
        spare
    };
    buffer.clear();
    buffer.extend_from_slice(content);
    buffer
}

/// Appends `more`. Grows by hand: what `Vec` leaves behind when it grows is not wiped.
pub(crate) fn append(content: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if content.capacity() - content.len() < more.len() {
        let mut grown = Zeroizing::new(Vec::with_capacity(
            (content.len() + more.len()).max(2 * content.capacity()),
        ));
        grown.extend_from_slice(content);
        mem::swap(content, &mut grown);
    }
    content.extend_from_slice(more);
}

/// Room for `more` bytes, so that they can be written one by one. Grows by hand, as [`append`] does.
#[cfg(feature = "matrix")]
pub(crate) fn reserve(content: &mut Zeroizing<Vec<u8>>, more: usize) {
    if content.capacity() - content.len() < more {
        let mut grown = Zeroizing::new(Vec::with_capacity(
            (content.len() + more).max(2 * content.capacity()),
        ));
        grown.extend_from_slice(content);
        mem::swap(content, &mut grown);
    }
}

/// More of the stack than a derivation uses below its caller.
const STACK_BYTES: usize = 32 * 1024;

/// Overwrites the part of the stack that the calls before this one have used: the primitives leave copies of what they
/// compute in it. Those calls must not have become a part of the caller (`#[inline(never)]`). Rust promises no place to a
/// local variable, so that tests look at the memory itself.
#[inline(never)]
pub fn wipe_stack_below() {
    let mut used = [0_u8; STACK_BYTES];
    used.zeroize();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_capacity(capacity: usize) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(Vec::with_capacity(capacity))
    }

    #[test]
    fn memory_with_room_is_used_again() {
        for len in [5, 10] {
            let spare = with_capacity(10);
            let place = spare.as_ptr();
            let filled = refill(spare, &vec![7; len]);
            assert_eq!((filled.as_slice(), filled.as_ptr()), (&vec![7; len][..], place));
        }
    }

    #[test]
    fn memory_without_room_is_replaced_and_never_grown() {
        // A `Vec` that grows would double these eight bytes.
        let filled = refill(with_capacity(8), &[7; 10]);
        assert_eq!((filled.as_slice(), filled.capacity()), (&[7; 10][..], 10));
    }

    #[test]
    fn what_fits_is_appended_where_it_is() {
        let mut content = with_capacity(10);
        content.extend_from_slice(&[1; 4]);
        let place = content.as_ptr();
        append(&mut content, &[2; 6]);
        assert_eq!(
            (content.as_slice(), content.as_ptr()),
            (&[1, 1, 1, 1, 2, 2, 2, 2, 2, 2][..], place)
        );
    }

    #[cfg(feature = "matrix")]
    #[test]
    fn room_is_made_where_there_is_none_and_only_there() {
        for (more, is_kept) in [(0, true), (6, true), (7, false), (40, false)] {
            let mut content = with_capacity(10);
            content.extend_from_slice(&[1; 4]);
            let place = content.as_ptr();
            reserve(&mut content, more);
            assert_eq!(content.as_slice(), [1; 4]);
            assert_eq!(content.as_ptr() == place, is_kept, "{more}");
            assert!(content.capacity() - content.len() >= more);
        }
    }

    #[cfg(feature = "matrix")]
    #[test]
    fn what_grows_and_grows_is_copied_a_few_times_only() {
        let mut content = with_capacity(1);
        let mut places = 0;
        for _ in 0..1_000 {
            let place = content.as_ptr();
            reserve(&mut content, 1);
            content.push(7);
            places += usize::from(content.as_ptr() != place);
        }
        assert!(places <= 10, "{places}");
    }
}
