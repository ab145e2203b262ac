//! The condition of a write: `If-Match: "7"`, or `If-None-Match: *` for the first one.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use keyhaven_protocol::error::ErrorCode;
use keyhaven_storage::Precondition;

use crate::failure::ApiError;

/// What must be stored for the write to go through. Every conditional route requires one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition(pub(crate) Precondition);

impl Condition {
    /// The version that is replaced; `None` for the first write.
    pub(crate) const fn replaces(self) -> Option<u64> {
        match self.0 {
            Precondition::Absent => None,
            Precondition::Version(version) => Some(version),
        }
    }
}

/// The strong `ETag` of a version.
pub(crate) fn etag(version: u64) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("\"{version}\"")).ok()
}

impl<S: Send + Sync> FromRequestParts<S> for Condition {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(parse(&parts.headers).map(Self)?)
    }
}

fn parse(headers: &HeaderMap) -> Result<Precondition, ErrorCode> {
    match (headers.get(header::IF_MATCH), headers.get(header::IF_NONE_MATCH)) {
        (Some(tag), None) => version(tag)
            .map(Precondition::Version)
            .ok_or(ErrorCode::PreconditionRequired),
        (None, Some(tag)) if tag == "*" => Ok(Precondition::Absent),
        _ => Err(ErrorCode::PreconditionRequired),
    }
}

fn version(tag: &HeaderValue) -> Option<u64> {
    let digits = tag.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
    let version = digits.parse::<u64>().ok()?;
    // One spelling a version: no sign, no leading zero.
    (version.to_string() == digits).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(headers: &[(header::HeaderName, &str)]) -> Result<Precondition, ErrorCode> {
        parse(
            &headers
                .iter()
                .map(|(name, value)| (name.clone(), value.parse().unwrap()))
                .collect(),
        )
    }

    #[test]
    fn a_version_or_nothing_may_be_expected() {
        assert_eq!(
            parsed(&[(header::IF_MATCH, "\"7\"")]),
            Ok(Precondition::Version(7))
        );
        assert_eq!(parsed(&[(header::IF_NONE_MATCH, "*")]), Ok(Precondition::Absent));
        assert_eq!(etag(7).unwrap(), "\"7\"");
    }

    #[test]
    fn every_other_condition_is_refused() {
        let refused = Err(ErrorCode::PreconditionRequired);
        assert_eq!(parsed(&[]), refused);
        assert_eq!(parsed(&[(header::IF_NONE_MATCH, "\"7\"")]), refused);
        assert_eq!(
            parsed(&[(header::IF_MATCH, "\"7\""), (header::IF_NONE_MATCH, "*")]),
            refused
        );
        for tag in [
            "*",
            "7",
            "W/\"7\"",
            "\"07\"",
            "\"+7\"",
            "\"\"",
            "\"-1\"",
            "\"99999999999999999999\"",
            "\"1\", \"2\"",
        ] {
            assert_eq!(parsed(&[(header::IF_MATCH, tag)]), refused, "{tag}");
        }
    }
}
