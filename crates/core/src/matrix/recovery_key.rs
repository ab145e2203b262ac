//! Recovery keys of Matrix: 32 bytes, and the text that a person keeps of them
//! ([cryptographic key representation](https://spec.matrix.org/v1.19/appendices/#cryptographic-key-representation)).
//!
//! ```text
//! bytes  = 0x8b ‖' 0x01 ‖' key (32) ‖' parity            parity makes the XOR of all 35 bytes zero
//! text   = base58(bytes), alphabet of Bitcoin            48 characters, shown in groups of four
//! public = X25519(key, 9)                                where it is the key of a room key backup
//! ```
//!
//! The same text stands for the key of a backup and for the key of secret storage. One parity byte lets one mistake in
//! some hundreds pass: what is read is certain only after the backup's public key or the storage's key check agreed.

mod base58;
mod derivation;

mod repair;
mod text;

use keyhaven_curve25519_many::SharedScalar;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

pub use derivation::{Derivation, DerivationError};
pub use repair::Repair;
pub use text::{Lookalike, RecoveryKeyError};

use crate::secret::secret;

use super::base64;

secret! {
    /// A recovery key of Matrix.
    RecoveryKey[32]
}

/// The public half of a recovery key: what room keys are sealed under in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BackupPublicKey([u8; 32]);

impl RecoveryKey {
    /// A new one.
    #[must_use]
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        rng.fill_bytes(bytes.as_mut_slice());
        Self::take_bytes(&mut bytes)
    }

    /// Reads what a person typed or pasted. White space and dashes of every kind are passed over.
    ///
    /// # Errors
    /// [`RecoveryKeyError`] points at what to look at.
    pub fn parse(typed: &str) -> Result<Self, RecoveryKeyError> {
        let key = text::parse(typed);
        crate::wiping::wipe_stack_below();
        key
    }

    /// Keys that `typed` may stand for: one character is another one, or two neighbours are swapped. `is_right` says
    /// which of those that pass parity is the key, by the backup's public key or the storage's key check; the first such
    /// is the answer. For a person to confirm, and never to be used in silence.
    #[must_use]
    pub fn repair(typed: &str, mut is_right: impl FnMut(&Self) -> bool) -> Option<Repair> {
        repair::repair(typed, &mut is_right)
    }

    /// Reads the base64 that secret storage has of the key of a backup.
    #[must_use]
    pub fn parse_base64(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        base64::decode_into(text.trim().as_bytes(), bytes.as_mut_slice())
            .then(|| Self::take_bytes(&mut bytes))
    }

    /// The 43 characters that secret storage has of the key of a backup.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(Vec::with_capacity(base64::encoded_len(Self::LEN)));
        // EXPOSE: the text is made to be sealed in secret storage.
        base64::encode(self.expose_secret(), &mut text);
        let mut written = Zeroizing::new(String::with_capacity(text.len()));
        written.extend(text.iter().copied().map(char::from));
        written
    }

    /// The text that a person keeps: twelve groups of four characters.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        text::write(self)
    }

    /// What a backup under this key has as its public key.
    #[must_use]
    pub fn public_key(&self) -> BackupPublicKey {
        // EXPOSE: input of the computation; the copy on the stack is overwritten behind it.
        let public = SharedScalar::new(*self.expose_secret()).public_key();
        crate::wiping::wipe_stack_below();
        BackupPublicKey(public)
    }
}

impl BackupPublicKey {
    /// Reads base64, padded or not. Which of the 32 bytes make a point is nobody's secret: every 32 bytes do.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        base64::decode_array(text.as_bytes()).map(Self)
    }

    /// These 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 43 characters of base64.
    #[must_use]
    pub fn to_text(&self) -> String {
        base64::to_text(&self.0)
    }
}

#[cfg(test)]
mod tests;
