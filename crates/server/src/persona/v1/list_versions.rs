//! `GET /persona/v1/objects/{id}/versions`: the versions of an object that are kept.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectVersionListResponse, paths::OBJECT_VERSIONS},
};

use crate::{
    app_state::StoreRef,
    extract::{PersonaName, SignedIn},
    failure::{ApiError, Challenge},
    persona::versions,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(OBJECT_VERSIONS, handle)
        .about(Tag::Keyhaven, "The versions of an object that are kept")
        .session()
        .answers(Content::json::<ObjectVersionListResponse>())
        .fails(&[ErrorCode::InvalidId, ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    PersonaName(id): PersonaName,
    State(store): State<StoreRef>,
) -> Result<Json<ObjectVersionListResponse>, ApiError> {
    let kept = store
        .versions(signed_in.author(), &id)
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Bearer))?
        .ok_or(ErrorCode::NoSuchItem)?;
    Ok(Json(versions::view(kept)))
}
