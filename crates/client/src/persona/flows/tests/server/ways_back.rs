//! Undo, and recovery without mail.

use keyhaven_protocol::{
    address::Address,
    base64url,
    error::ErrorCode,
    persona::{AccountState, RecoverReleaseRequest, RecoverReleaseResponse, RecoverRequest, UndoRequest},
};

use super::{
    keys,
    routes::{Answer, body, condition, json, new_session},
    state::{FakeAccount, State},
};
use crate::transport::Request;

pub(super) fn undo(state: &mut State, request: &UndoRequest) -> Answer {
    let (address, account) = find(state, &request.email).ok_or(ErrorCode::Unauthorized)?;
    let (secret, wrap) = match &account.proven {
        Some((secret, wrap)) if *secret == base64url::encode(&request.auth_key.0) => {
            (secret.clone(), wrap.clone())
        }
        _ => return Err(ErrorCode::Unauthorized),
    };
    let record = account.record.as_mut().ok_or(ErrorCode::Unauthorized)?;
    // The one that goes is kept if it was proven itself.
    account.proven =
        (record.password.epoch == account.epoch).then(|| (account.secret.clone(), record.password.clone()));
    account.epoch = wrap.epoch;
    account.generation += 1;
    account.secret = secret;
    record.password = wrap;
    record.version += 1;
    account.state = AccountState::Disputed;
    account.address_change = None;
    signed_in_anew(state, &address)
}

pub(super) fn release(state: &mut State, request: &RecoverReleaseRequest) -> Answer {
    let (_, account) = find(state, &request.email).ok_or(ErrorCode::WrongProof)?;
    let record = account.record.as_ref().ok_or(ErrorCode::WrongProof)?;
    if record.recovery_auth != request.recovery_auth.0 {
        return Err(ErrorCode::WrongProof);
    }
    json(&RecoverReleaseResponse {
        account_id: account.id,
        wrap: record.recovery.clone(),
        former_keys: record.former_keys.clone(),
        version: record.version,
        next_credential_epoch: account.generation + 1,
    })
}

pub(super) fn recover(state: &mut State, request: &Request) -> Answer {
    let recover: RecoverRequest = body(request)?;
    let (address, account) = find(state, &recover.email).ok_or(ErrorCode::WrongProof)?;
    let record = account.record.as_ref().ok_or(ErrorCode::WrongProof)?;
    if record.recovery_auth != recover.recovery_auth.0 {
        return Err(ErrorCode::WrongProof);
    }
    let proven =
        (record.password.epoch == account.epoch).then(|| (account.secret.clone(), record.password.clone()));
    let epoch = account.generation + 1;
    keys::write_record(account, condition(request)?, recover.keys, epoch)?;
    if account.state != AccountState::Disputed {
        account.proven = proven.or(account.proven.take());
    }
    account.set_secret(base64url::encode(&recover.new_auth_key.0));
    account.state = AccountState::Active;
    account.frozen = false;
    signed_in_anew(state, &address)
}

fn find<'state>(state: &'state mut State, email: &str) -> Option<(String, &'state mut FakeAccount)> {
    let address = Address::parse(email).ok()?.normalised().to_owned();
    let account = state.accounts.get_mut(&address)?;
    Some((address, account))
}

fn signed_in_anew(state: &mut State, address: &str) -> Answer {
    state.sessions.retain(|_, (owner, _)| owner != address);
    state.codes.clear();
    new_session(state, address)
}
