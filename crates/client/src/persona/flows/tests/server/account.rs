//! A change of address, and the end of an account.

use keyhaven_protocol::{
    base64url,
    error::ErrorCode,
    persona::{AccountState, ChangeAddressRequest, DeleteAccountRequest, DeleteAccountResponse, SessionId},
};

use super::{
    routes::{Answer, body, condition, done, json},
    state::{FakeAccount, FakeAddressChange, State, UNTIL},
};
use crate::transport::Request;

pub(super) fn change_address(account: &mut FakeAccount, request: &Request) -> Answer {
    let change: ChangeAddressRequest = body(request)?;
    account.must_allow_changes()?;
    let record = account.record.as_ref().ok_or(ErrorCode::NoSuchItem)?;
    if Some(record.version) != condition(request)? {
        return Err(ErrorCode::VersionConflict);
    }
    if account.secret != base64url::encode(&change.current_auth_key.0)
        || record.unlock_proof != change.keys.unlock_proof.0
    {
        return Err(ErrorCode::WrongProof);
    }
    if change.keys.password.epoch != account.generation + 1 || change.keys.recovery.is_some() {
        return Err(ErrorCode::InvalidKeyRecord);
    }
    account.address_change = Some(FakeAddressChange {
        new_email: change.new_email,
        secret: base64url::encode(&change.new_auth_key.0),
        wrap: change.keys.password,
        confirmed: [false, false],
    });
    json(&account.view())
}

pub(super) fn delete(
    state: &mut State,
    address: &str,
    session: SessionId,
    request: &DeleteAccountRequest,
) -> Answer {
    let account = state.accounts.get_mut(address).ok_or(ErrorCode::Unauthorized)?;
    account.must_allow_changes()?;
    let record = account.record.as_ref().ok_or(ErrorCode::NoSuchItem)?;
    if account.secret != base64url::encode(&request.current_auth_key.0) {
        return Err(ErrorCode::WrongProof);
    }
    match request.recovery_auth {
        Some(auth) if auth.0 != record.recovery_auth => Err(ErrorCode::WrongProof),
        Some(_) => {
            state.accounts.remove(address);
            state.sessions.retain(|_, (owner, _)| owner != address);
            json(&DeleteAccountResponse::Removed)
        }
        None => {
            account.state = AccountState::Deleted;
            state
                .sessions
                .retain(|_, (owner, open)| owner != address || *open == session);
            json(&DeleteAccountResponse::RemovedAt(UNTIL))
        }
    }
}

pub(super) fn undelete(account: &mut FakeAccount) -> Answer {
    account.state = AccountState::Active;
    done()
}
