//! A key record as it arrives, checked against itself, and the answers to its writes.

use axum::{
    Json,
    http::header,
    response::{IntoResponse as _, Response},
};
use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    persona::{KeyRecordRequest, KeyRecordResponse, Wrap, WrapKind},
};
use keyhaven_storage::{KeyRecordWrite, NewBackupKey, RecoveryWrite, WriteKeyRecord};
use sha2::{Digest as _, Sha256};

use crate::{
    extract::etag,
    failure::{ApiError, Challenge},
    persona::not_allowed,
};

/// What is stored of a secret that proves something: SHA-256 of its 32 random bytes.
pub(super) fn verifier(proof: &B64<32>) -> [u8; 32] {
    Sha256::digest(proof.0).into()
}

/// The write that a request asks for, if the record does not contradict itself.
pub(super) fn write(request: KeyRecordRequest, replaces: Option<u64>) -> Result<KeyRecordWrite, ErrorCode> {
    let KeyRecordRequest {
        password,
        recovery,
        unlock_proof,
        recovery_auth,
        deciding_recovery_auth,
        new_unlock_proof,
        former_keys,
    } = request;
    let recovery = match (recovery, recovery_auth) {
        (Some(wrap), Some(auth)) => Some(RecoveryWrite {
            wrap: check_recovery(wrap)?,
            verifier: verifier(&auth),
        }),
        (None, None) => None,
        _ => return Err(ErrorCode::InvalidKeyRecord),
    };
    let new_backup_key = match (new_unlock_proof, former_keys) {
        (Some(proof), Some(former_keys)) => Some(NewBackupKey {
            unlock_verifier: verifier(&proof),
            former_keys,
        }),
        (None, None) => None,
        _ => return Err(ErrorCode::InvalidKeyRecord),
    };
    Ok(KeyRecordWrite {
        replaces,
        password: check_password(password)?,
        recovery,
        deciding_verifier: deciding_recovery_auth.as_ref().map(verifier),
        unlock_verifier: verifier(&unlock_proof),
        new_backup_key,
    })
}

fn check_password(wrap: Wrap) -> Result<Wrap, ErrorCode> {
    let kdf = wrap
        .kdf
        .filter(|_| wrap.kind == WrapKind::Password)
        .ok_or(ErrorCode::InvalidKeyRecord)?;
    kdf.check().map_err(|_| ErrorCode::KdfOutOfBounds)?;
    Ok(wrap)
}

fn check_recovery(wrap: Wrap) -> Result<Wrap, ErrorCode> {
    if wrap.kind == WrapKind::Recovery && wrap.kdf.is_none() {
        Ok(wrap)
    } else {
        Err(ErrorCode::InvalidKeyRecord)
    }
}

/// The version of a write that went through, or why it did not.
pub(super) fn outcome(outcome: WriteKeyRecord) -> Result<u64, ApiError> {
    match outcome {
        WriteKeyRecord::Written(version) => Ok(version),
        WriteKeyRecord::VersionConflict => Err(ErrorCode::VersionConflict.into()),
        WriteKeyRecord::WrongProof => Err(ErrorCode::WrongProof.into()),
        WriteKeyRecord::FormerCodeDecides => Err(ErrorCode::FormerCodeDecides.into()),
        WriteKeyRecord::WrongEpoch
        | WriteKeyRecord::MissingRecovery
        | WriteKeyRecord::HalfRenewed
        | WriteKeyRecord::NotDerived => Err(ErrorCode::InvalidKeyRecord.into()),
        WriteKeyRecord::NotAllowed(state) => Err(not_allowed::error(state).into()),
        WriteKeyRecord::SignedOut => Err(ApiError::Unauthorized(Challenge::Bearer)),
    }
}

/// Why a write did not go through that was part of something larger.
pub(super) fn refused(why: WriteKeyRecord) -> ApiError {
    outcome(why).err().unwrap_or_else(|| ErrorCode::Internal.into())
}

/// The facts of a record, with its version as `ETag`.
pub(super) fn answer(response: KeyRecordResponse) -> Response {
    let tag = etag(response.version);
    let mut response = Json(response).into_response();
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::{
        base64url::B64Within,
        kdf::Argon2Params,
        persona::{SealedFormerKeys, former_keys::FORMER_KEYS_LEAST_BYTES},
    };

    use super::*;

    fn wrap(kind: WrapKind, kdf: Option<Argon2Params>) -> Wrap {
        Wrap {
            kind,
            kdf,
            epoch: 1,
            nonce: B64([0; 12]),
            ciphertext: B64([0; 48]),
            commitment: B64([0; 32]),
        }
    }

    fn former_keys() -> SealedFormerKeys {
        SealedFormerKeys {
            nonce: B64([5; 12]),
            ciphertext: B64Within::new(vec![6; FORMER_KEYS_LEAST_BYTES]).unwrap(),
        }
    }

    fn request() -> KeyRecordRequest {
        KeyRecordRequest {
            password: wrap(WrapKind::Password, Some(Argon2Params::DEFAULT)),
            recovery: Some(wrap(WrapKind::Recovery, None)),
            unlock_proof: B64([1; 32]),
            recovery_auth: Some(B64([2; 32])),
            deciding_recovery_auth: Some(B64([3; 32])),
            new_unlock_proof: None,
            former_keys: None,
        }
    }

    #[test]
    fn proofs_are_hashed_before_they_are_stored() {
        let write = write(request(), Some(3)).unwrap();
        assert_eq!(write.replaces, Some(3));
        assert_eq!(write.unlock_verifier, <[u8; 32]>::from(Sha256::digest([1; 32])));
        assert_eq!(
            write.deciding_verifier,
            Some(<[u8; 32]>::from(Sha256::digest([3; 32])))
        );
        assert_eq!(
            write.recovery.unwrap().verifier,
            <[u8; 32]>::from(Sha256::digest([2; 32]))
        );
    }

    #[test]
    fn a_record_that_contradicts_itself_is_refused() {
        let refused = |change: fn(&mut KeyRecordRequest), code: ErrorCode| {
            let mut request = request();
            change(&mut request);
            assert_eq!(write(request, None).unwrap_err(), code);
        };
        refused(
            |request| request.recovery_auth = None,
            ErrorCode::InvalidKeyRecord,
        );
        refused(|request| request.recovery = None, ErrorCode::InvalidKeyRecord);
        refused(
            |request| request.new_unlock_proof = Some(B64([4; 32])),
            ErrorCode::InvalidKeyRecord,
        );
        refused(
            |request| request.former_keys = Some(former_keys()),
            ErrorCode::InvalidKeyRecord,
        );
        refused(
            |request| request.password.kind = WrapKind::Recovery,
            ErrorCode::InvalidKeyRecord,
        );
        refused(|request| request.password.kdf = None, ErrorCode::InvalidKeyRecord);
        refused(
            |request| request.recovery = Some(wrap(WrapKind::Recovery, Some(Argon2Params::DEFAULT))),
            ErrorCode::InvalidKeyRecord,
        );
        refused(
            |request| request.recovery = Some(wrap(WrapKind::Password, None)),
            ErrorCode::InvalidKeyRecord,
        );
        refused(
            |request| {
                request.password.kdf = Some(Argon2Params {
                    memory_kib: 8,
                    passes: 1,
                    lanes: 1,
                })
            },
            ErrorCode::KdfOutOfBounds,
        );
    }
}
