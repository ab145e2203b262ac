//! A change of address. The salt of every derivation binds the address, so that the credential and the password wrap
//! are made anew for the new one; they come into force when both addresses have confirmed.

use serde::{Deserialize, Serialize};

use super::KeyRecordRequest;
use crate::{base64url::B64, kdf::Argon2Params};

/// `PUT /persona/v1/address` with `If-Match` (the version of the key record). Answers [`super::AccountResponse`].
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeAddressRequest {
    /// `authKey` of the present password at the present address.
    pub current_auth_key: B64<32>,
    /// The new address as typed.
    pub new_email: String,
    /// `authKey` of the password at the new address.
    pub new_auth_key: B64<32>,
    /// The parameters `new_auth_key` was derived with.
    pub kdf: Argon2Params,
    /// The record with the password wrap of the next epoch, and `unlock_proof`; without a new code or backup key.
    pub keys: KeyRecordRequest,
}

/// A change of address that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddressChangeView {
    /// The new address as typed.
    pub new_email: String,
    /// Whether the present address has confirmed.
    pub confirmed_by_present: bool,
    /// Whether the new address has.
    pub confirmed_by_new: bool,
    /// When it is void: seconds since the epoch.
    pub expires_at: i64,
}
