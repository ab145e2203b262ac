//! Answers with pages and files of the app.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;

use super::files::{AppFile, Lifetime, Page};

/// What a page may use of the device: the clipboard on a click, the camera to scan a code, passkeys to unlock.
const PAGE_PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), clipboard-read=(), \
     clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), publickey-credentials-create=(self), publickey-credentials-get=(self), \
     screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
);

/// A page, never kept by anybody, under its own policy.
pub(super) fn page(page: &Page, file: &AppFile, encodings: &str) -> Response {
    let mut response = body(file, encodings);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        page.content_security_policy.clone(),
    );
    headers.insert(HeaderName::from_static("permissions-policy"), PAGE_PERMISSIONS);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A file, kept as long as its name allows.
pub(super) fn file(file: &AppFile, encodings: &str, known: Option<&HeaderValue>) -> Response {
    let fresh = known.is_some() && known == file.etag.as_ref();
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(file, encodings)
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(match file.lifetime {
            Lifetime::Forever => "public, max-age=31536000, immutable",
            Lifetime::AskAgain => "no-cache",
        }),
    );
    if let Some(etag) = &file.etag {
        headers.insert(header::ETAG, etag.clone());
    }
    response
}

fn body(file: &AppFile, encodings: &str) -> Response {
    let (bytes, encoding) = choose(file, encodings);
    let mut response = Body::from(bytes.clone()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, file.media_type.clone());
    if file.gzip.is_some() || file.brotli.is_some() {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn choose<'a>(file: &'a AppFile, encodings: &str) -> (&'a Bytes, Option<&'static str>) {
    match (&file.brotli, &file.gzip) {
        (Some(bytes), _) if accepts(encodings, "br") => (bytes, Some("br")),
        (_, Some(bytes)) if accepts(encodings, "gzip") => (bytes, Some("gzip")),
        _ => (&file.plain, None),
    }
}

/// Whether the list names the coding with a weight other than zero.
fn accepts(encodings: &str, coding: &str) -> bool {
    encodings.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|weight| {
            weight
                .strip_prefix("q=")
                .is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(lifetime: Lifetime) -> AppFile {
        AppFile {
            plain: Bytes::from_static(b"plain"),
            gzip: Some(Bytes::from_static(b"gzip")),
            brotli: Some(Bytes::from_static(b"brotli")),
            media_type: HeaderValue::from_static("text/css"),
            etag: Some(HeaderValue::from_static("\"tag\"")),
            lifetime,
        }
    }

    #[test]
    fn the_best_accepted_copy_is_sent() {
        let file = sample(Lifetime::Forever);
        assert_eq!(choose(&file, "gzip, deflate, br").1, Some("br"));
        assert_eq!(choose(&file, "gzip;q=0.5, br;q=0").1, Some("gzip"));
        assert_eq!(choose(&file, "br;q=0.0, GZIP ; q=0").1, None);
        assert_eq!(choose(&file, "").0, "plain");
    }

    #[test]
    fn hashed_files_are_kept_and_others_asked_for_again() {
        let response = file(&sample(Lifetime::Forever), "br", None);
        assert_eq!(
            response.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(response.headers()[header::VARY], "accept-encoding");
        let known = HeaderValue::from_static("\"tag\"");
        let response = file(&sample(Lifetime::AskAgain), "", Some(&known));
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
    }
}
