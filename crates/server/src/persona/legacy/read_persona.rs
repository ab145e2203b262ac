//! `GET /personas/{id}`: the bytes as they were stored.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{error::ErrorCode, persona::legacy::PERSONA};
use keyhaven_storage::Author;

use crate::{
    app_state::StoreRef,
    extract::{BasicAccount, PersonaName},
    failure::{ApiError, Challenge},
    persona::sealed_bytes,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(PERSONA, handle)
        .matching(super::PERSONA_PATTERN)
        .about(Tag::Original, "The bytes of a persona")
        .basic()
        .answers(Content::Bytes("application/octet-stream"))
        .fails(&[ErrorCode::InvalidId, ErrorCode::PersonaNotFound])
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    State(store): State<StoreRef>,
) -> Result<Response, ApiError> {
    let object = store
        .read_object(Author::by_password(&account), &id)
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Basic))?
        .ok_or(ErrorCode::PersonaNotFound)?;
    Ok(sealed_bytes::answer(object.bytes, &object.record.content_type))
}
