//! `GET /persona/v1/inventory`: the sealed inventory; its version is the `ETag`.

use axum::{extract::State, http::header, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{objects::SEALED_MEDIA_TYPE, paths::INVENTORY},
};

use crate::{
    app_state::StoreRef,
    extract::{SignedIn, etag},
    failure::{ApiError, Challenge},
    persona::sealed_bytes,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(INVENTORY, handle)
        .about(Tag::Keyhaven, "The sealed inventory; its version is the ETag")
        .session()
        .answers(Content::Bytes(SEALED_MEDIA_TYPE))
        .fails(&[ErrorCode::NoSuchItem])
}

async fn handle(signed_in: SignedIn, State(store): State<StoreRef>) -> Result<Response, ApiError> {
    let (version, bytes) = store
        .read_inventory(signed_in.author())
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Bearer))?
        .ok_or(ErrorCode::NoSuchItem)?;
    let mut response = sealed_bytes::answer(bytes, SEALED_MEDIA_TYPE);
    if let Some(tag) = etag(version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
