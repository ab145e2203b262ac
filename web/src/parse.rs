//! What a person typed, read out of its field and parsed. The error is the sentence to show at the field.

use keyhaven_core::password::{Password, PasswordError};
use keyhaven_protocol::address::{Address, AddressError};
use leptos::html;
use leptos::prelude::*;
use zeroize::Zeroizing;

use crate::components::{PASSWORD_MIN_CHARACTERS, Strength};
use crate::messages::fields;

type Field = NodeRef<html::Input>;

/// The text of a field; empty once the field has gone.
pub(crate) fn text(field: Field) -> Zeroizing<String> {
    Zeroizing::new(
        field
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default(),
    )
}

/// Moves the focus to a field that is wrong.
pub(crate) fn focus(field: Field) {
    if let Some(input) = field.get_untracked() {
        // A field that has gone in the meantime needs no focus.
        let _ = input.focus();
    }
}

/// An address.
///
/// # Errors
/// The sentence to show.
pub(crate) fn address(field: Field) -> Result<Address, &'static str> {
    read_address(&text(field))
}

fn read_address(typed: &str) -> Result<Address, &'static str> {
    Address::parse(typed).map_err(|error| match error {
        AddressError::Empty => fields::ADDRESS_MISSING,
        AddressError::ManyAt => fields::ADDRESS_MANY_AT,
        AddressError::Invisible => fields::ADDRESS_INVISIBLE,
        AddressError::TooLong => fields::ADDRESS_LONG,
        _ => fields::ADDRESS_INVALID,
    })
}

/// A password that exists already, taken as it is typed.
///
/// # Errors
/// The sentence to show.
pub(crate) fn password(field: Field) -> Result<Password, &'static str> {
    existing(&text(field))
}

fn existing(typed: &str) -> Result<Password, &'static str> {
    Password::parse(typed).map_err(|error| match error {
        PasswordError::Empty => fields::PASSWORD_MISSING,
        _ => fields::PASSWORD_LONG,
    })
}

/// A password that is being chosen, typed twice.
///
/// # Errors
/// The sentence to show, at the first or at the second field.
pub(crate) fn new_password(first: Field, second: Field) -> Result<Password, NewPasswordError> {
    chosen(&text(first), &text(second))
}

/// Where a chosen password is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewPasswordError {
    /// The password itself.
    First(&'static str),
    /// Its repetition.
    Second(&'static str),
}

impl NewPasswordError {
    /// What to say at the first field, and what at the second.
    pub(crate) fn split(error: Option<&Self>) -> (Option<String>, Option<String>) {
        match error {
            None => (None, None),
            Some(Self::First(text)) => (Some((*text).to_owned()), None),
            Some(Self::Second(text)) => (None, Some((*text).to_owned())),
        }
    }
}

fn chosen(first: &str, second: &str) -> Result<Password, NewPasswordError> {
    let error = match Strength::estimate(first) {
        Strength::Empty => Some(fields::NEW_PASSWORD_MISSING),
        _ if first.chars().count() < PASSWORD_MIN_CHARACTERS => Some(fields::PASSWORD_SHORT),
        Strength::Weak => Some(fields::PASSWORD_WEAK),
        _ => None,
    };
    if let Some(error) = error {
        return Err(NewPasswordError::First(error));
    }
    let password = existing(first).map_err(NewPasswordError::First)?;
    // Compared as they will be used: two keyboards may compose the same letter differently.
    match existing(second) {
        Ok(repeated) if repeated == password => Ok(password),
        _ => Err(NewPasswordError::Second(fields::PASSWORDS_DIFFER)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        for (typed, said) in [
            ("  ", fields::ADDRESS_MISSING),
            ("ada", fields::ADDRESS_INVALID),
            ("@example.org", fields::ADDRESS_INVALID),
            ("ada@", fields::ADDRESS_INVALID),
            ("ada@b@example.org", fields::ADDRESS_MANY_AT),
            ("a\u{200b}da@example.org", fields::ADDRESS_INVISIBLE),
            ("ada lovelace@example.org", fields::ADDRESS_INVISIBLE),
            (&format!("{}@example.org", "a".repeat(65)), fields::ADDRESS_LONG),
        ] {
            assert_eq!(read_address(typed).err(), Some(said), "{typed}");
        }
        assert!(read_address(" Ada@Example.org ").is_ok());
    }

    #[test]
    fn a_chosen_password_is_long_enough_and_typed_twice() {
        assert_eq!(
            chosen("", "").unwrap_err(),
            NewPasswordError::First(fields::NEW_PASSWORD_MISSING)
        );
        assert_eq!(
            chosen("short", "short").unwrap_err(),
            NewPasswordError::First(fields::PASSWORD_SHORT)
        );
        assert_eq!(
            chosen("aaaaaaaaaaaa", "aaaaaaaaaaaa").unwrap_err(),
            NewPasswordError::First(fields::PASSWORD_WEAK)
        );
        let good = "blue harbour lamp";
        assert_eq!(
            chosen(good, "blue harbour").unwrap_err(),
            NewPasswordError::Second(fields::PASSWORDS_DIFFER)
        );
        assert!(chosen(good, good).is_ok());
    }

    #[test]
    fn two_keyboards_type_the_same_password() {
        assert!(chosen("bl\u{fc}e harbour lamp", "blu\u{308}e harbour lamp").is_ok());
    }

    #[test]
    fn an_existing_password_may_be_short() {
        assert!(existing("x").is_ok());
        assert_eq!(existing("").unwrap_err(), fields::PASSWORD_MISSING);
    }
}
