//! Sign-up, state of an account, change of password, deletion. The states and their ways out are ADR 0004.

use serde::{Deserialize, Serialize};

use super::{AccountId, KeyRecordRequest};
use crate::{base64url::B64, kdf::Argon2Params};

/// What an account may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// Nobody has confirmed the address by mail yet: everything is allowed within
    /// [`UNCONFIRMED_QUOTA_BYTES`](super::limits::UNCONFIRMED_QUOTA_BYTES), and the account is removed when its time is
    /// over.
    Unconfirmed,
    /// Everything is allowed.
    Active,
    /// The credential came from a mailed reset and the backup has not been unlocked since: reading and adding are
    /// allowed; overwriting, deleting and changing the recovery code are not.
    Unproven,
    /// The last proven password was put back in force, and somebody else set the one it replaced: reading and adding
    /// are allowed. The recovery code decides, or time.
    Disputed,
    /// Somebody who reads the mailbox said "this was not me": reading and adding are allowed, no reset is mailed or
    /// spent. Lifted by a proof.
    Frozen,
    /// Its owner deleted it: it can be read until its time is over, and taken back.
    Deleted,
}

impl AccountState {
    /// Whether objects may be overwritten and deleted, and codes, keys and address changed.
    #[must_use]
    pub const fn may_change(self) -> bool {
        matches!(self, Self::Active | Self::Unconfirmed)
    }
}

/// `GET /persona/v1/kdf`: how the client turns a password into its derived keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KdfResponse {
    /// What to try with a password that is there, newest first; a new password is derived under the first. One to
    /// [`DERIVATIONS_MAX`](super::limits::DERIVATIONS_MAX). A function of address, day and the server's settings, and
    /// of no account: raised parameters and new salts reach an address on a day that its own HMAC picks, known or not.
    pub derivations: Vec<OfferedDerivation>,
}

/// One way in which a password of an address may have been derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedDerivation {
    /// Parameters of the slow derivation.
    pub kdf: Argon2Params,
    /// HMAC-SHA-256(one of the server's salt keys, normalised address): the same before and after sign-up, for every
    /// address.
    pub server_salt: B64<32>,
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
    /// When time alone ends the state: seconds since the epoch. An `unconfirmed` or `deleted` account is removed then,
    /// a `disputed` one becomes `active`, a `frozen` one is lifted.
    pub state_until: Option<i64>,
    /// The epoch at which the present password was set: what its wrap carries.
    pub credential_epoch: u64,
    /// The epoch that the wrap of the next password must carry. Never given twice.
    pub next_credential_epoch: u64,
    /// Version of the key record; absent while there is none, so that an interrupted sign-up can go on.
    pub key_record_version: Option<u64>,
    /// Whether the last proven password is still kept, so that it can unlock, or be put back in force.
    pub old_password_kept: bool,
    /// Until when, seconds since the epoch; absent while it is kept without limit.
    pub old_password_kept_until: Option<i64>,
    /// Until when the recovery code before the one in force decides, seconds since the epoch; absent while none is
    /// kept, and while the account is unproven or frozen, which keeps it without limit. So long the code in force neither ends a dispute nor deletes at once nor allows a new backup key.
    pub former_code_until: Option<i64>,
    /// A change of address that waits to be confirmed.
    pub address_change: Option<super::AddressChangeView>,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// Bytes of all versions of all objects.
    pub used_bytes: u64,
    /// The most that `used_bytes` may reach in this state.
    pub quota_bytes: u64,
}

/// `POST /persona/v1/account/delete`. With `recovery_auth` the account is removed at once, else after 30 days.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteAccountRequest {
    /// `authKey` of the current password.
    pub current_auth_key: B64<32>,
    /// `recAuth` of the recovery code that decides.
    pub recovery_auth: Option<B64<32>>,
}

/// What became of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeleteAccountResponse {
    /// Nothing of it is left.
    Removed,
    /// It is removed then (seconds since the epoch) and can be taken back until.
    RemovedAt(i64),
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
