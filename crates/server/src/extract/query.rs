//! The one query parameter of our own routes.

use axum::{extract::FromRequestParts, http::request::Parts};
use keyhaven_protocol::{address::Address, error::ErrorCode};
use percent_encoding::percent_decode_str;

use crate::failure::ApiError;

/// The address of `?email=`.
#[derive(Debug)]
pub(crate) struct EmailQuery(pub(crate) Address);

impl<S: Send + Sync> FromRequestParts<S> for EmailQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(parse(parts.uri.query().unwrap_or_default()).map(Self)?)
    }
}

fn parse(query: &str) -> Result<Address, ErrorCode> {
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("email="))
        .ok_or(ErrorCode::MissingParameters)?;
    // `+` means itself in an address and a space in a query that a form wrote; a space is in no address.
    let text = percent_decode_str(value)
        .decode_utf8()
        .map_err(|_| ErrorCode::MalformedUrl)?;
    if text.is_empty() {
        return Err(ErrorCode::MissingParameters);
    }
    Address::parse(&text).map_err(|_| ErrorCode::InvalidEmail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_from_the_query() {
        for query in [
            "email=Carol%40example.org",
            "x=1&email=carol@example.org&email=second@example.org",
        ] {
            assert_eq!(parse(query).unwrap().normalised(), "carol@example.org");
        }
        assert_eq!(
            parse("email=a+b@example.org").unwrap().normalised(),
            "a+b@example.org"
        );
        assert_eq!(
            parse("email=a%2Bb@example.org").unwrap().normalised(),
            "a+b@example.org"
        );
    }

    #[test]
    fn every_other_query_says_what_is_wrong() {
        for (query, code) in [
            ("", ErrorCode::MissingParameters),
            ("email", ErrorCode::MissingParameters),
            ("email=", ErrorCode::MissingParameters),
            ("mail=a@b.c", ErrorCode::MissingParameters),
            ("email=%ff", ErrorCode::MalformedUrl),
            ("email=nobody", ErrorCode::InvalidEmail),
        ] {
            assert_eq!(parse(query), Err(code), "{query}");
        }
    }
}
