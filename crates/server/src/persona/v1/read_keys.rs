//! `GET /persona/v1/keys`: the key record without its wraps.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{KeyRecordResponse, paths::KEYS},
};

use super::key_record;
use crate::{
    app_state::StoreRef,
    extract::SignedIn,
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(KEYS, handle)
        .about(
            Tag::Keyhaven,
            "The key record without its wraps; its version is the ETag",
        )
        .session()
        .answers(Content::json::<KeyRecordResponse>())
        .fails(&[ErrorCode::NoSuchItem])
}

async fn handle(signed_in: SignedIn, State(store): State<StoreRef>) -> Result<Response, ApiError> {
    let record = store
        .key_record(signed_in.author())
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Bearer))?
        .ok_or(ErrorCode::NoSuchItem)?;
    Ok(key_record::answer(KeyRecordResponse {
        version: record.version,
        password_epoch: record.password.epoch,
        credential_epoch: signed_in.account.credential.epoch,
    }))
}
