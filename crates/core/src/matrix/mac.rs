//! HMAC-SHA-256, which makes every tag here, and the parts of a ratchet. `hmac` wipes what it makes of a key.

use hmac::{Hmac, KeyInit as _, Mac as _, digest::Output};
use sha2::Sha256;

/// A tag before its first byte of text. Compiled once: it is asked for in many places.
#[inline(never)]
pub(super) fn start(key: &[u8; 32]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    Hmac::new_from_slice(key).expect("32 bytes are a key")
}

/// The tag of a text.
#[inline(never)]
pub(crate) fn of(key: &[u8; 32], text: &[u8]) -> Output<Sha256> {
    start(key).chain_update(text).finalize().into_bytes()
}
