//! `POST /persona/v1/accounts`: a new account whose credential is derived on the client.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{SignUpRequest, paths::ACCOUNTS},
};

use super::derived_key::derived;
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    empty_object::EmptyObject,
    extract::{JsonBody, Network},
    failure::ApiError,
    mail::MailSignal,
    persona::sign_up::{SignUp, Site, sign_up},
    request_limits::RequestLimits,
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
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    State(mail): State<MailSignal>,
    (State(policy), State(limits)): (State<Arc<Policy>>, State<Arc<RequestLimits>>),
    JsonBody(request): JsonBody<SignUpRequest>,
) -> Result<Json<EmptyObject>, ApiError> {
    let now = clock.now();
    let address = Address::parse(&request.email).map_err(|_| ErrorCode::InvalidEmail)?;
    let kind = derived(&credentials.kdf, &address, request.kdf, now)?;
    let password = Password::derived(&request.auth_key);
    let site = Site {
        store: &*store,
        credentials: &credentials,
        mail: &mail,
        policy: &policy,
        limits: &limits,
        network,
        now,
    };
    sign_up(
        site,
        SignUp {
            id: request.account_id,
            address,
            password,
            kind,
        },
    )
    .await?;
    Ok(Json(EmptyObject {}))
}
