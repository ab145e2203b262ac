//! `user.json`.

use serde::Deserialize;
use serde_json::Value;

use super::report::Reason;
use crate::credential::{ImportedHash, ImportedHashError};

/// Longest file that is read; theirs have some hundred bytes.
pub(super) const USER_FILE_MAX_BYTES: u64 = 64 * 1024;

#[derive(Deserialize)]
struct UserFile {
    /// An object, or the same as text in a string. A reset code beside it is not read.
    password_hash: Value,
}

/// The password hash of an account.
pub(super) fn parse(bytes: &[u8]) -> Result<ImportedHash, Reason> {
    let user: UserFile = serde_json::from_slice(bytes).map_err(|_| Reason::UserFileUnreadable)?;
    let json = match user.password_hash {
        Value::String(text) => text,
        object => object.to_string(),
    };
    ImportedHash::from_npm_credential(&json).map_err(|error| match error {
        ImportedHashError::Malformed => Reason::HashUnreadable,
        ImportedHashError::Method => Reason::HashOfAnotherMethod,
        ImportedHashError::Iterations => Reason::HashTooSlow,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: &str = r#"{"hash":"L7AuLb+OlzXQO3uE4siJIwODpIyZYeNuZmilUd8Pjk31iZRHrfEwmU5X+9E/Yya+rUzoemTB0rfWG6xx2Ux4lEXY","salt":"AAEC","keyLength":66,"hashMethod":"pbkdf2","iterations":1000}"#;

    #[test]
    fn the_hash_is_an_object_or_the_text_of_one() {
        let object = format!(r#"{{"password_hash":{CREDENTIAL},"reset_code":"00"}}"#);
        let text = format!(
            r#"{{"password_hash":{}}}"#,
            serde_json::to_string(CREDENTIAL).unwrap()
        );
        assert_eq!(parse(object.as_bytes()).unwrap(), parse(text.as_bytes()).unwrap());
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        for (text, reason) in [
            ("", Reason::UserFileUnreadable),
            ("{}", Reason::UserFileUnreadable),
            (r#"{"password_hash":7}"#, Reason::HashUnreadable),
            (
                &format!(r#"{{"password_hash":{}}}"#, CREDENTIAL.replace("66", "64")),
                Reason::HashOfAnotherMethod,
            ),
            (
                &format!(
                    r#"{{"password_hash":{}}}"#,
                    CREDENTIAL.replace("1000", "4000000000")
                ),
                Reason::HashTooSlow,
            ),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), reason, "{text}");
        }
    }
}
