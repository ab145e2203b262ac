//! `POST /persona/v1/sessions`: signs in. That proves the password and unlocks nothing.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{SessionResponse, SignInRequest, paths::SESSIONS},
};
use keyhaven_storage::CreateSession;

use super::new_session::Draft;
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    extract::{JsonBody, Network, StrangersJson, refuse},
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(SESSIONS, handle)
        .about(Tag::Keyhaven, "Sign in")
        .takes(Content::json::<SignInRequest>())
        .answers(Content::json::<SessionResponse>())
        .fails(&[ErrorCode::Unauthorized, ErrorCode::RateLimited])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    State(policy): State<Arc<Policy>>,
    JsonBody(request): StrangersJson<SignInRequest>,
) -> Result<Json<SessionResponse>, ApiError> {
    let now = clock.now();
    let password = Password::derived(&request.auth_key);
    let signed_in = match Address::parse(&request.email) {
        Ok(address) => {
            credentials
                .sign_in(&*store, &address, password, network, now)
                .await
        }
        Err(_) => credentials.refuse(password, network, now).await,
    };
    let account = signed_in.map_err(|error| refuse(error, Challenge::Bearer))?;
    let draft = Draft::generate()?;
    match store
        .create_session(draft.record(&account, account.credential.generation), now)
        .await?
    {
        CreateSession::Created => Ok(Json(draft.into_response(&account, &policy, now))),
        CreateSession::CredentialChanged => Err(ApiError::Unauthorized(Challenge::Bearer)),
    }
}
