//! `GET /persona/v1/kdf`: what a client derives its keys with, for an address, known or not. The store is not asked.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{KdfResponse, paths::KDF},
};

use crate::{
    app_state::ClockRef,
    credential::Credentials,
    extract::EmailQuery,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(KDF, handle)
        .about(
            Tag::Keyhaven,
            "How a password of this address may have been derived, newest first, known or not",
        )
        .query(&["email"])
        .answers(Content::json::<KdfResponse>())
        .fails(&[
            ErrorCode::MissingParameters,
            ErrorCode::InvalidEmail,
            ErrorCode::MalformedUrl,
        ])
}

async fn handle(
    EmailQuery(address): EmailQuery,
    State(credentials): State<Credentials>,
    State(clock): State<ClockRef>,
) -> Json<KdfResponse> {
    Json(KdfResponse {
        derivations: credentials.kdf.offered(&address, clock.now()),
    })
}
