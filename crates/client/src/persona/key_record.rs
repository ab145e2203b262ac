//! What a write of the key record carries.

use keyhaven_core::{
    former_keys::BackupKeys,
    job::JobError,
    keys::{BackupKey, RecoveryAuth, WrapKey},
    recovery_code::RecoveryCode,
    wrap::{OpenWrapError, WrapContext, open_wrap, seal_wrap},
};
use keyhaven_protocol::{
    base64url::B64,
    kdf::Argon2Params,
    persona::{AccountId, KeyRecordRequest, Wrap},
};

use super::api::{Release, Released, ReleasedWrap, SignedIn};
use crate::{
    engine,
    host::Host,
    problem::{Problem, ServerFault},
};

/// How often a write that lost a race is tried again before the person is asked.
pub(super) const CONFLICTS_MAX: usize = 4;

/// What came of opening the backup with a recovery code.
#[derive(Debug)]
pub(super) enum OpenedByCode {
    /// It opened.
    Opened(BackupKey),
    /// The code is well-formed and of another backup.
    OtherBackup,
    /// The code is the right one and its wrap is damaged.
    Damaged,
}

/// The password's wrap for one credential epoch.
pub(super) async fn password_wrap(
    backup_key: &BackupKey,
    wrap_key: &WrapKey,
    (account_id, params, epoch): (AccountId, Argon2Params, u64),
    host: &impl Host,
) -> Result<Wrap, JobError> {
    let context = WrapContext::password(account_id, params, epoch);
    let sealing = host.with_rng(|rng| seal_wrap(wrap_key, &context, backup_key, rng));
    engine::run(sealing, host.engine(), &|_| {}).await
}

/// A record whose recovery wrap stays as it is.
pub(super) fn rewrapped(backup_key: &BackupKey, password: Wrap) -> KeyRecordRequest {
    KeyRecordRequest {
        password,
        recovery: None,
        // EXPOSE: made to be sent.
        unlock_proof: B64(*backup_key.derive_unlock_proof().expose_secret()),
        recovery_auth: None,
        deciding_recovery_auth: None,
        new_unlock_proof: None,
        former_keys: None,
    }
}

/// A record with the wrap of a new recovery code.
pub(super) async fn with_code(
    backup_key: &BackupKey,
    password: Wrap,
    code: &RecoveryCode,
    account_id: AccountId,
    host: &impl Host,
) -> Result<KeyRecordRequest, JobError> {
    let context = WrapContext::recovery(account_id, password.epoch);
    let sealing = host.with_rng(|rng| seal_wrap(&code.derive_wrap_key(), &context, backup_key, rng));
    let recovery = engine::run(sealing, host.engine(), &|_| {}).await?;
    // EXPOSE: made to be sent.
    let auth = B64(*code.derive_auth().expose_secret());
    Ok(KeyRecordRequest {
        recovery: Some(recovery),
        recovery_auth: Some(auth),
        ..rewrapped(backup_key, password)
    })
}

/// A record with everything of a new backup key, which takes the place of `given_up`, and with the code that decides.
/// The password stays.
pub(super) async fn renewed(
    given_up: &BackupKey,
    keys: &BackupKeys,
    password: Wrap,
    code: &RecoveryCode,
    deciding: &RecoveryAuth,
    account_id: AccountId,
    host: &impl Host,
) -> Result<KeyRecordRequest, JobError> {
    let record = with_code(keys.present(), password, code, account_id, host).await?;
    let sealing = host.with_rng(|rng| keys.seal_former(account_id, rng));
    let former_keys = engine::run(sealing, host.engine(), &|_| {}).await?;
    Ok(KeyRecordRequest {
        // EXPOSE: made to be sent.
        deciding_recovery_auth: Some(B64(*deciding.expose_secret())),
        new_unlock_proof: Some(record.unlock_proof),
        // EXPOSE: made to be sent.
        unlock_proof: B64(*given_up.derive_unlock_proof().expose_secret()),
        former_keys,
        ..record
    })
}

/// Opens the backup with a recovery code. Changes nothing.
pub(super) async fn open_by_code(
    code: &RecoveryCode,
    account_id: AccountId,
    signed_in: &SignedIn<'_, impl Host>,
) -> Result<OpenedByCode, Problem> {
    let Released::Wrap(ReleasedWrap { wrap, .. }) = signed_in
        .release(Release::RecoveryCode(&code.derive_auth()))
        .await?
    else {
        return Ok(OpenedByCode::OtherBackup);
    };
    if wrap.kdf.is_some() {
        return Err(ServerFault::Foreign.into());
    }
    // The server has compared the proof, so a wrap that this code does not open is the server's fault and not the
    // person's: a foreign wrap and a damaged one are both a damaged record.
    let context = WrapContext::of(account_id, &wrap);
    let opening = open_wrap(&code.derive_wrap_key(), &context, &wrap);
    match engine::run(opening, signed_in.host().engine(), &|_| {}).await {
        Ok(backup_key) => Ok(OpenedByCode::Opened(backup_key)),
        Err(OpenWrapError::Job(error)) => Err(error.into()),
        Err(_) => Ok(OpenedByCode::Damaged),
    }
}
