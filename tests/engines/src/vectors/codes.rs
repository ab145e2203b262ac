//! Recovery codes as text, words and QR payload.

use keyhaven_core::recovery_code::{CodeForm, RecoveryCode};
use serde::Deserialize;
use serde_json::json;

use super::{Done, Outcome, errors, hex, keys::CodeInput, keys::recovery_code};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    typed: String,
}

pub(super) fn encode(input: CodeInput) -> Done {
    let code = recovery_code(input.bytes())?;
    let groups: Vec<String> = code.to_groups().iter().map(|group| (**group).clone()).collect();
    Ok(Outcome::Output(json!({
        "groups": groups,
        "text": *code.to_text(),
        "qr": *code.to_qr_text(),
        "words": code.to_words(),
    })))
}

pub(super) fn parse(Typed { typed }: &Typed) -> Done {
    Ok(match RecoveryCode::parse(typed) {
        Ok(parsed) => {
            let form = match parsed.form {
                CodeForm::Text => "text",
                CodeForm::Words => "words",
                CodeForm::WordsWithoutCheck => "words_without_check",
            };
            Outcome::Output(json!({ "code": hex::encode(parsed.code.expose_secret()), "form": form }))
        }
        Err(error) => Outcome::Error(errors::recovery_code(&error)),
    })
}
