//! Where people reach the server. Mailed links are built from this and from nothing that a request says.

use std::{fmt, net::SocketAddr, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::headers::Transport;

/// Scheme, host and port, without a slash at the end: `https://keys.example.org`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl(String);

/// Why a text is no base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Not `https://host` or `https://host:port`.
    #[error("not a base URL: write https://keys.example.org, without a path")]
    Shape,
    /// Plain HTTP for a host that is not loopback.
    #[error("a base URL must be https, except on loopback")]
    Plain,
}

impl BaseUrl {
    /// The base of a server that listens on loopback, where nothing is configured.
    #[must_use]
    pub fn of_loopback(listening: SocketAddr) -> Self {
        Self(format!("http://{listening}"))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        host_of(authority)
    }

    pub(crate) fn transport(&self) -> Transport {
        if self.0.starts_with("https://") {
            Transport::Https
        } else {
            Transport::Plain
        }
    }
}

fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, authority) = text.split_once("://").ok_or(BaseUrlError::Shape)?;
        let uri: http::Uri = text.parse().map_err(|_| BaseUrlError::Shape)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
        let is_authority = uri.authority().is_some_and(|parsed| parsed.as_str() == authority);
        if !is_authority || !authority.bytes().all(plain) || host_of(authority).is_empty() {
            return Err(BaseUrlError::Shape);
        }
        match (scheme, host_of(authority)) {
            ("https", _) | ("http", "localhost" | "127.0.0.1" | "[::1]") => Ok(Self(text.to_owned())),
            ("http", _) => Err(BaseUrlError::Plain),
            _ => Err(BaseUrlError::Shape),
        }
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = BaseUrlError;

    fn try_from(text: String) -> Result<Self, BaseUrlError> {
        text.parse()
    }
}

impl From<BaseUrl> for String {
    fn from(base: BaseUrl) -> Self {
        base.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_an_origin() {
        for (text, host) in [
            ("https://keys.example.org", "keys.example.org"),
            ("https://keys.example.org:8443/", "keys.example.org"),
            ("http://127.0.0.1:8000", "127.0.0.1"),
            ("http://[::1]:8000", "[::1]"),
            ("http://localhost", "localhost"),
        ] {
            let base: BaseUrl = text.parse().unwrap();
            assert_eq!(base.as_str(), text.trim_end_matches('/'));
            assert_eq!(base.host(), host);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "keys.example.org",
            "https://",
            "https://a/path",
            "https://a?x",
            "https://a#x",
            "https://u@a",
            "ftp://a",
            "https://a b",
            "https://a\r\nb",
            "https://:80",
            "*",
        ] {
            assert_eq!(text.parse::<BaseUrl>(), Err(BaseUrlError::Shape), "{text:?}");
        }
        assert_eq!(
            "http://keys.example.org".parse::<BaseUrl>(),
            Err(BaseUrlError::Plain)
        );
        assert_eq!(
            "http://127.0.0.1.example.org".parse::<BaseUrl>(),
            Err(BaseUrlError::Plain)
        );
    }
}
