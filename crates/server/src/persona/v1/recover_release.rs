//! `POST /persona/v1/recover/release`: the recovery wrap, against the auth value of the code, without a session. An
//! address without an account, an account without a key record and a wrong code are one answer of one cost.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{RecoverReleaseRequest, RecoverReleaseResponse, paths::RECOVER_RELEASE},
};

use crate::{
    app_state::{ClockRef, StoreRef},
    credential::{Credentials, Password},
    extract::{JsonBody, Network, StrangersJson, refuse},
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(RECOVER_RELEASE, handle)
        .about(
            Tag::Keyhaven,
            "The recovery wrap of an address, against the auth value of its code",
        )
        .takes(Content::json::<RecoverReleaseRequest>())
        .answers(Content::json::<RecoverReleaseResponse>())
        .fails(&[ErrorCode::WrongProof, ErrorCode::RateLimited])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    JsonBody(request): StrangersJson<RecoverReleaseRequest>,
) -> Result<Json<RecoverReleaseResponse>, ApiError> {
    let now = clock.now();
    let guess = credentials
        .guesses
        .begin(network, now)
        .map_err(|error| refuse(error, Challenge::Bearer))?;
    // What `recover` costs, for every address and every code alike.
    let cost = Password::derived(&request.recovery_auth);
    credentials.hasher.verify(None, cost).await?;
    let (account, record, wrap) = credentials
        .by_recovery_code(&*store, &request.email, &request.recovery_auth, network, now)
        .await?;
    guess.give_back();
    Ok(Json(RecoverReleaseResponse {
        account_id: account.id,
        wrap,
        former_keys: record.former_keys,
        version: record.version,
        next_credential_epoch: account.credential.next_epoch(),
    }))
}
