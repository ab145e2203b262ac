//! One id a request: in the answer's header, in the body of a failure, and in the log.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use keyhaven_protocol::base64url;

use crate::random;

/// The header that carries it.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// 12 random bytes as text. A caller's own header is not taken over: it could carry anything into the log.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// A fresh one; empty without randomness: requests still can be told from each other by their time in the log then.
    pub(crate) fn generate() -> Self {
        let bytes = random::generate::<12>();
        Self(bytes.map(|bytes| base64url::encode(&bytes)).unwrap_or_default())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives the request its id and the answer the header.
pub(crate) async fn assign(mut request: Request, next: Next) -> Response {
    let id = RequestId::generate();
    let header = HeaderValue::from_str(id.as_str());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}
