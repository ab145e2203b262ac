//! The key record: wraps of the backup key, written by compare-and-set, released one by one against the auth value of
//! the same secret.

use serde::{Deserialize, Serialize};

use super::SealedFormerKeys;
use crate::{base64url::B64, kdf::Argon2Params};

/// Which secret opens a wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WrapKind {
    /// `wrapKey`, derived from the password.
    Password,
    /// `recWrap`, derived from the recovery code.
    Recovery,
}

impl WrapKind {
    /// The word that is bound into the associated data of the wrap.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Recovery => "recovery",
        }
    }
}

/// The backup key encrypted under one factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Wrap {
    /// Which secret opens it.
    pub kind: WrapKind,
    /// Parameters of the password's derivation; absent for a recovery code, which needs no slow derivation.
    pub kdf: Option<Argon2Params>,
    /// The credential epoch it was made under.
    pub epoch: u64,
    /// Nonce of AES-256-GCM.
    pub nonce: B64<12>,
    /// The 32 bytes of the backup key and the 16 bytes of the tag.
    pub ciphertext: B64<48>,
    /// Says whether the secret is the right one before the tag says whether the record is whole.
    pub commitment: B64<32>,
}

/// `PUT /persona/v1/keys` with `If-Match` (the version) or `If-None-Match: *` (the first one), and part of
/// [`super::ChangePasswordRequest`].
///
/// The first write sets the verifiers. Later ones carry the current `unlock_proof`; with it, and only in a state that
/// allows changes, `recovery_auth` and `new_unlock_proof` replace their verifiers. In state `unproven` a proof also
/// makes the account `active` again; the recovery wrap must then be the one that is stored.
///
/// `new_unlock_proof` is taken by `PUT /persona/v1/keys` alone, over a record that is there, and with `recovery`,
/// `recovery_auth`, `former_keys` and `deciding_recovery_auth`. It ends every other session.
///
/// A code that is given up without `deciding_recovery_auth` stays as the former one for
/// [`PROVEN_KEPT`](super::limits::PROVEN_KEPT), unless one is kept already, and is the one that decides.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyRecordRequest {
    /// Opened by the current password, of the current credential epoch.
    pub password: Wrap,
    /// Opened by the recovery code. Absent keeps the stored one; the first write must have one.
    pub recovery: Option<Wrap>,
    /// Proves that the backup key is held.
    pub unlock_proof: B64<32>,
    /// `recAuth` of the code in `recovery`: required exactly when `recovery` is present.
    pub recovery_auth: Option<B64<32>>,
    /// `recAuth` of the code that decides, the former one while it is kept, else the one in force; only with
    /// `recovery`. With it no former code is kept. A write with `new_unlock_proof` needs it.
    pub deciding_recovery_auth: Option<B64<32>>,
    /// The proof of a new backup key that takes the place of the present one.
    pub new_unlock_proof: Option<B64<32>>,
    /// The backup keys before, sealed under the new one: required exactly when `new_unlock_proof` is present. No other
    /// write replaces them, so that nobody without the code that decides can overwrite what opens all that was stored
    /// before.
    pub former_keys: Option<SealedFormerKeys>,
}

/// `GET /persona/v1/keys`, and the answer to a write: what is there, without the wraps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyRecordResponse {
    /// Rises with every write; also the `ETag`.
    pub version: u64,
    /// The credential epoch that the stored password wrap was made under.
    pub password_epoch: u64,
    /// The credential epoch now. Another one than `password_epoch` means that the current password opens nothing.
    pub credential_epoch: u64,
}

/// The secret whose wrap is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReleaseSecret {
    /// The current password: `auth` is its `authKey`.
    Password,
    /// The last proven password of a locked account: `auth` is its `authKey`.
    OldPassword,
    /// The recovery code: `auth` is `recAuth`.
    RecoveryCode,
}

/// `POST /persona/v1/keys/release`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// Which wrap.
    pub secret: ReleaseSecret,
    /// The auth value of that secret.
    pub auth: B64<32>,
}

/// One released wrap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseResponse {
    /// The backup key under the secret that was proven.
    pub wrap: Wrap,
    /// The backup keys before it, sealed under it; absent while there was no other.
    pub former_keys: Option<SealedFormerKeys>,
    /// Version of the key record it came from.
    pub version: u64,
}

/// `POST /persona/v1/unlock`: exactly one of the two proofs. Answers [`super::AccountResponse`].
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnlockRequest {
    /// HKDF of the backup key.
    UnlockProof(B64<32>),
    /// HKDF of the recovery code.
    RecoveryAuth(B64<32>),
}
