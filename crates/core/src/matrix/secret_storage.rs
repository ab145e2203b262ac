//! Secret storage, `m.secret_storage.v1.aes-hmac-sha2`
//! ([specification](https://spec.matrix.org/v1.19/client-server-api/#msecret_storagev1aes-hmac-sha2)): secrets of an
//! account under a key that its owner has as text or as a passphrase.
//!
//! ```text
//! key        = recovery key text, or PBKDF2-HMAC-SHA-512(passphrase, salt as UTF-8, iterations, 32 bytes)
//! AES key (32) ‖' MAC key (32) = HKDF-SHA-256(key, salt none, name of the secret)
//! ciphertext = AES-256-CTR(AES key, IV, secret)           IV with the top bit of byte 8 clear
//! mac        = HMAC-SHA-256(MAC key, ciphertext)          the IV is not covered
//! key check  = iv and mac of 32 zero bytes under the empty name
//! ```
//!
//! The name is in the keys, so that a secret that was moved to another name does not open.

mod description;
mod secret_text;

pub use description::{DescriptionError, KeyDescription, OpenStorageError};
pub use secret_text::{EncryptedSecret, SecretFormatError, SecretStorage, WrongSecretError};

/// The only algorithm.
pub const ALGORITHM: &str = "m.secret_storage.v1.aes-hmac-sha2";
/// The name of the secret that is the private key of a backup, as base64.
pub const BACKUP_SECRET: &str = "m.megolm_backup.v1";

#[cfg(test)]
mod tests;
