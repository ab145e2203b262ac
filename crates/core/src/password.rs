//! What a person types to sign in.

use core::fmt;

use keyhaven_protocol::normal_form::nfc;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Longest password in bytes, after normalising.
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// Why a text is not taken as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("the password is empty")]
    Empty,
    /// Longer than [`PASSWORD_MAX_BYTES`].
    #[error("the password is longer than {PASSWORD_MAX_BYTES} bytes")]
    TooLong,
}

/// A password in Unicode NFC, so that two keyboards that compose letters differently type the same one. Outer spaces
/// are part of it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Password(Vec<u8>);

impl Password {
    /// Reads what was typed; the caller wipes its own copy.
    ///
    /// # Errors
    /// [`PasswordError`] if it is empty or too long.
    pub fn parse(typed: &str) -> Result<Self, PasswordError> {
        if typed.is_empty() {
            return Err(PasswordError::Empty);
        }
        // Composing can triple the length (UAX 15) and never makes it less than a third.
        if typed.len() > 3 * PASSWORD_MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        // Reserved once, so that growing leaves no unwiped copy behind.
        let mut normalised = Self(Vec::with_capacity(3 * typed.len() + 4));
        for character in nfc(typed) {
            let mut utf8 = [0; 4];
            normalised
                .0
                .extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
            utf8.zeroize();
        }
        if normalised.0.len() > PASSWORD_MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        Ok(normalised)
    }

    /// UTF-8 of the normalised password.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Password {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        assert_eq!(
            Password::parse("pa\u{308}ss").unwrap(),
            Password::parse("p\u{e4}ss").unwrap()
        );
        assert_ne!(
            Password::parse("pass").unwrap(),
            Password::parse("p\u{e4}ss").unwrap()
        );
    }

    #[test]
    fn spaces_and_case_are_kept() {
        assert_eq!(Password::parse(" A b ").unwrap().expose_secret(), b" A b ");
    }

    #[test]
    fn empty_and_endless_passwords_are_refused() {
        assert_eq!(Password::parse(""), Err(PasswordError::Empty));
        assert!(Password::parse(&"x".repeat(PASSWORD_MAX_BYTES)).is_ok());
        assert_eq!(
            Password::parse(&"x".repeat(PASSWORD_MAX_BYTES + 1)),
            Err(PasswordError::TooLong)
        );
        assert_eq!(
            Password::parse(&"x".repeat(4 * PASSWORD_MAX_BYTES)),
            Err(PasswordError::TooLong)
        );
    }

    #[test]
    fn the_longest_password_is_normalised_without_growing_its_buffer() {
        // U+1D160 is the character that NFC lengthens most.
        let password = Password::parse(&"\u{1d160}".repeat(80)).unwrap();
        assert_eq!(password.0.len(), 960);
        assert!(password.0.capacity() >= 960);
    }
}
