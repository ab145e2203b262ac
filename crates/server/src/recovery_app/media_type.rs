//! What a file of the app is, by its name.

use axum::http::HeaderValue;

/// The media type; bytes where the name says nothing.
pub(super) fn of(name: &str) -> HeaderValue {
    let extension = name
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map_or("", |(_, last)| last);
    HeaderValue::from_static(match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "" if name.ends_with("SHA256SUMS") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_is() {
        assert_eq!(of("persona/index.html"), "text/html; charset=utf-8");
        assert_eq!(of("a-0123_bg.wasm"), "application/wasm");
        assert_eq!(of("SHA256SUMS"), "text/plain; charset=utf-8");
        assert_eq!(of("folder.js/unknown"), "application/octet-stream");
    }
}
