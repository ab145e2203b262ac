//! `GET /persona/v1/account`: state and facts of the signed-in account.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::persona::{AccountResponse, paths::ACCOUNT};
use keyhaven_storage::Account;

use crate::{
    app_state::Policy,
    extract::SignedIn,
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

/// An account as its owner sees it.
pub(super) fn view(account: &Account, policy: &Policy) -> AccountResponse {
    AccountResponse {
        account_id: account.id,
        email: account.address.as_typed().to_owned(),
        state: account.state,
        state_until: None,
        credential_epoch: account.credential.epoch,
        next_credential_epoch: account.credential.epoch.saturating_add(1),
        key_record_version: account.key_record_version,
        old_password_kept: account.proven_kept,
        old_password_kept_until: None,
        address_change: None,
        created_at: account.created_at.0,
        used_bytes: account.used_bytes,
        quota_bytes: policy.quota_bytes,
    }
}
