//! Answers that carry stored bytes: nothing in them is ever run, shown or embedded.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;

/// The types that are echoed as stored; anything else could be shown by a browser as something of ours.
pub(crate) const ECHOED: [&str; 4] = [
    "application/zip",
    "application/octet-stream",
    "application/json",
    "text/plain",
];

/// The stored bytes under their stored type, if that is harmless.
pub(super) fn answer(bytes: Bytes, content_type: &str) -> Response {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let echoed = ECHOED
        .contains(&essence.as_str())
        .then(|| HeaderValue::from_str(content_type).ok())
        .flatten();
    let content_type = echoed.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ];
    (headers, Body::from(bytes)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_of(stored: &str) -> String {
        answer(Bytes::new(), stored).headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn harmless_types_are_echoed_and_others_are_bytes() {
        for stored in [
            "application/zip",
            "Application/JSON; charset=utf-8",
            "text/plain;charset=latin1",
        ] {
            assert_eq!(type_of(stored), stored);
        }
        for stored in [
            "text/html",
            "image/svg+xml",
            "application/pdf",
            "",
            "text/plain\nx: y",
            "application/zipped",
        ] {
            assert_eq!(type_of(stored), "application/octet-stream", "{stored}");
        }
    }

    #[test]
    fn stored_bytes_are_sandboxed_and_downloaded() {
        let response = answer(Bytes::new(), "text/plain");
        assert_eq!(
            response.headers()[header::CONTENT_SECURITY_POLICY],
            "default-src 'none'; sandbox"
        );
        assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment");
    }
}
