//! What a person types to sign in.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    job::Step,
    normal_form::{self, ReadError},
};

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
        check_typed(typed)?;
        Self::of_normal_form(normal_form::compose(typed))
    }

    /// As [`Self::parse`], for programs that leave the tables of Unicode to an engine. Asks for nothing if `typed` is
    /// ASCII. The caller wipes its own copy.
    pub fn read(typed: &str) -> Step<Self, ReadError<PasswordError>> {
        if let Err(error) = check_typed(typed) {
            return Step::Done(Err(ReadError::Refused(error)));
        }
        normal_form::ask_composed(typed).then(|form| {
            Step::Done(
                form.map_err(ReadError::Job)
                    .and_then(|form| Self::of_normal_form(form).map_err(ReadError::Refused)),
            )
        })
    }

    fn of_normal_form(mut form: Zeroizing<Vec<u8>>) -> Result<Self, PasswordError> {
        if form.len() > PASSWORD_MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(core::mem::take(&mut *form)))
    }

    /// UTF-8 of the normalised password.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

fn check_typed(typed: &str) -> Result<(), PasswordError> {
    if typed.is_empty() {
        return Err(PasswordError::Empty);
    }
    // Composing can triple the length (UAX 15) and never makes it less than a third.
    if typed.len() > 3 * PASSWORD_MAX_BYTES {
        return Err(PasswordError::TooLong);
    }
    Ok(())
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
    use crate::job::run_in_software;

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
    fn a_password_is_the_same_one_read_by_jobs() {
        let longest = "\u{1d160}".repeat(80);
        let too_long = "\u{e4}".repeat(PASSWORD_MAX_BYTES / 2 + 1);
        let far_too_long = "x".repeat(4 * PASSWORD_MAX_BYTES);
        for typed in [
            "",
            "pass",
            " A b ",
            "pa\u{308}ss",
            "p\u{e4}ss",
            &longest,
            &too_long,
            &far_too_long,
        ] {
            let parsed = Password::parse(typed).map_err(ReadError::Refused);
            assert_eq!(run_in_software(Password::read(typed)), parsed, "{typed:?}");
        }
    }

    #[test]
    fn an_engine_is_asked_only_for_what_is_not_ascii() {
        assert!(matches!(Password::read("pass word~"), Step::Done(Ok(_))));
        assert!(matches!(Password::read("p\u{e4}ss"), Step::Ask(_)));
        assert!(matches!(Password::read(""), Step::Done(Err(_))));
    }

    #[test]
    fn a_password_is_measured_after_it_was_normalised() {
        // The Kelvin sign is three bytes as it is typed and one as it is kept.
        let kelvin = |count| Password::parse(&"\u{212a}".repeat(count));
        assert_eq!(
            kelvin(PASSWORD_MAX_BYTES).unwrap().expose_secret(),
            "K".repeat(PASSWORD_MAX_BYTES).as_bytes()
        );
        assert_eq!(kelvin(PASSWORD_MAX_BYTES + 1), Err(PasswordError::TooLong));
    }
}
