//! `POST /persona/v1/account/delete`: deletes the account in 30 days, or at once with the recovery code.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{DeleteAccountRequest, DeleteAccountResponse, paths::ACCOUNT_DELETE},
};
use keyhaven_storage::{DeleteAccount, Deletion};

use super::key_record::verifier;
use crate::{
    app_state::{ClockRef, StoreRef},
    credential::{Credentials, Password},
    extract::{JsonBody, SignedIn},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    persona::not_allowed,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(ACCOUNT_DELETE, handle)
        .about(
            Tag::Keyhaven,
            "Delete the account: in 30 days, or at once with the recovery code",
        )
        .session()
        .takes(Content::json::<DeleteAccountRequest>())
        .answers(Content::json::<DeleteAccountResponse>())
        .fails(&[
            ErrorCode::WrongProof,
            ErrorCode::FormerCodeDecides,
            ErrorCode::RateLimited,
        ])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    (State(mail), State(limits)): (State<MailSignal>, State<Arc<RequestLimits>>),
    JsonBody(request): JsonBody<DeleteAccountRequest>,
) -> Result<Json<DeleteAccountResponse>, ApiError> {
    let now = clock.now();
    let current = Password::derived(&request.current_auth_key);
    credentials
        .prove_current(&signed_in.account, current, now)
        .await?;
    let told = limits.told_change(&signed_in.account.address, now)?;
    let deletion = match &request.recovery_auth {
        Some(auth) => Deletion::Now(verifier(auth)),
        None => Deletion::Later,
    };
    let done = store.delete_account(signed_in.author(), deletion, now).await;
    let (told, done) = told.tried(done)?;
    let done = match done {
        DeleteAccount::Removed => DeleteAccountResponse::Removed,
        DeleteAccount::RemovedAt(time) => DeleteAccountResponse::RemovedAt(time.0),
        DeleteAccount::WrongProof => {
            told.give_back();
            return Err(ErrorCode::WrongProof.into());
        }
        DeleteAccount::FormerCodeDecides => {
            told.give_back();
            return Err(ErrorCode::FormerCodeDecides.into());
        }
        DeleteAccount::NotAllowed(state) => {
            told.give_back();
            return Err(not_allowed::error(state).into());
        }
        DeleteAccount::SignedOut => return Err(ApiError::Unauthorized(Challenge::Bearer)),
    };
    mail.wake();
    Ok(Json(done))
}
