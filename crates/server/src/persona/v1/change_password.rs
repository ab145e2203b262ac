//! `POST /persona/v1/password`: credential and key record change in one transaction; every session ends and a new one
//! is answered.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ChangePasswordRequest, SessionResponse, paths::PASSWORD},
};
use keyhaven_storage::{ChangePassword, PasswordChange};

use super::{derived_key::derived, key_record, new_session::Draft};
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    extract::{Condition, JsonBody, SignedIn},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    persona::not_allowed,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(PASSWORD, handle)
        .about(
            Tag::Keyhaven,
            "Change the password; credential and key record change together",
        )
        .session()
        .conditional()
        .takes(Content::json::<ChangePasswordRequest>())
        .answers(Content::json::<SessionResponse>())
        .fails(&[
            ErrorCode::InvalidKeyRecord,
            ErrorCode::KdfOutOfBounds,
            ErrorCode::WrongProof,
            ErrorCode::FormerCodeDecides,
            ErrorCode::RateLimited,
        ])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    condition: Condition,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    (State(mail), State(policy), State(limits)): (
        State<MailSignal>,
        State<Arc<Policy>>,
        State<Arc<RequestLimits>>,
    ),
    JsonBody(request): JsonBody<ChangePasswordRequest>,
) -> Result<Json<SessionResponse>, ApiError> {
    let now = clock.now();
    let account = &signed_in.account;
    derived(&credentials.kdf, &account.address, request.kdf, now)?;
    let keys = key_record::write(request.keys, condition.replaces())?;
    let current = Password::derived(&request.current_auth_key);
    credentials.prove_current(account, current, now).await?;
    // Only now: who has a session and not the password does not use up what the owner may change.
    let told = limits.told_change(&account.address, now)?;
    let hash = credentials
        .hasher
        .hash(Password::derived(&request.new_auth_key))
        .await?;
    let draft = Draft::generate()?;
    let session = draft.record(account, account.credential.next_epoch());
    let change = PasswordChange {
        hash,
        kdf: request.kdf,
        keys,
        session,
    };
    let changed = store.change_password(signed_in.author(), change, now).await;
    let (_spent, changed) = told.tried(changed)?;
    match changed {
        ChangePassword::Changed(_) => {}
        ChangePassword::SignedOut => return Err(ApiError::Unauthorized(Challenge::Bearer)),
        ChangePassword::Refused(why) => return Err(key_record::refused(why)),
    }
    mail.wake();
    draft.answer(&*store, account.id, &policy, now).await
}
