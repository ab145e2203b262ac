//! `POST /accounts`: a new account of a client that sends the password as typed.

use axum::Json;
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{AccountId, legacy::ACCOUNTS},
};
use keyhaven_storage::CredentialKind;

use crate::{
    credential::Password,
    empty_object::EmptyObject,
    extract::Fields,
    failure::ApiError,
    mail::mailable,
    persona::sign_up::{SignUp, SignUpDesk},
    random,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(ACCOUNTS, handle)
        .about(Tag::Original, "Create an account")
        .takes(Content::Fields(&["email", "password"]))
        .fails(&[
            ErrorCode::MissingParameters,
            ErrorCode::InvalidEmail,
            ErrorCode::InvalidPassword,
            ErrorCode::AddressTaken,
            ErrorCode::RateLimited,
        ])
}

async fn handle(desk: SignUpDesk, mut fields: Fields) -> Result<Json<EmptyObject>, ApiError> {
    let email = fields.take(&["email"])?.ok_or(ErrorCode::MissingParameters)?;
    let password = fields.take(&["password"])?.ok_or(ErrorCode::MissingParameters)?;
    let request = SignUp {
        id: AccountId::from_bytes(random::generate()?),
        address: mailable(&email).ok_or(ErrorCode::InvalidEmail)?,
        password: Password::parse(password).map_err(|_| ErrorCode::InvalidPassword)?,
        kind: CredentialKind::Typed,
    };
    desk.sign_up(request).await
}
