//! Names in paths, percent-decoded and bounded.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectId, SessionId, limits::LEGACY_ID_MAX_BYTES},
};

use crate::failure::ApiError;

/// The id of a persona on the original wire: any text without a slash or a control character, of 1 to
/// `LEGACY_ID_MAX_BYTES` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonaName(pub(crate) String);

/// The id of an object of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectName(pub(crate) ObjectId);

/// Which session is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionName {
    /// `current`: the one that asks.
    Current,
    /// One of the list.
    Id(SessionId),
}

/// The version in a path with an id before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VersionNumber(pub(crate) u64);

/// The last part of `/password/reset/{email}`, decoded but not parsed.
#[derive(Debug)]
pub(crate) struct EmailInPath(pub(crate) String);

/// The decoded value of the first parameter of a path.
async fn parameter<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<String, ErrorCode> {
    let parameters = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| ErrorCode::MalformedUrl)?;
    let value = parameters.iter().next().map(|(_, value)| value.to_owned());
    value.ok_or(ErrorCode::MalformedUrl)
}

/// The one rule for ids of the original wire, for requests and for imports.
pub(crate) fn persona_name(text: String) -> Result<PersonaName, ErrorCode> {
    let bounded = (1..=LEGACY_ID_MAX_BYTES).contains(&text.len());
    if bounded && !text.contains('/') && !text.chars().any(char::is_control) {
        Ok(PersonaName(text))
    } else {
        Err(ErrorCode::InvalidId)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PersonaName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(persona_name(parameter(parts, state).await?)?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ObjectName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = parameter(parts, state)
            .await?
            .parse()
            .map_err(|_| ErrorCode::InvalidId)?;
        Ok(Self(id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VersionNumber {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ErrorCode::MalformedUrl)?;
        let version = parameters
            .iter()
            .find(|(name, _)| *name == "version")
            .and_then(|(_, text)| version(text));
        Ok(Self(version.ok_or(ErrorCode::MalformedUrl)?))
    }
}

/// Digits as this server writes them, and nothing else that a parser of numbers takes.
fn version(text: &str) -> Option<u64> {
    let version: u64 = text.parse().ok()?;
    (version.to_string() == text).then_some(version)
}

impl<S: Send + Sync> FromRequestParts<S> for SessionName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let text = parameter(parts, state).await?;
        if text == "current" {
            return Ok(Self::Current);
        }
        Ok(Self::Id(text.parse().map_err(|_| ErrorCode::InvalidId)?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for EmailInPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self(parameter(parts, state).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_without_a_slash_names_a_persona() {
        for text in [
            "a",
            "Work persona.zip",
            "..",
            "☃",
            &"x".repeat(LEGACY_ID_MAX_BYTES),
        ] {
            assert_eq!(persona_name(text.to_owned()), Ok(PersonaName(text.to_owned())));
        }
        for text in [
            "",
            "a/b",
            "/",
            "a\nb",
            "a\0",
            &"x".repeat(LEGACY_ID_MAX_BYTES + 1),
        ] {
            assert_eq!(
                persona_name(text.to_owned()),
                Err(ErrorCode::InvalidId),
                "{text:?}"
            );
        }
    }
}
