//! The key hierarchy of persona backups (`docs/key-hierarchy.md` draws it).
//!
//! ```text
//! salt        = SHA-256("keyhaven/persona/salt/1" ‖ API origin ‖ normalised address ‖ server salt)
//! root        = Argon2id(password, salt, params)                            64 bytes
//! authKey     = HKDF-SHA-256(root, "keyhaven/persona/auth/1")               32 bytes
//! wrapKey     = HKDF-SHA-256(root, "keyhaven/persona/wrap/1")               32 bytes
//! recAuth     = HKDF-SHA-256(RC,   "keyhaven/persona/recovery-auth/1")      32 bytes
//! recWrap     = HKDF-SHA-256(RC,   "keyhaven/persona/recovery-wrap/1")      32 bytes
//! unlockProof = HKDF-SHA-256(BK,   "keyhaven/persona/unlock/1")             32 bytes
//! ```

mod origin;
mod root;

use keyhaven_protocol::base64url;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

pub use origin::{ApiOrigin, OriginError};
pub use root::{DeriveRootError, Root, Salt, derive_root, derive_salt};

use crate::{hkdf, recovery_code::RecoveryCode, secret::secret};

const AUTH_LABEL: &[u8] = b"keyhaven/persona/auth/1";
const WRAP_LABEL: &[u8] = b"keyhaven/persona/wrap/1";
const RECOVERY_AUTH_LABEL: &[u8] = b"keyhaven/persona/recovery-auth/1";
const RECOVERY_WRAP_LABEL: &[u8] = b"keyhaven/persona/recovery-wrap/1";
const UNLOCK_LABEL: &[u8] = b"keyhaven/persona/unlock/1";

secret! {
    /// What is sent wherever the wire says `password`. It signs in and opens nothing.
    AuthKey[32]
}
secret! {
    /// Seals and opens a wrap of the backup key; derived from the password or from the recovery code, and never sent.
    WrapKey[32]
}
secret! {
    /// What is sent to prove that the recovery code is held.
    RecoveryAuth[32]
}
secret! {
    /// What is sent to prove that the backup key is held.
    UnlockProof[32]
}
secret! {
    /// The key that everything of an account is encrypted under, made once by the client.
    BackupKey[32]
}

impl AuthKey {
    /// The 43 base64url characters that stand for the password on the wire.
    #[must_use]
    pub fn to_wire(&self) -> Zeroizing<String> {
        // EXPOSE: this value is made to be sent to the server, in place of the password.
        Zeroizing::new(base64url::encode(self.expose_secret()))
    }
}

impl BackupKey {
    /// A new one.
    #[must_use]
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = [0; Self::LEN];
        rng.fill_bytes(&mut bytes);
        Self::take_bytes(&mut bytes)
    }

    /// The proof that this key is held.
    #[must_use]
    pub fn derive_unlock_proof(&self) -> UnlockProof {
        // EXPOSE: input of a derivation.
        UnlockProof::take_bytes(&mut hkdf::derive(&[], self.expose_secret(), UNLOCK_LABEL))
    }
}

impl Root {
    /// The key to sign in with.
    #[must_use]
    pub fn derive_auth_key(&self) -> AuthKey {
        // EXPOSE: input of a derivation.
        AuthKey::take_bytes(&mut hkdf::derive(&[], self.expose_secret(), AUTH_LABEL))
    }

    /// The key of the password's wrap.
    #[must_use]
    pub fn derive_wrap_key(&self) -> WrapKey {
        // EXPOSE: input of a derivation.
        WrapKey::take_bytes(&mut hkdf::derive(&[], self.expose_secret(), WRAP_LABEL))
    }
}

impl RecoveryCode {
    /// The proof that this code is held.
    #[must_use]
    pub fn derive_auth(&self) -> RecoveryAuth {
        // EXPOSE: input of a derivation.
        RecoveryAuth::take_bytes(&mut hkdf::derive(&[], self.expose_secret(), RECOVERY_AUTH_LABEL))
    }

    /// The key of the recovery code's wrap. No slow derivation: the code has at least 128 random bits.
    #[must_use]
    pub fn derive_wrap_key(&self) -> WrapKey {
        // EXPOSE: input of a derivation.
        WrapKey::take_bytes(&mut hkdf::derive(&[], self.expose_secret(), RECOVERY_WRAP_LABEL))
    }
}
