//! The recovery app's pages and files: from the binary or from a folder, read once at start.

mod answer;
mod embedded;
mod files;
mod media_type;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{Method, header},
    response::{IntoResponse as _, Response},
};
use keyhaven_protocol::error::ErrorCode;

pub use files::{AppError, RecoveryApp};

use crate::failure::ApiError;

/// Serves what no route of the API does: a page, a file, or "no such path".
pub(crate) async fn serve(State(app): State<Arc<RecoveryApp>>, request: Request) -> Response {
    let path = request.uri().path();
    let readable = request.method() == Method::GET || request.method() == Method::HEAD;
    let known = app.page(path).is_some() || app.file(path).is_some();
    if known && !readable {
        return ApiError::from(ErrorCode::MethodNotAllowed).into_response();
    }
    let headers = request.headers();
    let encodings = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if let Some((page, file)) = app.page(path) {
        return answer::page(page, file, encodings);
    }
    match app.file(path) {
        Some(file) => answer::file(file, encodings, headers.get(header::IF_NONE_MATCH)),
        None => ApiError::from(ErrorCode::NotFound).into_response(),
    }
}
