//! `POST /persona/v1/accounts`: a new account whose credential is derived on the client.

use axum::Json;
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{SignUpRequest, paths::ACCOUNTS},
};

use super::derived_key::derived;
use crate::{
    credential::Password,
    empty_object::EmptyObject,
    extract::{JsonBody, StrangersJson},
    failure::ApiError,
    mail::mailable,
    persona::sign_up::{SignUp, SignUpDesk},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(ACCOUNTS, handle)
        .about(Tag::Keyhaven, "Create an account; sign in next")
        .takes(Content::json::<SignUpRequest>())
        .fails(&[
            ErrorCode::InvalidEmail,
            ErrorCode::KdfOutOfBounds,
            ErrorCode::AddressTaken,
            ErrorCode::RateLimited,
            ErrorCode::AlreadyExists,
        ])
}

async fn handle(
    desk: SignUpDesk,
    JsonBody(request): StrangersJson<SignUpRequest>,
) -> Result<Json<EmptyObject>, ApiError> {
    let address = mailable(&request.email).ok_or(ErrorCode::InvalidEmail)?;
    let kind = derived(desk.kdf(), &address, request.kdf, desk.now)?;
    let request = SignUp {
        id: request.account_id,
        address,
        password: Password::derived(&request.auth_key),
        kind,
    };
    desk.sign_up(request).await
}
