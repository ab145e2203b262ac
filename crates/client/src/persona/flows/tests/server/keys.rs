//! The key record.

use keyhaven_protocol::{
    base64url,
    error::ErrorCode,
    persona::{
        AccountState, ChangePasswordRequest, KeyRecordRequest, KeyRecordResponse, ReleaseRequest,
        ReleaseResponse, ReleaseSecret, UnlockRequest,
    },
};

use super::{
    routes::{Answer, body, condition, json},
    state::{FakeAccount, FakeRecord},
};
use crate::transport::Request;

pub(super) fn read(account: &FakeAccount) -> Answer {
    let record = account.record.as_ref().ok_or(ErrorCode::NoSuchItem)?;
    json(&KeyRecordResponse {
        version: record.version,
        password_epoch: record.password.epoch,
        credential_epoch: account.epoch,
    })
}

pub(super) fn write(account: &mut FakeAccount, request: &Request) -> Answer {
    if account.state() != AccountState::Unproven {
        account.must_allow_changes()?;
    }
    let epoch = account.epoch;
    write_record(account, condition(request)?, body(request)?, epoch)?;
    read(account)
}

pub(super) fn change_password(account: &mut FakeAccount, request: &Request) -> Result<(), ErrorCode> {
    let change: ChangePasswordRequest = body(request)?;
    if account.secret != base64url::encode(&change.current_auth_key.0) {
        return Err(ErrorCode::WrongProof);
    }
    account.must_allow_changes()?;
    let epoch = account.generation + 1;
    write_record(account, condition(request)?, change.keys, epoch)?;
    account.set_secret(base64url::encode(&change.new_auth_key.0));
    Ok(())
}

pub(super) fn write_record(
    account: &mut FakeAccount,
    replaces: Option<u64>,
    request: KeyRecordRequest,
    epoch: u64,
) -> Result<(), ErrorCode> {
    if account.record.as_ref().map(|record| record.version) != replaces {
        return Err(ErrorCode::VersionConflict);
    }
    if request.password.epoch != epoch || request.recovery.is_some() != request.recovery_auth.is_some() {
        return Err(ErrorCode::InvalidKeyRecord);
    }
    let Some(record) = &mut account.record else {
        account.record = Some(FakeRecord {
            version: 1,
            password: request.password,
            recovery: request.recovery.ok_or(ErrorCode::InvalidKeyRecord)?,
            unlock_proof: request.unlock_proof.0,
            recovery_auth: request.recovery_auth.ok_or(ErrorCode::InvalidKeyRecord)?.0,
        });
        return Ok(());
    };
    if record.unlock_proof != request.unlock_proof.0 {
        return Err(ErrorCode::WrongProof);
    }
    if account.state == AccountState::Unproven && request.recovery.is_some() {
        return Err(ErrorCode::AccountUnproven);
    }
    record.version += 1;
    record.password = request.password;
    if let (Some(wrap), Some(auth)) = (request.recovery, request.recovery_auth) {
        record.recovery = wrap;
        record.recovery_auth = auth.0;
    }
    if account.state == AccountState::Unproven {
        account.state = AccountState::Active;
    }
    Ok(())
}

pub(super) fn release(account: &FakeAccount, request: &ReleaseRequest) -> Answer {
    let record = account.record.as_ref().ok_or(ErrorCode::NoSuchItem)?;
    let auth = base64url::encode(&request.auth.0);
    let wrap = match request.secret {
        ReleaseSecret::Password if account.secret == auth && record.password.epoch == account.epoch => {
            &record.password
        }
        ReleaseSecret::OldPassword if account.state == AccountState::Unproven => match &account.proven {
            Some((secret, wrap)) if *secret == auth => wrap,
            _ => return Err(ErrorCode::WrongProof),
        },
        ReleaseSecret::RecoveryCode if record.recovery_auth == request.auth.0 => &record.recovery,
        _ => return Err(ErrorCode::WrongProof),
    };
    json(&ReleaseResponse {
        wrap: wrap.clone(),
        former_keys: None,
        version: record.version,
    })
}

pub(super) fn unlock(account: &mut FakeAccount, request: UnlockRequest) -> Answer {
    let record = account.record.as_ref().ok_or(ErrorCode::WrongProof)?;
    let (is_right, decides) = match request {
        UnlockRequest::UnlockProof(proof) => (proof.0 == record.unlock_proof, false),
        UnlockRequest::RecoveryAuth(auth) => (auth.0 == record.recovery_auth, true),
    };
    if !is_right {
        return Err(ErrorCode::WrongProof);
    }
    account.frozen = false;
    match account.state {
        AccountState::Unproven => account.state = AccountState::Active,
        AccountState::Disputed if decides => {
            account.state = AccountState::Active;
            account.proven = None;
        }
        _ => {}
    }
    json(&account.view())
}
