//! One log line a request: method, the route's pattern, status, duration. Never a query, a header, an address or a
//! body.

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::{load_shedding, request_id::RequestId};

/// Logs the request when it was answered.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let request_id = extensions
        .get::<RequestId>()
        .map(|id| id.as_str().to_owned())
        .unwrap_or_default();
    // The pattern, never the path: a path can hold an address or the id of a persona.
    let route = extensions
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let method = known_method(request.method());
    let span = tracing::info_span!("request", request_id);
    let came = load_shedding::came_at(extensions);
    let response = next.run(request).instrument(span.clone()).await;
    let duration_ms = u64::try_from(came.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(method, route, status, duration_ms, "answered"));
    response
}

/// A method is any token that a stranger likes; only the known ones are logged.
pub(crate) fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        _ => "other",
    }
}
