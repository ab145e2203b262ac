//! `POST /persona/v1/unlock`: proves that the backup key, or the recovery code, is held; a locked account becomes
//! active.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{AccountResponse, UnlockRequest, paths::UNLOCK},
};
use keyhaven_storage::{UnlockBy, UnlockOutcome};

use super::{account, key_record::verifier};
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    extract::{JsonBody, SignedIn},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    persona::not_allowed,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(UNLOCK, handle)
        .about(
            Tag::Keyhaven,
            "Prove that the backup key or the recovery code is held",
        )
        .session()
        .takes(Content::json::<UnlockRequest>())
        .answers(Content::json::<AccountResponse>())
        .fails(&[
            ErrorCode::WrongProof,
            ErrorCode::FormerCodeDecides,
            ErrorCode::AccountDisputed,
        ])
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    (State(mail), State(policy)): (State<MailSignal>, State<Arc<Policy>>),
    JsonBody(request): JsonBody<UnlockRequest>,
) -> Result<Json<AccountResponse>, ApiError> {
    let by = match request {
        UnlockRequest::UnlockProof(proof) => UnlockBy::UnlockProof(verifier(&proof)),
        UnlockRequest::RecoveryAuth(auth) => UnlockBy::RecoveryAuth(verifier(&auth)),
    };
    let now = clock.now();
    match store.unlock(signed_in.author(), by, now).await? {
        UnlockOutcome::WrongProof => Err(ErrorCode::WrongProof.into()),
        UnlockOutcome::FormerCodeDecides => Err(ErrorCode::FormerCodeDecides.into()),
        UnlockOutcome::SignedOut => Err(signed_out()),
        UnlockOutcome::NotAllowed(state) => Err(not_allowed::error(state).into()),
        UnlockOutcome::Unlocked(_) => {
            mail.wake();
            account::answer(&*store, signed_in.account.id, &policy, now).await
        }
    }
}

fn signed_out() -> ApiError {
    ApiError::Unauthorized(Challenge::Bearer)
}
