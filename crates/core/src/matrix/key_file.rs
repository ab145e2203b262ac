//! Key files: exported sessions under a passphrase
//! ([key exports](https://spec.matrix.org/v1.19/client-server-api/#key-exports)).
//!
//! ```text
//! file   = armour(header ‖' ciphertext ‖' tag)                                at least 69 bytes
//! header = 0x01 ‖' salt (16) ‖' IV (16) ‖' u32 BE rounds                      37 bytes
//! K ‖' K' = PBKDF2-HMAC-SHA-512(passphrase, salt, rounds, 64 bytes)
//! ciphertext = AES-256-CTR(K, IV, JSON list of sessions)
//! tag    = HMAC-SHA-256(K', header ‖' ciphertext)                             32 bytes
//! ```
//!
//! A file in memory is opened at once: [`SealedKeyFile`]. One of any size is read twice, in pieces: [`Authentication`]
//! ends with [`Authenticated`], which is the only way to a [`SessionPass`], which decrypts. So that the second reading
//! cannot be of something else, it checks a tag of everything before it at every step, and nothing is decrypted before.
//! Likewise [`seal()`] writes a file in memory, and [`KeyFileWriter`] one of any size.

mod counter;
mod error;
mod header;
mod keys;
mod passes;
mod seal;
mod segments;
mod whole;
mod writer;

pub use error::{OpenKeyFileError, SealKeyFileError};
pub use header::{Header, HeaderReader, Limits};
pub use keys::Keys;
pub use passes::{Authenticated, Authentication, SessionPass};
pub use seal::{Rounds, SessionList, seal};
pub use whole::{OpenedKeyFile, SealedKeyFile, SealedKeyFileReader};
pub use writer::KeyFileWriter;

const HEADER_LEN: usize = 37;
const TAG_LEN: usize = 32;
/// Bytes of a file with nothing in it.
const MIN_LEN: usize = HEADER_LEN + TAG_LEN;
/// Bytes of ciphertext that are authenticated and decrypted together: whole blocks of the cipher.
pub const SEGMENT_LEN: usize = 256 * 1024;

#[cfg(test)]
mod tests;
