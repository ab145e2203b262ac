//! `GET /openapi.json`: the OpenAPI document.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

use crate::{
    failure::ApiError,
    openapi,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get("/openapi.json", handle)
        .about(Tag::Service, "This document")
        .answers(Content::Object)
}

async fn handle(
    State(policy): State<std::sync::Arc<crate::app_state::Policy>>,
) -> Result<Response, ApiError> {
    let document = serde_json::to_vec(&openapi::document(policy.base_url.as_str()))?;
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        document,
    )
        .into_response())
}
