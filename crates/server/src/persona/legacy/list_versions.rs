//! `GET /personas/{id}/versions`: what is kept of a persona, also while it is deleted. Not of the original wire: its clients
//! have no other way to see what was overwritten.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectVersionListResponse, legacy::PERSONA_VERSIONS},
};
use keyhaven_storage::Author;

use crate::{
    app_state::StoreRef,
    extract::{BasicAccount, PersonaName},
    failure::{ApiError, Challenge},
    persona::versions,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(PERSONA_VERSIONS, handle)
        .about(Tag::Original, "The versions of a persona that are kept")
        .basic()
        .answers(Content::json::<ObjectVersionListResponse>())
        .fails(&[ErrorCode::InvalidId, ErrorCode::PersonaNotFound])
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    State(store): State<StoreRef>,
) -> Result<Json<ObjectVersionListResponse>, ApiError> {
    let kept = store
        .versions(Author::by_password(&account), &id)
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Basic))?
        .ok_or(ErrorCode::PersonaNotFound)?;
    Ok(Json(versions::view(kept)))
}
