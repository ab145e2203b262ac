//! `POST /personas/{id}`: stores the bytes as they come, under their content type.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, header, request::Parts},
};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{
        legacy::PERSONA,
        limits::{CONTENT_TYPE_MAX_BYTES, OBJECT_MAX_BYTES},
    },
};
use keyhaven_storage::Author;

use super::outcome;
use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{BasicAccount, Bounded, PersonaName},
    failure::ApiError,
    persona::not_allowed,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(PERSONA, handle)
        .about(
            Tag::Original,
            "Store a persona, or overwrite it; the version before is kept",
        )
        .basic()
        .takes(Content::Bytes("application/octet-stream"))
        .fails(&[
            ErrorCode::InvalidId,
            ErrorCode::EmptyBody,
            ErrorCode::MissingContentType,
            ErrorCode::QuotaExceeded,
        ])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    ContentType(content_type): ContentType,
    Bounded(body): Bounded<OBJECT_MAX_BYTES>,
) -> Result<Json<EmptyObject>, ApiError> {
    if body.is_empty() {
        return Err(ErrorCode::EmptyBody.into());
    }
    let outcome = store
        .write_object(
            Author::by_password(&account),
            &id,
            &content_type,
            body,
            clock.now(),
        )
        .await?;
    outcome::answer(outcome)
}

/// The content type to store: bounded visible text.
struct ContentType(String);

impl<S: Send + Sync> FromRequestParts<S> for ContentType {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(content_type(&parts.headers).map(Self)?)
    }
}

fn content_type(headers: &HeaderMap) -> Result<String, ErrorCode> {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .filter(|text| !text.trim().is_empty() && text.len() <= CONTENT_TYPE_MAX_BYTES);
    text.map(str::to_owned).ok_or(ErrorCode::MissingContentType)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_bounded_text() {
        let parsed = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.try_into().unwrap());
            content_type(&headers)
        };
        assert_eq!(parsed(b"application/zip"), Ok("application/zip".to_owned()));
        assert_eq!(
            parsed(&[b'x'; CONTENT_TYPE_MAX_BYTES]).map(|text| text.len()),
            Ok(CONTENT_TYPE_MAX_BYTES)
        );
        for value in [
            b"".as_slice(),
            b"  ",
            b"\xff",
            &[b'x'; CONTENT_TYPE_MAX_BYTES + 1],
        ] {
            assert_eq!(parsed(value), Err(ErrorCode::MissingContentType));
        }
        assert_eq!(
            content_type(&HeaderMap::new()),
            Err(ErrorCode::MissingContentType)
        );
    }
}
