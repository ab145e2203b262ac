//! Passphrases of key files and of secret storage.
//!
//! Matrix hashes a passphrase byte by byte as it was typed: no normal form, outer spaces count. So one passphrase gives
//! another key on another keyboard, and [`Passphrase::forms`] lists what may have been typed where the file was made.
//! Each form costs a derivation: whether to try more than the first is the caller's choice.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{
    job::{Form, JobError, Step},
    normal_form,
};

/// Longest passphrase. No writer has a bound; this one keeps a pasted file from being hashed.
pub const PASSPHRASE_MAX_BYTES: usize = 64 * 1024;

/// A passphrase, byte by byte as it was typed or in another form.
pub struct Passphrase(Zeroizing<Vec<u8>>);

/// Why a text is no passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// More than [`PASSPHRASE_MAX_BYTES`].
    #[error("too long for a passphrase")]
    TooLong,
}

impl Passphrase {
    /// As it was typed.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn parse(typed: &str) -> Result<Self, PassphraseError> {
        match typed.len() {
            0 => Err(PassphraseError::Empty),
            1..=PASSPHRASE_MAX_BYTES => Ok(Self(Zeroizing::new(typed.as_bytes().to_vec()))),
            _ => Err(PassphraseError::TooLong),
        }
    }

    /// The different forms it may have been hashed in, likeliest first: as typed, in Unicode NFC and NFD, and each of
    /// these without outer white space. Only the first where nothing of it makes a difference.
    ///
    /// # Errors
    /// The engine's, which is asked for the forms of what is not ASCII.
    pub fn forms(typed: &str) -> Step<Vec<Self>, FormsError> {
        let first = match Self::parse(typed) {
            Ok(first) => first,
            Err(error) => return Step::Done(Err(error.into())),
        };
        if typed.is_ascii() {
            return Step::Done(Ok(with_trimmed(vec![first.0])));
        }
        let text = Zeroizing::new(typed.to_owned());
        normal_form::ask(Form::Composed, typed).then(move |composed| {
            let composed = match composed {
                Ok(composed) => composed,
                Err(error) => return Step::Done(Err(error.into())),
            };
            normal_form::ask(Form::Decomposed, &text).map_result(move |decomposed| {
                let forms = vec![first.0, composed, decomposed?];
                Ok(with_trimmed(forms))
            })
        })
    }

    /// The bytes that are hashed.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

/// Why there is no list of forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormsError {
    /// Not a passphrase.
    #[error("the text is refused")]
    Passphrase(#[from] PassphraseError),
    /// The engine gave no normal form.
    #[error("the normal form is missing")]
    Job(#[from] JobError),
}

/// The forms, and behind them those without outer white space; each once, none empty.
fn with_trimmed(forms: Vec<Zeroizing<Vec<u8>>>) -> Vec<Passphrase> {
    let trimmed: Vec<_> = forms
        .iter()
        .map(|form| {
            let text = core::str::from_utf8(form).unwrap_or_default();
            Zeroizing::new(text.trim().as_bytes().to_vec())
        })
        .collect();
    let mut distinct: Vec<Passphrase> = Vec::new();
    for form in forms.into_iter().chain(trimmed) {
        let form = Passphrase(form);
        if !form.0.is_empty() && !distinct.contains(&form) {
            distinct.push(form);
        }
    }
    distinct
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Passphrase {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::run_in_software;

    fn forms(typed: &str) -> Vec<String> {
        run_in_software(Passphrase::forms(typed))
            .unwrap()
            .iter()
            .map(|form| String::from_utf8(form.expose_secret().to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn each_form_is_listed_once_and_as_typed_comes_first() {
        for (typed, expected) in [
            ("plain", &["plain"][..]),
            (" plain\n", &[" plain\n", "plain"]),
            ("  ", &["  "]),
            ("p\u{e4}", &["p\u{e4}", "pa\u{308}"]),
            ("pa\u{308} ", &["pa\u{308} ", "p\u{e4} ", "pa\u{308}", "p\u{e4}"]),
            ("\u{1f511}\u{a0}", &["\u{1f511}\u{a0}", "\u{1f511}"]),
        ] {
            assert_eq!(forms(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_passphrase_is_refused() {
        assert_eq!(Passphrase::parse(""), Err(PassphraseError::Empty));
        let longest = "a".repeat(PASSPHRASE_MAX_BYTES);
        assert!(Passphrase::parse(&longest).is_ok());
        assert_eq!(Passphrase::parse(&(longest + "a")), Err(PassphraseError::TooLong));
        let refused = run_in_software(Passphrase::forms(""));
        assert_eq!(refused, Err(FormsError::Passphrase(PassphraseError::Empty)));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", Passphrase::parse("a").unwrap()),
            "Passphrase(redacted)"
        );
    }
}
