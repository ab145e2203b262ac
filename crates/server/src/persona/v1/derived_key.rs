//! The parameters a client says it derived its key with.

use keyhaven_protocol::{address::Address, error::ErrorCode, kdf::Argon2Params};
use keyhaven_storage::{CredentialKind, Timestamp};

use crate::credential::KdfPolicy;

/// The kind of a credential derived with these parameters.
///
/// # Errors
/// `KdfOutOfBounds` outside the bounds, and for parameters that `GET kdf` does not name for the address: the next
/// sign-in would derive another key, and the account would be lost.
pub(super) fn derived(
    policy: &KdfPolicy,
    address: &Address,
    params: Argon2Params,
    now: Timestamp,
) -> Result<CredentialKind, ErrorCode> {
    params.check().map_err(|_| ErrorCode::KdfOutOfBounds)?;
    if policy.offers(address, params, now) {
        Ok(CredentialKind::Derived(params))
    } else {
        Err(ErrorCode::KdfOutOfBounds)
    }
}
