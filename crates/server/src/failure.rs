//! The one map from what went wrong to status, headers and body.
//!
//! Handlers and extractors return an [`ApiError`]. It becomes an answer without a body that carries the code; the
//! outermost layer ([`render`]) writes the body, because only there the request id is known.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use keyhaven_protocol::{
    error::{ErrorCode, Failure, FailureResponse},
    persona::legacy::REALM,
};
use keyhaven_storage::StorageError;

use crate::{credential::HashError, random::RandomError, request_id::RequestId};

/// How a client may prove who it is, said with every 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The original wire. A browser that sees this asks for a password, so our own routes never send it.
    Basic,
    /// Our own routes.
    Bearer,
}

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The request is at fault, or the state it met.
    #[error("{}", .0.message())]
    Refused(ErrorCode),
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    Unauthorized(Challenge),
    /// Too many wrong guesses.
    #[error("too many requests")]
    RateLimited {
        /// When the next one is allowed.
        retry_after: Duration,
    },
    /// More work than the server takes on.
    #[error("busy")]
    Busy,
    /// The store failed.
    #[error("the store failed")]
    Storage(#[from] StorageError),
    /// No randomness.
    #[error("no randomness")]
    Random(#[from] RandomError),
    /// A password could not be hashed.
    #[error("hashing failed")]
    Hash(#[source] HashError),
    /// An answer could not be put into words.
    #[error("an answer could not be written")]
    Answer(#[from] serde_json::Error),
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Random(error) => Self::Random(error),
            other => Self::Hash(other),
        }
    }
}

impl ApiError {
    /// The stable name on the wire.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(code) => *code,
            Self::Unauthorized(_) => ErrorCode::Unauthorized,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Busy | Self::Storage(StorageError::Busy | StorageError::Stopped | StorageError::Full) => {
                ErrorCode::Busy
            }
            Self::Storage(_) | Self::Random(_) | Self::Hash(_) | Self::Answer(_) | Self::Panicked => {
                ErrorCode::Internal
            }
        }
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after.as_secs().max(1)),
            Self::Busy | Self::Storage(StorageError::Busy) => Some(1),
            Self::Storage(StorageError::Stopped | StorageError::Full) => Some(30),
            _ => None,
        }
    }
}

/// The mark on an answer whose body [`render`] writes.
#[derive(Debug, Clone, Copy)]
struct Failed(ErrorCode);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let code = self.code();
        // A full disk is answered as a busy server is; only the operator can do something about it.
        if code == ErrorCode::Internal || matches!(self, Self::Storage(StorageError::Full)) {
            tracing::error!(error = &self as &dyn std::error::Error, "request failed");
        }
        let mut response = status_of(code).into_response();
        response.extensions_mut().insert(Failed(code));
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Self::Unauthorized(challenge) = self {
            let value = match challenge {
                Challenge::Basic => HeaderValue::try_from(format!("Basic realm=\"{REALM}\"")).ok(),
                Challenge::Bearer => Some(HeaderValue::from_static("Bearer")),
            };
            if let Some(value) = value {
                headers.insert(header::WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}

/// The status of a code; every code has a valid one, which a test holds.
pub(crate) fn status_of(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Writes the JSON body of every failed answer.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(Failed(code)) = response.extensions_mut().remove::<Failed>() else {
        return response;
    };
    let request_id = request_id.map(|id| id.as_str().to_owned()).unwrap_or_default();
    let body = FailureResponse {
        failure: Failure::new(code, request_id),
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    match serde_json::to_vec(&body) {
        Ok(body) => Response::from_parts(parts, body.into()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answer of a path that nothing serves.
pub(crate) async fn method_not_allowed() -> ApiError {
    ErrorCode::MethodNotAllowed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_status_of_its_own_class() {
        for code in ErrorCode::ALL {
            assert_eq!(status_of(*code).as_u16(), code.status(), "{}", code.name());
            assert!(status_of(*code).is_client_error() || status_of(*code).is_server_error());
        }
    }

    #[test]
    fn only_the_original_wire_makes_a_browser_ask_for_a_password() {
        let value = |challenge| {
            ApiError::Unauthorized(challenge).into_response().headers()[header::WWW_AUTHENTICATE].clone()
        };
        assert_eq!(value(Challenge::Basic), "Basic realm=\"Key Backup Service\"");
        assert_eq!(value(Challenge::Bearer), "Bearer");
    }

    #[test]
    fn a_refusal_for_load_says_when_to_come_back() {
        let response = ApiError::Busy.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        let response = ApiError::RateLimited {
            retry_after: Duration::from_secs(90),
        }
        .into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "90");
    }
}
