//! `GET /status`: what this is.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::persona::legacy::{SERVICE_NAME, STATUS, StatusResponse};

use crate::{
    app_state::Policy,
    route::{Content, Route, Tag},
};

/// The version of the original wire.
const WIRE_VERSION: [u32; 3] = [1, 0, 0];

pub(super) fn route() -> Route {
    Route::get(STATUS, handle)
        .about(
            Tag::Original,
            "Name and version of the wire, start of the process, configured base URL",
        )
        .answers(Content::json::<StatusResponse>())
}

async fn handle(State(policy): State<Arc<Policy>>) -> Json<StatusResponse> {
    Json(StatusResponse {
        name: SERVICE_NAME.to_owned(),
        version: WIRE_VERSION,
        started: policy.started.clone(),
        url: policy.base_url.as_str().to_owned(),
    })
}
