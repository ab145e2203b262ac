//! Basic authentication (RFC 7617) of the original wire: address and password with every request.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use base64::Engine as _;
use keyhaven_protocol::address::Address;
use keyhaven_storage::Account;
use zeroize::Zeroizing;

use super::{Network, TrustedProxies, Uploader};
use crate::{
    app_state::{ClockRef, StoreRef},
    credential::{Credentials, Password, SignInError},
    failure::{ApiError, Challenge},
};

/// Longest header that is decoded: an address and a password of their greatest lengths.
const HEADER_MAX_BYTES: usize = 4 * 1024;

/// The account whose address and password came with the request.
#[derive(Debug)]
pub(crate) struct BasicAccount(pub(crate) Account);

impl<S> FromRequestParts<S> for BasicAccount
where
    S: Send + Sync,
    StoreRef: FromRef<S>,
    ClockRef: FromRef<S>,
    Credentials: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let refused = ApiError::Unauthorized(Challenge::Basic);
        let Some((name, password)) = name_and_password(&parts.headers) else {
            return Err(refused);
        };
        let Ok(password) = Password::parse(password) else {
            return Err(refused);
        };
        let Ok(network) = Network::from_request_parts(parts, state).await;
        let store = StoreRef::from_ref(state);
        let credentials = Credentials::from_ref(state);
        let now = ClockRef::from_ref(state).now();
        let signed_in = match Address::parse(&name) {
            Ok(address) => {
                credentials
                    .sign_in(&*store, &address, password, network, now)
                    .await
            }
            Err(_) => credentials.refuse(password, network, now).await,
        };
        match signed_in {
            Ok(account) => {
                parts.extensions.insert(Uploader::from(&account));
                Ok(Self(account))
            }
            Err(error) => Err(refuse(error, Challenge::Basic)),
        }
    }
}

/// The answer to a failed sign-in.
pub(crate) fn refuse(error: SignInError, challenge: Challenge) -> ApiError {
    match error {
        SignInError::Wrong => ApiError::Unauthorized(challenge),
        SignInError::RateLimited(limit) => ApiError::RateLimited {
            retry_after: limit.retry_after,
        },
        SignInError::Busy => ApiError::Busy,
        SignInError::Hash(error) => error.into(),
        SignInError::Storage(error) => error.into(),
    }
}

/// Split at the first colon: a password may contain more.
fn name_and_password(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") || encoded.len() > HEADER_MAX_BYTES {
        return None;
    }
    let decoded = Zeroizing::new(
        base64::engine::general_purpose::STANDARD
            .decode(encoded.trim())
            .ok()?,
    );
    let (name, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(value: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        name_and_password(&headers)
    }

    fn encoded(text: &[u8]) -> String {
        base64::engine::general_purpose::STANDARD.encode(text)
    }

    #[test]
    fn the_first_colon_splits() {
        let expected = Some(("a@b.c".to_owned(), "p:w:d ".to_owned()));
        assert_eq!(parsed(&format!("Basic {}", encoded(b"a@b.c:p:w:d "))), expected);
        assert_eq!(parsed(&format!("basic  {}", encoded(b"a@b.c:p:w:d "))), expected);
    }

    #[test]
    fn what_is_not_basic_is_nobody() {
        for value in [
            "Basic",
            "Basic ",
            "Basic !!!",
            "Bearer AAAA",
            &format!("Basic {}", encoded(b"no colon")),
            &format!("Basic {}", encoded(b"\xff\xfe:x")),
            &format!("Basic {}", encoded(&[b'a'; HEADER_MAX_BYTES])),
        ] {
            assert_eq!(parsed(value), None, "{value}");
        }
        assert_eq!(name_and_password(&HeaderMap::new()), None);
    }
}
