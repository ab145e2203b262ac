//! What is wrong with a typed recovery code.

use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_core::recovery_code::RecoveryCodeError;

use super::{fields, numbers};

/// The sentence for a text that gives no code.
pub(crate) fn problem(error: &RecoveryCodeError) -> String {
    match error {
        RecoveryCodeError::Empty => fields::CODE_MISSING.to_owned(),
        RecoveryCodeError::TooLong => "This text is too long. Paste only the part that has the code.".to_owned(),
        RecoveryCodeError::NotFound => {
            "There is no recovery code in this text. It has nine groups of four and begins with KH1.".to_owned()
        }
        RecoveryCodeError::TooFewCharacters { missing, .. } => {
            let missing = numbers::counted(*missing as u64, "character is", "characters are");
            format!("The code is incomplete: {missing} missing.")
        }
        RecoveryCodeError::TooManyCharacters { extra, .. } => {
            format!("The code is too long by {}.", numbers::counted(*extra as u64, "character", "characters"))
        }
        RecoveryCodeError::BadCharacter { group, character, suggestion: Some(found) } => {
            // EXPOSE: shown to the person who typed the rest of the code.
            let suggestion = found.expose_secret();
            format!("Check group {group}: ‘{character}’ is never used in a code. Did you mean {suggestion}?")
        }
        RecoveryCodeError::BadCharacter { group, character, suggestion: None } => {
            format!("Check group {group}: ‘{character}’ is never used in a code.")
        }
        RecoveryCodeError::Typo { suggestion: Some(found) } => {
            // EXPOSE: shown to the person who typed the rest of the code.
            let suggestion = found.expose_secret();
            format!("One character looks wrong, in group {}. Did you mean {suggestion}?", found.group())
        }
        RecoveryCodeError::Typo { suggestion: None } => {
            "There is a typing mistake in the code. Compare it with what you saved, group by group.".to_owned()
        }
        RecoveryCodeError::Version { .. } => {
            "This code was made by a newer version of Keyhaven. Open it with that version.".to_owned()
        }
        RecoveryCodeError::UnknownWord { position, suggestion: Some(found) } => {
            // EXPOSE: shown to the person who typed the rest of the words.
            let suggestion = found.expose_secret();
            format!("Word {position} is not one of the words used. Did you mean “{suggestion}”?")
        }
        RecoveryCodeError::UnknownWord { position, suggestion: None } => {
            format!("Word {position} is not one of the words used. Check its spelling.")
        }
        RecoveryCodeError::WordCount { found } => {
            format!("A code has 13 or 25 words. Here are {}.", numbers::counted(*found as u64, "word", "words"))
        }
        RecoveryCodeError::WordsDoNotFit => {
            "These words do not fit together: one is wrong, or two are swapped. Compare them with what you saved."
                .to_owned()
        }
        _ => "There is a mistake in the code. Compare it with what you saved.".to_owned(),
    }
}

/// The sentence for a code that does not open this backup.
pub(crate) fn does_not_open(problem_found: &CodeProblem) -> String {
    match problem_found {
        CodeProblem::Malformed(error) => problem(error),
        CodeProblem::OtherBackup => {
            "This code is complete and well-formed, but it belongs to a different backup. Nothing was changed. Look for \
             another code, or check that you signed in with the right address."
                .to_owned()
        }
        CodeProblem::DamagedRecord => {
            "This is the right code, but the server’s record that it opens is damaged. Nothing was changed. Keep the code \
             and tell whoever runs this site."
                .to_owned()
        }
    }
}

pub(crate) const USE_SUGGESTION: &str = "Use the suggestion:";
