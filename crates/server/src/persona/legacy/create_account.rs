//! `POST /accounts`: a new account of a client that sends the password as typed.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{AccountId, legacy::ACCOUNTS},
};
use keyhaven_storage::CredentialKind;

use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    empty_object::EmptyObject,
    extract::{Fields, Network},
    failure::ApiError,
    mail::MailSignal,
    persona::sign_up::{SignUp, Site, sign_up},
    random,
    request_limits::RequestLimits,
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

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    State(mail): State<MailSignal>,
    (State(policy), State(limits)): (State<Arc<Policy>>, State<Arc<RequestLimits>>),
    mut fields: Fields,
) -> Result<Json<EmptyObject>, ApiError> {
    let email = fields.take(&["email"])?.ok_or(ErrorCode::MissingParameters)?;
    let password = fields.take(&["password"])?.ok_or(ErrorCode::MissingParameters)?;
    let request = SignUp {
        id: AccountId::from_bytes(random::generate()?),
        address: Address::parse(&email).map_err(|_| ErrorCode::InvalidEmail)?,
        password: Password::parse(password).map_err(|_| ErrorCode::InvalidPassword)?,
        kind: CredentialKind::Typed,
    };
    let site = Site {
        store: &*store,
        credentials: &credentials,
        mail: &mail,
        policy: &policy,
        limits: &limits,
        network,
        now: clock.now(),
    };
    sign_up(site, request).await?;
    Ok(Json(EmptyObject {}))
}
