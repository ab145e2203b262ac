//! The named texts of the original wire, from JSON or from a form.

use std::{collections::HashMap, fmt};

use axum::extract::{FromRef, FromRequest, Request};
use keyhaven_protocol::{error::ErrorCode, persona::limits::STRANGER_BODY_MAX_BYTES};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use zeroize::Zeroize as _;

use super::{BodyBudget, Bounded, TrustedProxies, json::media_type};
use crate::failure::ApiError;

/// Fields by name. Wiped on drop, since one of them is a password.
pub(crate) struct Fields(HashMap<String, Field>);

enum Field {
    Text(String),
    /// Present, but no text.
    Other,
}

impl Fields {
    /// Takes the first of these names that is there and not empty; `Ok(None)` if there is none.
    ///
    /// # Errors
    /// `MalformedBody` for a number, a list and the like.
    pub(crate) fn take(&mut self, names: &[&str]) -> Result<Option<String>, ErrorCode> {
        for name in names {
            match self.0.remove(*name) {
                None => {}
                Some(Field::Text(text)) if text.is_empty() => {}
                Some(Field::Text(text)) => return Ok(Some(text)),
                Some(Field::Other) => return Err(ErrorCode::MalformedBody),
            }
        }
        Ok(None)
    }

    fn from_json(bytes: &[u8]) -> Result<Self, ErrorCode> {
        let Ok(Value::Object(object)) = serde_json::from_slice(bytes) else {
            return Err(ErrorCode::MalformedBody);
        };
        let field = |value| match value {
            Value::String(text) => Some(Field::Text(text)),
            Value::Null => None,
            _ => Some(Field::Other),
        };
        Ok(Self(
            object
                .into_iter()
                .filter_map(|(name, value)| Some((name, field(value)?)))
                .collect(),
        ))
    }

    fn from_form(bytes: &[u8]) -> Result<Self, ErrorCode> {
        let text = std::str::from_utf8(bytes).map_err(|_| ErrorCode::MalformedBody)?;
        let decode = |part: &str| {
            // Strict: a byte that is no UTF-8 must not silently become another password.
            percent_decode_str(&part.replace('+', " "))
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| ErrorCode::MalformedBody)
        };
        let mut fields = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            fields.entry(decode(name)?).or_insert(Field::Text(decode(value)?));
        }
        Ok(Self(fields))
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for field in self.0.values_mut() {
            if let Field::Text(text) = field {
                text.zeroize();
            }
        }
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields(redacted)")
    }
}

impl<S> FromRequest<S> for Fields
where
    S: Send + Sync,
    BodyBudget: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let media_type = media_type(request.headers());
        let Bounded(body) = Bounded::<STRANGER_BODY_MAX_BYTES>::from_request(request, state).await?;
        let fields = match media_type.as_deref() {
            Some("application/json") => Self::from_json(&body),
            Some("application/x-www-form-urlencoded") => Self::from_form(&body),
            // The original wire reads no fields from any other type, and says which one it misses.
            _ => Ok(Self(HashMap::new())),
        };
        Ok(fields?)
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::header};

    use super::*;

    async fn parsed(content_type: Option<&str>, body: &'static [u8]) -> Result<Fields, ErrorCode> {
        let mut request = Request::builder();
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(Body::from(body)).unwrap();
        Fields::from_request(request, &BodyBudget::default())
            .await
            .map_err(|error| error.code())
    }

    const JSON: Option<&str> = Some("application/json");
    const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=utf-8");

    #[tokio::test]
    async fn json_and_form_give_the_same_fields() {
        for (content_type, body) in [
            (
                JSON,
                br#"{"email": "a@b.c", "password": "p w+\u00e4"}"#.as_slice(),
            ),
            (FORM, b"email=a%40b.c&password=p+w%2B%C3%A4".as_slice()),
        ] {
            let mut fields = parsed(content_type, body).await.unwrap();
            assert_eq!(fields.take(&["email"]), Ok(Some("a@b.c".to_owned())));
            assert_eq!(fields.take(&["password"]), Ok(Some("p w+ä".to_owned())));
            assert_eq!(fields.take(&["absent"]), Ok(None));
        }
    }

    #[tokio::test]
    async fn the_first_spelling_that_says_something_counts() {
        let mut fields = parsed(JSON, br#"{"reset_code": "", "code": "second"}"#)
            .await
            .unwrap();
        assert_eq!(
            fields.take(&["reset_code", "code"]),
            Ok(Some("second".to_owned()))
        );
        let mut fields = parsed(FORM, b"code=second&reset_code=first&code=third")
            .await
            .unwrap();
        assert_eq!(fields.take(&["reset_code", "code"]), Ok(Some("first".to_owned())));
    }

    #[tokio::test]
    async fn null_is_absent_and_other_types_are_malformed() {
        let mut fields = parsed(JSON, br#"{"email": null, "password": ["x"], "code": 7}"#)
            .await
            .unwrap();
        assert_eq!(fields.take(&["email"]), Ok(None));
        assert_eq!(fields.take(&["password"]), Err(ErrorCode::MalformedBody));
        assert_eq!(fields.take(&["code"]), Err(ErrorCode::MalformedBody));
    }

    #[tokio::test]
    async fn what_does_not_parse_is_malformed() {
        for (content_type, body) in [
            (JSON, b"".as_slice()),
            (JSON, b"{"),
            (JSON, b"[]"),
            (JSON, b"\"text\""),
            (JSON, b"\xff"),
            (FORM, b"a=\xff"),
            (FORM, b"a=%ff"),
        ] {
            assert!(
                matches!(parsed(content_type, body).await, Err(ErrorCode::MalformedBody)),
                "{body:?}"
            );
        }
    }

    #[tokio::test]
    async fn other_types_have_no_fields() {
        for content_type in [None, Some("text/plain")] {
            assert_eq!(
                parsed(content_type, b"{\"email\": \"a@b.c\"}")
                    .await
                    .unwrap()
                    .take(&["email"]),
                Ok(None)
            );
        }
    }
}
