//! What a backup says of itself, and who vouches for it.

use keyhaven_core::matrix::auth_data::{AuthData, AuthDataError, SignatureError, SigningPublicKey};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::recovery_key::RecoveryKey;
use crate::{
    code::Code,
    failure::{Failure, thrown},
};

/// The public key of the backup with this `auth_data`, if the Ed25519 key has signed it in the name of the user.
///
/// # Errors
/// If it is no `auth_data`, the key is none, or it has not signed.
#[wasm_bindgen(js_name = publicKeySignedBy)]
pub fn public_key_signed_by(json: &[u8], user_id: &str, key_id: &str, key: &str) -> Result<String, JsValue> {
    let auth_data = AuthData::parse(json).map_err(thrown)?;
    let key = SigningPublicKey::parse(key).ok_or_else(|| thrown(Code::InvalidPublicKey))?;
    auth_data
        .verify_signature(user_id, key_id, &key)
        .map_err(thrown)?;
    Ok(auth_data.public_key().to_text())
}

/// The same, if it is that of the recovery key.
///
/// # Errors
/// If it is no `auth_data`, or of another key.
#[wasm_bindgen(js_name = publicKeyOf)]
pub fn public_key_of(json: &[u8], key: &RecoveryKey) -> Result<String, JsValue> {
    let auth_data = AuthData::parse(json).map_err(thrown)?;
    if *auth_data.public_key() != key.0.public_key() {
        return Err(thrown(untrusted("other-key")));
    }
    Ok(auth_data.public_key().to_text())
}

fn untrusted(reason: &'static str) -> Failure {
    Failure::new(Code::UntrustedBackup).with("reason", reason)
}

impl From<AuthDataError> for Failure {
    fn from(_: AuthDataError) -> Self {
        Self::new(Code::InvalidAuthData)
    }
}

impl From<SignatureError> for Failure {
    fn from(error: SignatureError) -> Self {
        untrusted(match error {
            SignatureError::Missing => "not-signed",
            _ => "wrong-signature",
        })
    }
}
