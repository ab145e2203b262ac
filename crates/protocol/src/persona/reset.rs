//! The mailed reset code.
//!
//! One letter says what the page must send as the new password: `k` the derived `authKey`, because the account has a
//! credential that is derived on the client; `r` what was typed, because a client of the original wire made it. The
//! page thus never asks the server about an address.

use core::{fmt, str::FromStr};

use crate::base64url::{self, B64};

/// What the account behind a code expects in place of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetCodeKind {
    /// `k`: 43 characters of base64url, the derived `authKey`.
    Derived,
    /// `r`: the password as typed.
    Typed,
}

impl ResetCodeKind {
    const fn letter(self) -> char {
        match self {
            Self::Derived => 'k',
            Self::Typed => 'r',
        }
    }
}

/// A text that is no reset code of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a reset code")]
pub struct ResetCodeError;

/// 32 random bytes behind one letter: 44 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetCode {
    kind: ResetCodeKind,
    secret: B64<32>,
}

impl ResetCode {
    /// A code of these random bytes.
    #[must_use]
    pub const fn new(kind: ResetCodeKind, secret: [u8; 32]) -> Self {
        Self {
            kind,
            secret: B64(secret),
        }
    }

    /// What the page must send in place of the password.
    #[must_use]
    pub const fn kind(&self) -> ResetCodeKind {
        self.kind
    }

    /// The text that goes into the mailed link and back to the server.
    #[must_use]
    pub fn expose_text(&self) -> String {
        format!("{}{}", self.kind.letter(), base64url::encode(&self.secret.0))
    }

    /// The random bytes; the server stores their hash.
    #[must_use]
    pub const fn expose_bytes(&self) -> &[u8; 32] {
        &self.secret.0
    }
}

impl FromStr for ResetCode {
    type Err = ResetCodeError;

    fn from_str(text: &str) -> Result<Self, ResetCodeError> {
        let mut characters = text.chars();
        let kind = match characters.next() {
            Some('k') => ResetCodeKind::Derived,
            Some('r') => ResetCodeKind::Typed,
            _ => return Err(ResetCodeError),
        };
        let bytes = base64url::decode(characters.as_str()).map_err(|_| ResetCodeError)?;
        Ok(Self::new(kind, bytes.try_into().map_err(|_| ResetCodeError)?))
    }
}

impl fmt::Debug for ResetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResetCode")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_its_text_and_debug_hides_it() {
        let code = ResetCode::new(ResetCodeKind::Derived, [9; 32]);
        let text = code.expose_text();
        assert_eq!(text.len(), 44);
        assert_eq!(text.parse(), Ok(code.clone()));
        assert_eq!(format!("{code:?}"), "ResetCode { kind: Derived, .. }");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "k",
            "x",
            "K",
            &"k".repeat(44)[..43],
            &format!("x{}", "A".repeat(43)),
            "ké",
        ] {
            assert_eq!(text.parse::<ResetCode>(), Err(ResetCodeError), "{text:?}");
        }
    }
}
