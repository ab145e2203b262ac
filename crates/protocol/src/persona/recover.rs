//! Ways back in that need no session: the last proven password put back in force, and the recovery code without mail.

use serde::{Deserialize, Serialize};

use super::{AccountId, KeyRecordRequest, SealedFormerKeys, Wrap};
use crate::{base64url::B64, kdf::Argon2Params};

/// `POST /persona/v1/undo`: puts the last proven password back in force. Answers [`super::SessionResponse`].
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UndoRequest {
    /// The address as typed.
    pub email: String,
    /// `authKey` of the last proven password.
    pub auth_key: B64<32>,
}

/// `POST /persona/v1/recover/release`: the recovery wrap, against the auth value of the code.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverReleaseRequest {
    /// The address as typed.
    pub email: String,
    /// `recAuth`.
    pub recovery_auth: B64<32>,
}

/// What is needed to open the backup key and to wrap it under a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoverReleaseResponse {
    /// Bound into the wraps.
    pub account_id: AccountId,
    /// The backup key under the recovery code.
    pub wrap: Wrap,
    /// The backup keys before it, sealed under it; absent while there was no other.
    pub former_keys: Option<SealedFormerKeys>,
    /// Version of the key record it came from.
    pub version: u64,
    /// The epoch that the wrap of the new password must carry.
    pub next_credential_epoch: u64,
}

/// `POST /persona/v1/recover` with `If-Match`: a new password against the recovery code, without mail. Answers
/// [`super::SessionResponse`].
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverRequest {
    /// The address as typed.
    pub email: String,
    /// `recAuth`.
    pub recovery_auth: B64<32>,
    /// `authKey` of the new password.
    pub new_auth_key: B64<32>,
    /// The parameters `new_auth_key` was derived with.
    pub kdf: Argon2Params,
    /// The record with the password wrap of the next epoch, and `unlock_proof`.
    pub keys: KeyRecordRequest,
}
