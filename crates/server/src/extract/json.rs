//! JSON bodies of our own routes.

use axum::{
    extract::{FromRef, FromRequest, Request},
    http::{HeaderMap, header},
};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::limits::{JSON_MAX_BYTES, STRANGER_BODY_MAX_BYTES},
};
use serde::de::DeserializeOwned;

use super::{BodyBudget, Bounded, TrustedProxies};
use crate::failure::ApiError;

/// A body that is labelled as JSON and has the shape of `T`. What is wrong inside is not echoed: it may be a secret.
#[derive(Debug)]
pub(crate) struct JsonBody<T, const MAX: usize = JSON_MAX_BYTES>(pub(crate) T);

/// The same of a route that anybody may ask.
pub(crate) type StrangersJson<T> = JsonBody<T, STRANGER_BODY_MAX_BYTES>;

impl<S, T, const MAX: usize> FromRequest<S> for JsonBody<T, MAX>
where
    S: Send + Sync,
    T: DeserializeOwned,
    BodyBudget: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        // A page of another origin can post without asking first only with a type of its own choice of three, and
        // this is none of them.
        if media_type(request.headers()).as_deref() != Some("application/json") {
            return Err(ErrorCode::UnsupportedMediaType.into());
        }
        let Bounded(body) = Bounded::<MAX>::from_request(request, state).await?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|_| ErrorCode::MalformedBody.into())
    }
}

/// The media type without its parameters, in lower case.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Wanted {
        number: u8,
    }

    async fn parsed(content_type: &str, body: &str) -> Result<u8, ErrorCode> {
        let request = Request::builder()
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body.to_owned()))
            .unwrap();
        let parsed = JsonBody::<Wanted>::from_request(request, &BodyBudget::default()).await;
        parsed.map(|body| body.0.number).map_err(|error| error.code())
    }

    #[tokio::test]
    async fn the_label_may_carry_parameters() {
        assert_eq!(parsed("application/json", "{\"number\": 7}").await, Ok(7));
        assert_eq!(
            parsed("Application/JSON; charset=utf-8", "{\"number\": 7}").await,
            Ok(7)
        );
    }

    #[tokio::test]
    async fn another_label_is_refused() {
        assert_eq!(
            parsed("text/plain", "{\"number\": 7}").await,
            Err(ErrorCode::UnsupportedMediaType)
        );
    }

    #[tokio::test]
    async fn another_shape_is_malformed() {
        for body in [
            "",
            "{",
            "[]",
            "{}",
            "{\"number\": \"7\"}",
            "{\"number\": 256}",
            &"[".repeat(10_000),
        ] {
            assert_eq!(
                parsed("application/json", body).await,
                Err(ErrorCode::MalformedBody),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn more_than_64_kib_is_too_large() {
        let body = format!("{{\"number\": 7{}}}", " ".repeat(JSON_MAX_BYTES));
        assert_eq!(parsed("application/json", &body).await, Err(ErrorCode::TooLarge));
    }
}
