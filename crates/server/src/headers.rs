//! The security headers of every answer. A route that needs another value sets it first; only absent ones are added.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Whether browsers are told to insist on HTTPS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// The base URL is `https:`.
    Https,
    /// Loopback without TLS.
    Plain,
}

const EVERY_ANSWER: [(HeaderName, HeaderValue); 10] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("x-permitted-cross-domain-policies"),
        HeaderValue::from_static("none"),
    ),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Two years (RFC 6797); the first visit is often a click in a mail. Not for names below this one: whether these have
/// HTTPS is not ours to say.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds what is absent.
pub(crate) async fn secure(State(transport): State<Transport>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add_missing(response.headers_mut(), transport);
    response
}

fn add_missing(headers: &mut HeaderMap, transport: Transport) {
    for (name, value) in EVERY_ANSWER {
        headers.entry(name).or_insert(value);
    }
    if transport == Transport::Https {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HSTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_the_route_set_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("immutable"));
        add_missing(&mut headers, Transport::Plain);
        assert_eq!(headers[header::CACHE_CONTROL], "immutable");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers.get_all(header::CACHE_CONTROL).iter().count(), 1);
    }

    #[test]
    fn https_is_insisted_on_only_where_it_is_spoken() {
        let mut headers = HeaderMap::new();
        add_missing(&mut headers, Transport::Plain);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        add_missing(&mut headers, Transport::Https);
        assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], HSTS);
    }
}
