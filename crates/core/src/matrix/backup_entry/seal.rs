//! Sealing entries under the public key of a backup.

use aes::Aes256;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _, block_padding::Pkcs7};
use curve25519_dalek::montgomery::MontgomeryPoint;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{BackupEntry, BackupMacKey, EntryKeys, SessionData, SharedSecret, data::BackupMac};
use crate::{
    matrix::{
        exported_session::ExportedSession,
        recovery_key::{BackupPublicKey, RecoveryKey},
    },
    wiping,
};

const BLOCK_LEN: usize = 16;

/// Seals sessions for one backup. Whoever has the public key can; who has the private key as well adds a tag that
/// nobody else can make.
#[derive(Debug)]
pub struct BackupSealer {
    public_key: BackupPublicKey,
    mac_key: Option<BackupMacKey>,
}

/// Where this device has a session from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From the device that made it, over an encrypted channel.
    Received,
    /// From a file or a backup: who made it is hearsay.
    Imported,
}

/// The public key makes everything that is sealed under it known to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the public key of the backup is of low order")]
pub struct LowOrderError;

impl BackupSealer {
    /// With nothing but the public key.
    #[must_use]
    pub const fn new(public_key: BackupPublicKey) -> Self {
        Self {
            public_key,
            mac_key: None,
        }
    }

    /// With the private key: entries can be told from those that the server made up.
    #[must_use]
    pub fn with_private_key(private_key: &RecoveryKey) -> Self {
        Self {
            public_key: private_key.public_key(),
            mac_key: Some(BackupMacKey::derive(private_key)),
        }
    }

    /// The entry of one session.
    ///
    /// # Errors
    /// [`LowOrderError`], which no honest backup gives.
    pub fn seal(
        &self,
        session: &ExportedSession,
        origin: Origin,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<BackupEntry, LowOrderError> {
        let mut ephemeral = Zeroizing::new([0; 32]);
        rng.fill_bytes(ephemeral.as_mut_slice());
        let session_data = self.seal_with(session, origin, &ephemeral);
        wiping::wipe_stack_below();
        Ok(BackupEntry {
            first_message_index: session.first_index(),
            forwarded_count: match origin {
                Origin::Received => 0,
                Origin::Imported => 1,
            },
            is_verified: false,
            session_data: session_data?,
        })
    }

    /// Never a part of its caller, so that all of the stack that it uses is below it.
    #[inline(never)]
    fn seal_with(
        &self,
        session: &ExportedSession,
        origin: Origin,
        ephemeral: &[u8; 32],
    ) -> Result<SessionData, LowOrderError> {
        let mut shared = MontgomeryPoint(*self.public_key.as_bytes())
            .mul_clamped(*ephemeral)
            .to_bytes();
        if shared == [0; 32] {
            return Err(LowOrderError);
        }
        let keys = EntryKeys::derive(&SharedSecret::take_bytes(&mut shared));
        let json = match origin {
            Origin::Received => session.to_json(),
            Origin::Imported => session.to_unauthenticated_json(),
        };
        let mut data = SessionData {
            ephemeral: MontgomeryPoint::mul_base_clamped(*ephemeral).to_bytes(),
            mac: keys.truncated_mac(),
            ciphertext: encrypt(&keys, &json),
            backup_mac: None,
        };
        if let Some(mac_key) = &self.mac_key {
            let canonical = data.to_canonical().into_bytes();
            data.backup_mac = Some(BackupMac {
                tag: mac_key.tag(&canonical),
                canonical,
            });
        }
        Ok(data)
    }
}

fn encrypt(keys: &EntryKeys, json: &[u8]) -> Vec<u8> {
    let parts = keys.parts();
    // Room for the padding, so that the text is encrypted where it is.
    let mut text = Zeroizing::new(vec![0; json.len() / BLOCK_LEN * BLOCK_LEN + BLOCK_LEN]);
    if let Some(place) = text.get_mut(..json.len()) {
        place.copy_from_slice(json);
    }
    let cipher = cbc::Encryptor::<Aes256>::new(parts.cipher.into(), parts.iv.into());
    #[expect(clippy::expect_used, reason = "the room for the padding was made above")]
    cipher
        .encrypt_padded::<Pkcs7>(&mut text, json.len())
        .expect("room for the padding")
        .to_vec()
}
