//! Secret storage.

use keyhaven_core::matrix::recovery_key::RecoveryKey;
use keyhaven_core::matrix::secret_storage::{EncryptedSecret, KeyDescription, SecretStorage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::words;
use crate::engine::Running;
use crate::vectors::draw::Drawn;
use crate::vectors::hex::HexArray;
use crate::vectors::{CaseError, Done, Outcome, errors, hex};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct OpenInput {
    description: Value,
    typed: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct DecryptInput {
    key: HexArray<32>,
    name: String,
    secret: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct EncryptInput {
    key: HexArray<32>,
    name: String,
    plaintext: String,
    iv: HexArray<16>,
}

pub(in crate::vectors) async fn open(running: &Running, input: OpenInput) -> Done {
    let description = match KeyDescription::parse(input.description.to_string().as_bytes()) {
        Ok(description) => description,
        Err(error) => return Ok(Outcome::Error(words::description(error))),
    };
    let opened = running.run(description.open(&input.typed, 10_000)).await;
    Ok(match opened {
        Ok(storage) => Outcome::Output(json!({
            "key": hex::encode(storage.key().expose_secret()),
            "confirmed": storage.is_confirmed(),
        })),
        Err(error) => Outcome::Error(words::storage(error)),
    })
}

pub(in crate::vectors) fn decrypt(mut input: DecryptInput) -> Done {
    let storage = SecretStorage::unconfirmed(RecoveryKey::take_bytes(&mut input.key.0));
    let Ok(secret) = EncryptedSecret::parse(input.secret.to_string().as_bytes()) else {
        return Ok(Outcome::Error(errors::named("format")));
    };
    Ok(match storage.decrypt(&input.name, &secret) {
        Ok(text) => Outcome::Output(json!({ "plaintext": String::from_utf8_lossy(&text) })),
        Err(_) => Outcome::Error(errors::named("wrong_secret")),
    })
}

pub(in crate::vectors) fn encrypt(mut input: EncryptInput) -> Done {
    let storage = SecretStorage::unconfirmed(RecoveryKey::take_bytes(&mut input.key.0));
    let secret = storage
        .encrypt(&input.name, input.plaintext.as_bytes(), &mut Drawn(&input.iv.0))
        .map_err(|_| CaseError::Described)?;
    Ok(Outcome::Output(
        json!({ "secret": serde_json::from_str::<Value>(&secret.to_json())? }),
    ))
}
