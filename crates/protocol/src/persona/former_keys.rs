//! Backup keys that another one took the place of, sealed under that one (`docs/formats.md`, section 4.1).

use serde::{Deserialize, Serialize};

use crate::base64url::{B64, B64Within};

/// Most former keys that are kept: with one more the oldest is dropped.
pub const FORMER_KEYS_MAX: usize = 32;
/// Fewest bytes of the ciphertext: version, generation and count, one key, the tag.
pub const FORMER_KEYS_LEAST_BYTES: usize = ciphertext_len(1);
/// Most bytes of the ciphertext.
pub const FORMER_KEYS_MOST_BYTES: usize = ciphertext_len(FORMER_KEYS_MAX);

/// One to 32 keys with what stands before them, and the 16 bytes of the tag.
pub type FormerKeysCiphertext = B64Within<FORMER_KEYS_LEAST_BYTES, FORMER_KEYS_MOST_BYTES>;

/// The former backup keys of an account. The server keeps it and cannot read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedFormerKeys {
    /// Nonce of AES-256-GCM.
    pub nonce: B64<12>,
    /// The keys, and the tag.
    pub ciphertext: FormerKeysCiphertext,
}

/// Bytes of the ciphertext of so many keys.
#[must_use]
pub const fn ciphertext_len(keys: usize) -> usize {
    6 + keys * 32 + 16
}
