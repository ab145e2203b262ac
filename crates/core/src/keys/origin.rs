//! The origin of the API, as it is bound into the salt.

use core::fmt;

/// A text that is not an origin in its ASCII serialisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is http(s)://host or http(s)://host:port, in lower case, without a path")]
pub struct OriginError;

/// Scheme, host and port of the API base, as a browser's `location.origin` or `URL.origin` writes them
/// (HTML Standard, "ASCII serialization of an origin"): lower case, no path, no final slash, no default port.
///
/// Bound into the salt, so that a password's auth key for one server is useless at another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiOrigin(String);

impl ApiOrigin {
    /// Longest origin in bytes.
    pub const MAX_BYTES: usize = 300;

    /// Reads an origin.
    ///
    /// # Errors
    /// [`OriginError`] if it is not exactly the serialisation of one: a second spelling would derive other keys.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        if text.len() > Self::MAX_BYTES {
            return Err(OriginError);
        }
        let (rest, default_port) = text
            .strip_prefix("https://")
            .map(|rest| (rest, "443"))
            .or_else(|| text.strip_prefix("http://").map(|rest| (rest, "80")))
            .ok_or(OriginError)?;
        let (host, port) = split_port(rest)?;
        let host_allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
        let ipv6 = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        let host_is_good = match ipv6 {
            Some(inner) => inner
                .parse::<core::net::Ipv6Addr>()
                .is_ok_and(|address| !inner.contains('.') && address.to_string() == inner),
            None => !host.is_empty() && host.chars().all(host_allowed),
        };
        if !host_is_good || port == Some(default_port) {
            return Err(OriginError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The serialisation.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Host, and the port if one is written.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), OriginError> {
    let port_at = match authority.rfind(']') {
        Some(bracket) => authority
            .get(bracket..)
            .and_then(|tail| tail.find(':'))
            .map(|colon| bracket + colon),
        None => authority.find(':'),
    };
    let Some((host, port)) = port_at.and_then(|at| authority.split_at_checked(at)) else {
        return Ok((authority, None));
    };
    let port = port.strip_prefix(':').ok_or(OriginError)?;
    let number: u16 = port.parse().map_err(|_| OriginError)?;
    if number.to_string() == port {
        Ok((host, Some(port)))
    } else {
        Err(OriginError)
    }
}

impl fmt::Display for ApiOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serialised_origins_are_read() {
        for text in [
            "https://backup.example.org",
            "http://127.0.0.1:8000",
            "http://localhost:3032",
            "https://xn--bcher-kva.example:8443",
            "http://[::1]:8000",
            "https://[2001:db8::1]",
            "https://example.org:80",
        ] {
            assert_eq!(
                ApiOrigin::parse(text).map(|origin| origin.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn an_endless_origin_is_refused() {
        let origin = |host: usize| ApiOrigin::parse(&format!("https://{}", "a".repeat(host)));
        assert!(origin(ApiOrigin::MAX_BYTES - 8).is_ok());
        assert_eq!(origin(ApiOrigin::MAX_BYTES - 7), Err(OriginError));
    }

    #[test]
    fn second_spellings_are_refused() {
        for text in [
            "",
            "https://",
            "example.org",
            "ftp://example.org",
            "HTTPS://example.org",
            "https://Example.org",
            "https://example.org/",
            "https://example.org/api",
            "https://example.org:443",
            "http://example.org:80",
            "https://example.org:",
            "https://example.org:08443",
            "https://example.org:99999",
            "https://user@example.org",
            "https://b\u{fc}cher.example",
            "https://[::1",
            "https://[0:0::1]",
            "https://[::1]x",
            "https://exa mple.org",
        ] {
            assert_eq!(ApiOrigin::parse(text), Err(OriginError), "{text:?}");
        }
    }
}
