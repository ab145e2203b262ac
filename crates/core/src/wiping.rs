//! Buffers that grow without leaving copies behind.

use std::mem;

use zeroize::Zeroizing;

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
