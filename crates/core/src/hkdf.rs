//! HKDF-SHA-256 (RFC 5869) to 32 bytes.

use hkdf::Hkdf;
use sha2::Sha256;

/// `HKDF-SHA-256(key, salt, info)` → 32 bytes. An empty salt is RFC 5869's absent one. The caller wipes the result by
/// handing it to `take_bytes` of the secret's role.
pub(crate) fn derive(salt: &[u8], key: &[u8], info: &[u8]) -> [u8; 32] {
    let mut output = [0; 32];
    #[expect(
        clippy::expect_used,
        reason = "HKDF-SHA-256 gives up to 8,160 bytes and 32 are asked for"
    )]
    Hkdf::<Sha256>::new(Some(salt), key)
        .expand(info, &mut output)
        .expect("32 bytes are within the limit of HKDF");
    output
}
