//! Sign-up, state of an account, change of password.

use serde::{Deserialize, Serialize};

use super::{AccountId, KeyRecordRequest};
use crate::{base64url::B64, kdf::Argon2Params};

/// What an account may do now. Further states come with their operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// Everything is allowed.
    Active,
    /// The credential came from a mailed reset and the backup has not been unlocked since: reading and adding are
    /// allowed; overwriting, deleting and changing the recovery code are not.
    Unproven,
}

/// `GET /persona/v1/kdf`: how the client turns a password into its derived keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KdfResponse {
    /// HMAC-SHA-256(server secret, normalised address): the same before and after sign-up, for every address.
    pub server_salt: B64<32>,
    /// Parameters to try, newest first: an address moves to raised defaults on a day that its own HMAC picks, so
    /// that the answer does not tell whether there is an account. Never empty.
    pub kdf: Vec<Argon2Params>,
}

/// `POST /persona/v1/accounts`: a new account whose credential is derived on the client.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    /// The address as typed.
    pub email: String,
    /// 16 random bytes drawn by the client.
    pub account_id: AccountId,
    /// `authKey`.
    pub auth_key: B64<32>,
    /// The parameters `auth_key` was derived with.
    pub kdf: Argon2Params,
}

/// `GET /persona/v1/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountResponse {
    /// Bound into everything the account seals.
    pub account_id: AccountId,
    /// The address as it was typed at sign-up.
    pub email: String,
    /// What the account may do now.
    pub state: AccountState,
    /// Rises with every change of the credential.
    pub credential_epoch: u64,
    /// Version of the key record; absent while there is none, so that an interrupted sign-up can go on.
    pub key_record_version: Option<u64>,
    /// Whether the wrap of the last proven password is still kept, so that the old password can unlock.
    pub old_password_kept: bool,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// Bytes of all versions of all objects.
    pub used_bytes: u64,
    /// The most that `used_bytes` may reach.
    pub quota_bytes: u64,
}

/// `POST /persona/v1/password`: credential and key record change in one transaction; all sessions end and a new one
/// is answered ([`super::SessionResponse`]).
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// `authKey` of the current password.
    pub current_auth_key: B64<32>,
    /// `authKey` of the new password.
    pub new_auth_key: B64<32>,
    /// The parameters `new_auth_key` was derived with.
    pub kdf: Argon2Params,
    /// The record with the password wrap of the new epoch.
    pub keys: KeyRecordRequest,
}
