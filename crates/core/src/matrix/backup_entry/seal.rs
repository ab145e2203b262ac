//! Sealing entries under the public key of a backup.

use std::sync::OnceLock;

use keyhaven_curve25519_many::{FixedBase, SharedScalar};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{BackupEntry, BackupMacKey, EntryKeys, SessionData, SharedSecret, data::BackupMac};
use crate::{
    aes_modes,
    matrix::{
        exported_session::ExportedSession,
        recovery_key::{BackupPublicKey, RecoveryKey},
    },
    wiping,
};

/// Sessions from which on tables of the public key cost less than they save.
pub(super) const MANY: usize = 6;

/// Seals sessions for one backup. Whoever has the public key can; who has the private key as well adds a tag that
/// nobody else can make.
#[derive(Debug)]
pub struct BackupSealer {
    public_key: BackupPublicKey,
    mac_key: Option<BackupMacKey>,
    /// Tables of the public key, once many sessions were sealed.
    base: OnceLock<FixedBase>,
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
            base: OnceLock::new(),
        }
    }

    /// With the private key: entries can be told from those that the server made up.
    #[must_use]
    pub fn with_private_key(private_key: &RecoveryKey) -> Self {
        let sealer = Self::holding(private_key);
        wiping::wipe_stack_below();
        sealer
    }

    /// Never a part of its caller, so that all of the stack that it uses is below it.
    #[inline(never)]
    fn holding(private_key: &RecoveryKey) -> Self {
        Self {
            public_key: private_key.public_key(),
            mac_key: Some(BackupMacKey::derive(private_key)),
            base: OnceLock::new(),
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
        let entry = self.seal_alone(session, origin, &ephemeral);
        wiping::wipe_stack_below();
        entry
    }

    /// The entries of many sessions, in their order, in less time than each by itself takes.
    ///
    /// # Errors
    /// [`LowOrderError`], which no honest backup gives.
    pub fn seal_all(
        &self,
        sessions: &[ExportedSession],
        origin: Origin,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<BackupEntry>, LowOrderError> {
        if sessions.len() < MANY {
            return sessions
                .iter()
                .map(|session| self.seal(session, origin, rng))
                .collect();
        }
        let mut ephemerals = Zeroizing::new(vec![[0; 32]; sessions.len()]);
        rng.fill_bytes(ephemerals.as_flattened_mut());
        let entries = self.seal_together(sessions, origin, &ephemerals);
        wiping::wipe_stack_below();
        entries
    }

    /// Never a part of its caller, so that all of the stack that it uses is below it.
    #[inline(never)]
    fn seal_alone(
        &self,
        session: &ExportedSession,
        origin: Origin,
        ephemeral: &[u8; 32],
    ) -> Result<BackupEntry, LowOrderError> {
        let (ephemeral, shared) = SharedScalar::new(*ephemeral).meet(self.public_key.as_bytes());
        Ok(self.seal_with(session, origin, ephemeral, &shared.ok_or(LowOrderError)?))
    }

    /// As [`BackupSealer::seal_alone`], of all of them.
    #[inline(never)]
    fn seal_together(
        &self,
        sessions: &[ExportedSession],
        origin: Origin,
        ephemerals: &[[u8; 32]],
    ) -> Result<Vec<BackupEntry>, LowOrderError> {
        let base = self
            .base
            .get_or_init(|| FixedBase::new(self.public_key.as_bytes()));
        let met = base.meet(ephemerals);
        let pairs = sessions.iter().zip(&met);
        pairs
            .map(|(session, (ephemeral, shared))| {
                let shared = shared.as_ref().ok_or(LowOrderError)?;
                Ok(self.seal_with(session, origin, *ephemeral, shared))
            })
            .collect()
    }

    fn seal_with(
        &self,
        session: &ExportedSession,
        origin: Origin,
        ephemeral: [u8; 32],
        shared: &keyhaven_curve25519_many::SharedSecret,
    ) -> BackupEntry {
        // EXPOSE: one type of secret becomes another.
        let mut shared = Zeroizing::new(*shared.expose_secret());
        let keys = EntryKeys::derive(&SharedSecret::take_bytes(&mut shared));
        let json = match origin {
            Origin::Received => session.to_json(),
            Origin::Imported => session.to_unauthenticated_json(),
        };
        let mut session_data = SessionData {
            ephemeral,
            mac: keys.truncated_mac(),
            ciphertext: encrypt(&keys, &json),
            backup_mac: None,
        };
        if let Some(mac_key) = &self.mac_key {
            let canonical = session_data.to_canonical().into_bytes();
            session_data.backup_mac = Some(BackupMac {
                tag: mac_key.tag(&canonical),
                canonical,
            });
        }
        BackupEntry {
            first_message_index: session.first_index(),
            forwarded_count: match origin {
                Origin::Received => 0,
                Origin::Imported => 1,
            },
            is_verified: false,
            session_data,
        }
    }
}

fn encrypt(keys: &EntryKeys, json: &[u8]) -> Vec<u8> {
    let parts = keys.parts();
    aes_modes::encrypt_cbc(parts.cipher, parts.iv, json)
}
