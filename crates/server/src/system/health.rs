//! `GET /health`: the process answers.

use axum::Json;

use crate::{
    empty_object::EmptyObject,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get("/health", handle).about(Tag::Service, "The process answers")
}

async fn handle() -> Json<EmptyObject> {
    Json(EmptyObject {})
}
