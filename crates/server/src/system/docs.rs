//! `GET /docs`: the same table as the OpenAPI document, for people: plain HTML, no script, one style sheet of its own.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::{
    docs_page,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get("/docs", handle)
        .about(Tag::Service, "The same for people")
        .answers(Content::Html)
}

async fn handle() -> Response {
    // The page's one style is allowed by its hash, so that nothing else is.
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(docs_page::STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = docs_page::page().into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
