//! `GET /persona/v1/account`: state and facts of the signed-in account.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::persona::{
    AccountId, AccountResponse, AccountState, AddressChangeView, limits::UNCONFIRMED_QUOTA_BYTES,
    paths::ACCOUNT,
};
use keyhaven_storage::{Account, PendingAddressChange, Store, Timestamp};

use crate::{
    app_state::Policy,
    extract::SignedIn,
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(ACCOUNT, handle)
        .about(Tag::Keyhaven, "State and facts of the account")
        .session()
        .answers(Content::json::<AccountResponse>())
}

async fn handle(signed_in: SignedIn, State(policy): State<Arc<Policy>>) -> Json<AccountResponse> {
    Json(view(&signed_in.account, &policy))
}

/// The answer of a move that changed the account.
pub(super) async fn answer(
    store: &dyn Store,
    id: AccountId,
    policy: &Policy,
    now: Timestamp,
) -> Result<Json<AccountResponse>, ApiError> {
    let account = store.account(id, now).await?;
    let account = account.ok_or(ApiError::Unauthorized(Challenge::Bearer))?;
    Ok(Json(view(&account, policy)))
}

/// An account as its owner sees it.
pub(super) fn view(account: &Account, policy: &Policy) -> AccountResponse {
    AccountResponse {
        account_id: account.id,
        email: account.address.as_typed().to_owned(),
        state: account.state,
        state_until: account.state_until.map(|until| until.0),
        credential_epoch: account.credential.epoch,
        next_credential_epoch: account.credential.next_epoch(),
        key_record_version: account.key_record_version,
        old_password_kept: account.proven_kept,
        old_password_kept_until: account.proven_kept_until.map(|until| until.0),
        former_code_until: account.former_code_until.map(|until| until.0),
        address_change: account.address_change.as_ref().map(address_change),
        created_at: account.created_at.0,
        used_bytes: account.used_bytes,
        quota_bytes: match account.state {
            AccountState::Unconfirmed => policy.quota_bytes.min(UNCONFIRMED_QUOTA_BYTES),
            _ => policy.quota_bytes,
        },
    }
}

fn address_change(pending: &PendingAddressChange) -> AddressChangeView {
    AddressChangeView {
        new_email: pending.address.as_typed().to_owned(),
        confirmed_by_present: pending.confirmed_by_present,
        confirmed_by_new: pending.confirmed_by_new,
        expires_at: pending.expires_at.0,
    }
}
