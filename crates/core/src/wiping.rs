//! Buffers that grow, and are used again, without leaving copies behind.

use std::mem;

use zeroize::Zeroizing;

/// `content` in the memory of `spare`, if it has room. What is used again need not be wiped in between, and wiping takes
/// longer than a cipher does.
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
