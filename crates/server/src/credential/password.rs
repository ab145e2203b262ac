//! What arrives where the wire says `password`.

use std::fmt;

use keyhaven_protocol::{
    base64url::{self, B64},
    persona::limits::PASSWORD_MAX_BYTES,
};
use zeroize::Zeroizing;

/// A password as typed, or the text of a derived key. Wiped on drop; `Debug` shows nothing.
pub struct Password(Zeroizing<String>);

/// A text that is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing.
    #[error("the password is empty")]
    Empty,
    /// More than [`PASSWORD_MAX_BYTES`].
    #[error("the password is too long")]
    TooLong,
    /// Not the 43 characters of a derived key, where one is expected.
    #[error("not a derived key")]
    NotDerived,
}

impl Password {
    /// Takes a text as it came: nothing is trimmed or changed.
    ///
    /// # Errors
    /// [`PasswordError`] says why not.
    pub fn parse(text: String) -> Result<Self, PasswordError> {
        let text = Zeroizing::new(text);
        if text.is_empty() {
            Err(PasswordError::Empty)
        } else if text.len() > PASSWORD_MAX_BYTES {
            Err(PasswordError::TooLong)
        } else {
            Ok(Self(text))
        }
    }

    /// The text of a derived key, the same wherever it arrives.
    #[must_use]
    pub fn derived(auth_key: &B64<32>) -> Self {
        Self(Zeroizing::new(base64url::encode(&auth_key.0)))
    }

    /// This password, if it has the form of a derived key.
    ///
    /// # Errors
    /// [`PasswordError::NotDerived`] if it has not.
    pub fn require_derived(self) -> Result<Self, PasswordError> {
        match base64url::decode(&self.0).map(|bytes| Zeroizing::new(bytes).len()) {
            Ok(32) => Ok(self),
            _ => Err(PasswordError::NotDerived),
        }
    }

    /// A second copy, for the one caller that hashes on another thread and remembers afterwards.
    pub(super) fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// The bytes that are hashed.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_bounded_and_kept_as_it_came() {
        assert_eq!(
            Password::parse(" Ä ".to_owned()).unwrap().expose_secret(),
            " Ä ".as_bytes()
        );
        assert_eq!(Password::parse(String::new()).unwrap_err(), PasswordError::Empty);
        assert!(Password::parse("x".repeat(PASSWORD_MAX_BYTES)).is_ok());
        assert_eq!(
            Password::parse("x".repeat(PASSWORD_MAX_BYTES + 1)).unwrap_err(),
            PasswordError::TooLong
        );
    }

    #[test]
    fn only_43_canonical_characters_are_a_derived_key() {
        let key = base64url::encode(&[7; 32]);
        assert!(Password::parse(key.clone()).unwrap().require_derived().is_ok());
        for other in [
            "password",
            &key[..42],
            &format!("{key}="),
            &format!("{key}A"),
            &format!("{}B", &key[..42]),
        ] {
            let error = Password::parse((*other).to_owned())
                .unwrap()
                .require_derived()
                .unwrap_err();
            assert_eq!(error, PasswordError::NotDerived, "{other}");
        }
        assert_eq!(Password::derived(&B64([7; 32])).expose_secret(), key.as_bytes());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", Password::parse("hunter2".to_owned()).unwrap()),
            "Password(redacted)"
        );
    }
}
