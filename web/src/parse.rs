//! What a person typed, parsed. The error is the sentence to show at the field.

use keyhaven_core::job::Step;
use keyhaven_core::normal_form::{ReadError, read_address};
use keyhaven_core::password::{Password, PasswordError};
use keyhaven_protocol::address::{Address, AddressError, TypedAddress};
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

/// An address, or the sentence to show.
pub(crate) fn address(typed: &str) -> Step<Address, &'static str> {
    match TypedAddress::parse(typed) {
        Ok(typed) => read_address(typed).map_result(|read| {
            read.map_err(|error| match error {
                ReadError::Refused(error) => address_error(error),
                ReadError::Job(_) => fields::NOT_READ,
            })
        }),
        Err(error) => Step::Done(Err(address_error(error))),
    }
}

fn address_error(error: AddressError) -> &'static str {
    match error {
        AddressError::Empty => fields::ADDRESS_MISSING,
        AddressError::ManyAt => fields::ADDRESS_MANY_AT,
        AddressError::Invisible => fields::ADDRESS_INVISIBLE,
        AddressError::TooLong => fields::ADDRESS_LONG,
        _ => fields::ADDRESS_INVALID,
    }
}

/// A password that exists already, taken as it is typed, or the sentence to show.
pub(crate) fn password(typed: &str) -> Step<Password, &'static str> {
    Password::read(typed).map_result(|read| {
        read.map_err(|error| match error {
            ReadError::Refused(PasswordError::Empty) => fields::PASSWORD_MISSING,
            ReadError::Refused(_) => fields::PASSWORD_LONG,
            ReadError::Job(_) => fields::NOT_READ,
        })
    })
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

/// A password that is being chosen, typed twice, or the sentence to show at the first or at the second field.
pub(crate) fn new_password(
    first: &str,
    second: Zeroizing<String>,
    address: &str,
) -> Step<Password, NewPasswordError> {
    let error = match Strength::estimate(first, address) {
        Strength::Empty => Some(fields::NEW_PASSWORD_MISSING),
        _ if first.chars().count() < PASSWORD_MIN_CHARACTERS => Some(fields::PASSWORD_SHORT),
        Strength::Weak => Some(fields::PASSWORD_WEAK),
        _ => None,
    };
    if let Some(error) = error {
        return Step::Done(Err(NewPasswordError::First(error)));
    }
    password(first).then(move |chosen| match chosen {
        Err(error) => Step::Done(Err(NewPasswordError::First(error))),
        // Compared as they will be used: two keyboards may compose the same letter differently.
        Ok(chosen) => Password::read(&second).map_result(move |repeated| match repeated {
            Ok(repeated) if repeated == chosen => Ok(chosen),
            Err(ReadError::Job(_)) => Err(NewPasswordError::Second(fields::NOT_READ)),
            _ => Err(NewPasswordError::Second(fields::PASSWORDS_DIFFER)),
        }),
    })
}

#[cfg(test)]
mod tests {
    use keyhaven_core::job::{JobError, run_in_software};

    use super::*;

    fn chosen(first: &str, second: &str) -> Result<Password, NewPasswordError> {
        run_in_software(new_password(
            first,
            Zeroizing::new(second.to_owned()),
            "ada@example.org",
        ))
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        for (typed, said) in [
            ("  ", fields::ADDRESS_MISSING),
            ("ada", fields::ADDRESS_INVALID),
            ("@example.org", fields::ADDRESS_INVALID),
            ("ada@", fields::ADDRESS_INVALID),
            ("\u{e4}da@example..org", fields::ADDRESS_INVALID),
            ("ada@b@example.org", fields::ADDRESS_MANY_AT),
            ("a\u{200b}da@example.org", fields::ADDRESS_INVISIBLE),
            ("ada lovelace@example.org", fields::ADDRESS_INVISIBLE),
            (&format!("{}@example.org", "a".repeat(65)), fields::ADDRESS_LONG),
            (
                &format!("{}@example.org", "\u{e4}".repeat(33)),
                fields::ADDRESS_LONG,
            ),
        ] {
            assert_eq!(run_in_software(address(typed)).err(), Some(said), "{typed}");
        }
        assert!(run_in_software(address(" Ada@Example.org ")).is_ok());
        assert!(run_in_software(address("\u{e4}da@b\u{fc}cher.example")).is_ok());
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
        for weak in ["aaaaaaaaaaaa", "ada@example.org"] {
            assert_eq!(
                chosen(weak, weak).unwrap_err(),
                NewPasswordError::First(fields::PASSWORD_WEAK)
            );
        }
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
        assert!(chosen("bl\u{fc}e harbour lamp", "blue harbour lamp").is_err());
    }

    #[test]
    fn an_existing_password_may_be_short() {
        assert!(run_in_software(password("x")).is_ok());
        assert_eq!(
            run_in_software(password("")).unwrap_err(),
            fields::PASSWORD_MISSING
        );
    }

    #[test]
    fn a_worker_that_does_not_answer_is_no_fault_of_what_was_typed() {
        fn unanswered<T, E>(step: Step<T, E>) -> Result<T, E> {
            let mut step = step;
            loop {
                step = match step {
                    Step::Done(result) => return result,
                    Step::Ask(question) => question.into_job().1.answer(Err(JobError::Engine)),
                };
            }
        }
        let typed = "bl\u{fc}e harbour lamp";
        assert_eq!(unanswered(address("\u{fc}@b")).err(), Some(fields::NOT_READ));
        assert_eq!(unanswered(password(typed)).err(), Some(fields::NOT_READ));
        let twice =
            |first, second: &str| unanswered(new_password(first, Zeroizing::new(second.to_owned()), ""));
        assert_eq!(
            twice(typed, typed).unwrap_err(),
            NewPasswordError::First(fields::NOT_READ)
        );
        assert_eq!(
            twice("blue harbour lamp", typed).unwrap_err(),
            NewPasswordError::Second(fields::NOT_READ)
        );
    }
}
