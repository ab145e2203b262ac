//! Entries of the room key backup, `m.megolm_backup.v1.curve25519-aes-sha2`
//! ([specification](https://spec.matrix.org/v1.19/client-server-api/#backup-algorithm-mmegolm_backupv1curve25519-aes-sha2)).
//!
//! ```text
//! shared  = X25519(ephemeral key, public key of the backup)         refused if all zero
//! AES key (32) ‖' MAC key (32) ‖' IV (16) = HKDF-SHA-256(shared, salt none, info empty, 80 bytes)
//! ciphertext = AES-256-CBC, PKCS#7 (JSON of one session)
//! mac        = first 8 bytes of HMAC-SHA-256(MAC key, nothing)
//! backup_mac = HMAC-SHA-256(HKDF-SHA-256(private key, salt none, "MATRIX_BACKUP_MAC_KEY", 32), canonical JSON of
//!              session_data without "unsigned" and "signatures")    (MSC4048; optional)
//! ```
//!
//! `mac` says that whoever sealed the entry knew the public key, which the server does, and nothing about the ciphertext.
//! So what opens is [`Authenticity::None`] unless `backup_mac` is there and right, which takes the private key to make.
//! The room of an entry stands outside of it; we write it inside too, so that a moved entry is noticed.

mod data;
mod error;
mod open;
mod seal;

use zeroize::Zeroizing;

pub use data::{BackupEntry, SessionData};
pub use error::{EntryFormatError, OpenEntryError};
pub use open::{Authenticity, BackupOpener, OpenedEntry, Place, SharedSecret};
pub use seal::{BackupSealer, LowOrderError, Origin};

use super::mac;
use crate::secret::secret;

secret! {
    /// Authenticates entries; derived from the private key of a backup.
    BackupMacKey[32]
}

const MAC_KEY_LABEL: &[u8] = b"MATRIX_BACKUP_MAC_KEY";
const TRUNCATED_MAC_LEN: usize = 8;

/// The keys of one entry.
struct EntryKeys(Zeroizing<[u8; 80]>);

/// [`EntryKeys`] by their use.
struct KeyParts<'keys> {
    cipher: &'keys [u8; 32],
    mac: &'keys [u8; 32],
    iv: &'keys [u8; 16],
}

impl EntryKeys {
    fn derive(shared: &SharedSecret) -> Self {
        let mut keys = Zeroizing::new([0; 80]);
        #[expect(
            clippy::expect_used,
            reason = "HKDF-SHA-256 gives up to 8,160 bytes and 80 are asked for"
        )]
        // EXPOSE: input of a derivation.
        hkdf::Hkdf::<sha2::Sha256>::new(None, shared.expose_secret())
            .expand(&[], keys.as_mut_slice())
            .expect("80 bytes are within the limit of HKDF");
        Self(keys)
    }

    #[expect(clippy::expect_used, reason = "32 + 32 + 16 bytes are 80")]
    fn parts(&self) -> KeyParts<'_> {
        let (cipher, rest) = self.0.split_first_chunk().expect("32 bytes");
        let (mac, rest) = rest.split_first_chunk().expect("32 bytes");
        let iv = rest.first_chunk().expect("16 bytes");
        KeyParts { cipher, mac, iv }
    }

    /// HMAC over nothing, cut to its first bytes.
    fn truncated_mac(&self) -> [u8; TRUNCATED_MAC_LEN] {
        let tag: [u8; 32] = mac::of(self.parts().mac, b"").into();
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = tag;
        [b0, b1, b2, b3, b4, b5, b6, b7]
    }
}

impl BackupMacKey {
    fn derive(private_key: &super::recovery_key::RecoveryKey) -> Self {
        // EXPOSE: input of a derivation.
        Self::take_bytes(&mut crate::hkdf::derive(
            &[],
            private_key.expose_secret(),
            MAC_KEY_LABEL,
        ))
    }

    /// The tag over the canonical JSON of an entry's `session_data`.
    fn tag(&self, canonical: &[u8]) -> [u8; 32] {
        // EXPOSE: key of the MAC.
        mac::of(self.expose_secret(), canonical).into()
    }
}

#[cfg(test)]
mod tests;
