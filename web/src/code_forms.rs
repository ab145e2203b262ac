//! A recovery code in the forms that a page shows, and what is said about one that was mistyped.

use keyhaven_core::{
    qr::QrMatrix,
    recovery_code::{RecoveryCode, RecoveryCodeError},
};

use crate::components::{CodeFieldError, Suggestion};
use crate::messages::code as text;

/// Groups of four in the code that is made at sign-up. A longer one is pasted into the large field.
pub(crate) const GROUPS: usize = 9;

/// The forms of one code: as secret as the code itself, and alive only while they are on the page.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CodeForms {
    /// Groups of four.
    pub(crate) groups: Vec<String>,
    /// The words, the check word last.
    pub(crate) words: Vec<String>,
}

impl CodeForms {
    /// All forms of a code.
    pub(crate) fn of(code: &RecoveryCode) -> Self {
        Self {
            groups: code
                .to_groups()
                .iter()
                .map(|group| group.as_str().to_owned())
                .collect(),
            words: code.to_words().into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Modules of a QR code, row by row. As secret as its text.
pub(crate) fn modules(qr: &QrMatrix) -> Vec<Vec<bool>> {
    qr.rows().map(<[bool]>::to_vec).collect()
}

/// The modules of a code's QR code, for a program that makes it by itself; none where the code is too long for one.
pub(crate) fn qr_modules(code: &RecoveryCode) -> Vec<Vec<bool>> {
    QrMatrix::generate(&code.to_qr_text()).map_or_else(|_| Vec::new(), |qr| modules(&qr))
}

impl std::fmt::Debug for CodeForms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeForms(redacted)")
    }
}

/// What the code field says about a text that gives no code.
pub(crate) fn field_error(error: &RecoveryCodeError) -> CodeFieldError {
    let (group, suggestion) = match error {
        RecoveryCodeError::BadCharacter {
            group, suggestion, ..
        } => (Some(*group), suggestion.as_ref()),
        RecoveryCodeError::Typo { suggestion } => (
            suggestion.as_ref().map(|suggestion| suggestion.group()),
            suggestion.as_ref(),
        ),
        RecoveryCodeError::TooFewCharacters { group, .. }
        | RecoveryCodeError::TooManyCharacters { group, .. } => (*group, None),
        _ => (None, None),
    };
    // EXPOSE: shown to the person who typed the rest of the code, and used only when they say so.
    let suggestion = suggestion.map(|found| Suggestion {
        group: found.group(),
        text: found.expose_secret().to_owned(),
    });
    CodeFieldError {
        group,
        text: text::problem(error),
        suggestion,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(typed: &str) -> CodeFieldError {
        field_error(&RecoveryCode::parse(typed).unwrap_err())
    }

    #[test]
    fn an_error_points_at_its_group() {
        let mut typed: Vec<String> = (0..GROUPS).map(|_| "qqqq".to_owned()).collect();
        typed[0] = "kh1p".to_owned();
        typed[2] = "qbqq".to_owned();
        let error = message(&typed.join(" "));
        assert_eq!(error.group, Some(3));
        assert!(error.text.contains("group 3"), "{}", error.text);
    }

    #[test]
    fn nothing_typed_is_said_plainly() {
        assert_eq!(message("  ").text, crate::messages::fields::CODE_MISSING);
    }
}
