//! The key record.

use keyhaven_protocol::{
    base64url,
    error::ErrorCode,
    persona::{
        AccountState, ChangePasswordRequest, KeyRecordRequest, KeyRecordResponse, ReleaseRequest,
        ReleaseResponse, ReleaseSecret, SessionId, UnlockRequest,
    },
};

use super::{
    routes::{Answer, body, condition, json},
    state::{FakeAccount, FakeRecord, State},
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

/// Writes, and ends every other session if the backup key is a new one.
pub(super) fn write(state: &mut State, address: &str, session: SessionId, request: &Request) -> Answer {
    let account = state.accounts.get_mut(address).ok_or(ErrorCode::Unauthorized)?;
    let generation = account.generation;
    let answer = write_for(account, request)?;
    if account.generation != generation {
        state
            .sessions
            .retain(|_, (owner, open)| owner != address || *open == session);
        state.codes.clear();
    }
    Ok(answer)
}

fn write_for(account: &mut FakeAccount, request: &Request) -> Answer {
    if account.state() != AccountState::Unproven {
        account.must_allow_changes()?;
    }
    let epoch = account.epoch;
    let request_body: KeyRecordRequest = body(request)?;
    let (new_proof, former_keys) = (request_body.new_unlock_proof, request_body.former_keys.clone());
    let presented = request_body.deciding_recovery_auth.map(|auth| auth.0);
    let is_whole = new_proof.is_none()
        || (request_body.recovery.is_some() && former_keys.is_some() && presented.is_some());
    if !is_whole || (account.record.is_none() && former_keys.is_some()) {
        return Err(ErrorCode::InvalidKeyRecord);
    }
    if account.state == AccountState::Unproven && former_keys.is_some() {
        return Err(ErrorCode::AccountUnproven);
    }
    write_record(account, condition(request)?, request_body, epoch)?;
    if let Some(record) = &mut account.record {
        record.former_keys = former_keys.or(record.former_keys.take());
        if let Some(proof) = new_proof {
            record.unlock_proof = proof.0;
            account.proven = None;
            account.address_change = None;
            account.generation += 1;
        }
    }
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
            former_keys: None,
            former_code: None,
        });
        return Ok(());
    };
    if record.unlock_proof != request.unlock_proof.0 {
        return Err(ErrorCode::WrongProof);
    }
    let deciding = record.former_code.unwrap_or(record.recovery_auth);
    match &request.deciding_recovery_auth {
        Some(presented) if presented.0 == deciding => {}
        Some(presented) if presented.0 == record.recovery_auth => return Err(ErrorCode::FormerCodeDecides),
        Some(_) => return Err(ErrorCode::WrongProof),
        None => {}
    }
    if account.state == AccountState::Unproven && request.recovery.is_some() {
        return Err(ErrorCode::AccountUnproven);
    }
    record.version += 1;
    record.password = request.password;
    if let (Some(wrap), Some(auth)) = (request.recovery, request.recovery_auth) {
        // Given up without being presented, a code goes on to decide.
        record.former_code =
            (request.deciding_recovery_auth.is_none() && auth.0 != record.recovery_auth).then_some(deciding);
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
        former_keys: record.former_keys.clone(),
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
