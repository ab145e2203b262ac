//! `config.json` beside the app names the server, so that one build serves any host.

use js_sys::JsString;
use serde::Deserialize;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;

use super::page;
use crate::route::Base;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// Empty for the origin that the app came from.
    api_base: String,
}

/// Why it is not known which server to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It could not be loaded.
    #[error("the settings of this app could not be loaded")]
    Unreachable,
    /// It does not name a server.
    #[error("the settings of this app name no server")]
    Malformed,
}

/// The address of the API without a slash at the end.
///
/// # Errors
/// [`ConfigError`] if the file is there and cannot be used.
pub(crate) async fn api_base(base: &Base) -> Result<String, ConfigError> {
    let window = web_sys::window().ok_or(ConfigError::Unreachable)?;
    let answer = JsFuture::from(window.fetch_with_str(&base.file("config.json"))).await;
    let response: web_sys::Response = answer
        .ok()
        .and_then(|answer| answer.dyn_into().ok())
        .ok_or(ConfigError::Unreachable)?;
    if response.status() == 404 {
        return Ok(page::origin());
    }
    let body = response.text().map_err(|_| ConfigError::Unreachable)?;
    let text = JsFuture::from(body).await.map_err(|_| ConfigError::Unreachable)?;
    let text = String::from(text.unchecked_into::<JsString>());
    parse(&text, &page::origin())
}

fn parse(text: &str, own_origin: &str) -> Result<String, ConfigError> {
    // As bytes, like every other document: the app links one parser and not two.
    let config: ConfigFile = serde_json::from_slice(text.as_bytes()).map_err(|_| ConfigError::Malformed)?;
    let named = config.api_base.trim_end_matches('/');
    let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .filter_map(|host| named.strip_prefix(host))
        .any(|rest| rest.is_empty() || rest.starts_with([':', '/']));
    match named {
        "" => Ok(own_origin.to_owned()),
        // Secrets leave this page: never over a connection that others can read.
        _ if named.starts_with("https://") || loopback => Ok(named.to_owned()),
        _ => Err(ConfigError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_the_own_origin_or_a_secure_one() {
        let own = "https://app.example";
        assert_eq!(parse(r#"{"api_base": ""}"#, own), Ok(own.to_owned()));
        assert_eq!(
            parse(r#"{"api_base": "https://api.example/"}"#, own),
            Ok("https://api.example".to_owned())
        );
        assert_eq!(
            parse(r#"{"api_base": "http://127.0.0.1:8000"}"#, own),
            Ok("http://127.0.0.1:8000".to_owned())
        );
        for text in [
            r#"{"api_base": "http://api.example"}"#,
            r#"{"api_base": "http://localhost.example"}"#,
            r#"{"api_base": "ftp://x"}"#,
            "{}",
            "",
            r#"{"api_base": 1}"#,
        ] {
            assert_eq!(parse(text, own), Err(ConfigError::Malformed), "{text}");
        }
    }

    #[test]
    fn no_flipped_bit_of_the_shipped_settings_makes_other_settings() {
        let shipped = include_bytes!("../../config.json");
        for at in 0..shipped.len() {
            for bit in 0..8 {
                let mut flipped = shipped.to_vec();
                flipped[at] ^= 1 << bit;
                // As a browser reads it.
                let text = String::from_utf8_lossy(&flipped);
                let read = parse(&text, "https://app.example");
                assert_eq!(read, Err(ConfigError::Malformed), "{text}");
            }
        }
    }

    #[test]
    fn settings_with_more_in_them_are_refused() {
        let more = r#"{"api_base": "", "api_bass": ""}"#;
        assert_eq!(parse(more, "https://app.example"), Err(ConfigError::Malformed));
    }
}
