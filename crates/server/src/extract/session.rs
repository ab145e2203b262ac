//! The session of our own routes: a bearer token, of which the store knows the hash.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use keyhaven_protocol::base64url;
use keyhaven_storage::{Account, Author, Session};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Uploader;
use crate::{
    app_state::{ClockRef, StoreRef},
    failure::{ApiError, Challenge},
};

const TOKEN_LEN: usize = 32;

/// An account with an open session. Being signed in proves the password and unlocks nothing.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) session: Session,
}

impl SignedIn {
    /// Who writes, for the transaction that does.
    pub(crate) const fn author(&self) -> Author {
        Author::by_session(&self.account, &self.session)
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    StoreRef: FromRef<S>,
    ClockRef: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let refused = ApiError::Unauthorized(Challenge::Bearer);
        let Some(token_hash) = token_hash(&parts.headers) else {
            return Err(refused);
        };
        let now = ClockRef::from_ref(state).now();
        match StoreRef::from_ref(state).use_session(token_hash, now).await? {
            Some((session, account)) => {
                parts.extensions.insert(Uploader::from(&account));
                Ok(Self { account, session })
            }
            None => Err(refused),
        }
    }
}

/// SHA-256 of the token's bytes.
fn token_hash(headers: &HeaderMap) -> Option<[u8; 32]> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return None;
    }
    let token = Zeroizing::new(base64url::decode(token).ok()?);
    (token.len() == TOKEN_LEN).then(|| Sha256::digest(token.as_slice()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashed(value: &str) -> Option<[u8; 32]> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        token_hash(&headers)
    }

    #[test]
    fn a_token_is_hashed_from_its_bytes() {
        let token = base64url::encode(&[9; 32]);
        assert_eq!(
            hashed(&format!("Bearer {token}")),
            Some(Sha256::digest([9; 32]).into())
        );
    }

    #[test]
    fn what_is_no_token_is_nobody() {
        let short = base64url::encode(&[9; 31]);
        let padded = format!("{}=", base64url::encode(&[9; 32]));
        for value in [
            "Bearer",
            "Bearer ",
            &format!("Bearer {short}"),
            &format!("Bearer {padded}"),
            "Basic YTpi",
        ] {
            assert_eq!(hashed(value), None, "{value}");
        }
        assert_eq!(token_hash(&HeaderMap::new()), None);
    }
}
