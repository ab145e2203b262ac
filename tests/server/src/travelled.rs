//! Secrets that travelled between a test and the server: passwords, keys, proofs, codes and tokens.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use keyhaven_protocol::base64url;
use serde_json::Value;

use crate::http::Answer;

/// What has the form of a secret and is public, or is kept as it is: by the names of the wire.
const PUBLIC: [&str; 7] = [
    "commitment",
    "server_salt",
    "ciphertext",
    "nonce",
    "account_id",
    "id",
    "sha256",
];
/// What is a secret in any form.
const SECRET: &str = "password";
/// Characters of 32 bytes in Base64url; a code of a letter has one more before them, which says what it is for.
const CHARACTERS: usize = 43;
/// Bytes that are not found by chance.
const BYTES_MIN: usize = 16;

/// All of them so far. Clones note together.
#[derive(Debug, Clone, Default)]
pub struct Travelled(Arc<Mutex<BTreeSet<String>>>);

impl Travelled {
    /// The secrets of a request.
    pub(crate) fn note_request<'a>(&self, headers: impl Iterator<Item = (&'a str, &'a [u8])>, body: &[u8]) {
        let mut is_json = false;
        for (name, value) in headers {
            is_json |= name == "content-type" && value.starts_with(b"application/json");
            if name == "authorization" {
                self.note_authorization(&String::from_utf8_lossy(value));
            }
        }
        // What is broken on purpose is no JSON.
        if is_json && let Ok(body) = serde_json::from_slice(body) {
            self.note_value("", &body);
        }
    }

    /// The secrets of an answer.
    pub(crate) fn note_answer(&self, answer: &Answer) {
        if answer.header("content-type") == "application/json" {
            self.note_value("", &answer.json());
        }
    }

    fn note_authorization(&self, value: &str) {
        if let Some(token) = value.strip_prefix("Bearer ") {
            self.note(token);
        } else if let Some(encoded) = value.strip_prefix("Basic ") {
            self.note(encoded.trim_end_matches('='));
            let decoded = STANDARD.decode(encoded).unwrap_or_default();
            let decoded = String::from_utf8_lossy(&decoded);
            if let Some((_, password)) = decoded.split_once(':') {
                self.note(password);
            }
        }
    }

    fn note_value(&self, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields
                .iter()
                .for_each(|(name, value)| self.note_value(name, value)),
            Value::Array(values) => values.iter().for_each(|value| self.note_value(name, value)),
            Value::String(text) if name == SECRET || !PUBLIC.contains(&name) && has_the_form(text) => {
                self.note(text);
            }
            _ => {}
        }
    }

    /// One that did not travel over HTTP.
    pub fn note(&self, secret: &str) {
        // The random part of a code alone: it is found with or without the letter before it.
        let secret = if secret.len() == CHARACTERS + 1 && has_the_form(secret) {
            &secret[1..]
        } else {
            secret
        };
        // A session that was never opened has none.
        if !secret.is_empty() {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(secret.to_owned());
        }
    }

    /// All so far.
    #[must_use]
    pub fn all(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn has_the_form(text: &str) -> bool {
    let characters = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    characters && (CHARACTERS..=CHARACTERS + 1).contains(&text.len())
}

/// Every way in which a secret may stand somewhere: its text and the bytes that the text stands for, each as it is, in hex
/// of both cases, in Base64, and as Rust shows bytes when they are debugged.
#[must_use]
pub fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = ways(secret.as_bytes());
    let bytes = base64url::decode(secret).unwrap_or_default();
    if bytes.len() >= BYTES_MIN {
        forms.extend(ways(&bytes));
    }
    forms
}

fn ways(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let base64 = STANDARD.encode(bytes);
    vec![
        bytes.to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        base64.trim_end_matches('=').as_bytes().to_vec(),
        format!("{bytes:?}").into_bytes(),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB3-_-8";

    #[test]
    fn every_secret_of_a_request_and_of_an_answer_is_noted_and_nothing_public() {
        let travelled = Travelled::default();
        let key = |first: &str| format!("{first}{}", &KEY[1..]);
        let body = json!({
            "email": "carol@example.org",
            "new_auth_key": key("B"),
            "account_id": key("C"),
            "keys": { "unlock_proof": key("D"), "wraps": [{ "commitment": key("E"), "proof": key("F") }] },
            "code": format!("f{}", key("G")),
            "password": "typed",
        })
        .to_string();
        let bearer = format!("Bearer {}", key("H"));
        let headers = [("content-type", "application/json"), ("authorization", &bearer)];
        let headers = headers.map(|(name, value)| (name, value.as_bytes()));
        travelled.note_request(headers.into_iter(), body.as_bytes());
        let basic = [("authorization", b"Basic Y2Fyb2w6c2Vjb25k".as_slice())];
        travelled.note_request(basic.into_iter(), b"");
        travelled.note_answer(&Answer {
            status: 200,
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body: json!({ "token": key("I") }).to_string().into_bytes(),
        });
        let mut expected: BTreeSet<String> = ["B", "D", "F", "G", "H", "I"].map(key).into();
        expected.extend(["typed", "second", "Y2Fyb2w6c2Vjb25k"].map(str::to_owned));
        assert_eq!(travelled.all(), expected);
    }

    #[test]
    fn a_secret_is_looked_for_in_every_form() {
        let forms: Vec<String> = forms(KEY)
            .iter()
            .map(|form| String::from_utf8_lossy(form).into_owned())
            .collect();
        for form in [
            KEY,
            "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1dfeffef",
            "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1DFEFFEF",
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB3+/+8",
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, \
             254, 255, 239]",
        ] {
            assert!(forms.contains(&form.to_owned()), "{form}");
        }
    }
}
