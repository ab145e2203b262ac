//! Recovery keys: text, public key, repair.

use keyhaven_core::matrix::passphrase::Passphrase;
use keyhaven_core::matrix::recovery_key::{Derivation, RecoveryKey};
use serde::Deserialize;
use serde_json::json;

use super::words;
use crate::engine::Running;
use crate::vectors::hex::HexArray;
use crate::vectors::{CaseError, Done, Outcome, errors, hex};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct EncodeInput {
    key: HexArray<32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct ParseInput {
    typed: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct RepairInput {
    typed: String,
    public_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct DeriveInput {
    passphrase: String,
    salt: String,
    iterations: u32,
}

pub(in crate::vectors) fn encode(mut input: EncodeInput) -> Done {
    let key = RecoveryKey::take_bytes(&mut input.key.0);
    Ok(Outcome::Output(json!({
        "text": key.to_text().as_str(),
        "base64": key.to_base64().as_str(),
        "public_key": key.public_key().to_text(),
    })))
}

pub(in crate::vectors) fn parse(input: &ParseInput) -> Done {
    Ok(match RecoveryKey::parse(&input.typed) {
        Ok(key) => Outcome::Output(json!({ "key": hex::encode(key.expose_secret()) })),
        Err(error) => Outcome::Error(words::recovery_key(error)),
    })
}

pub(in crate::vectors) fn repair(input: &RepairInput) -> Done {
    let repair = RecoveryKey::repair(&input.typed, |key| key.public_key().to_text() == input.public_key);
    Ok(match repair {
        Some(repair) => Outcome::Output(json!({ "position": repair.position, "text": repair.text.as_str() })),
        None => Outcome::Error(errors::named("none")),
    })
}

pub(in crate::vectors) async fn derive(running: &Running, input: DeriveInput) -> Done {
    let passphrase = Passphrase::parse(&input.passphrase).map_err(|_| CaseError::Described)?;
    let derivation = Derivation::new(input.salt, input.iterations, 256, 10_000);
    let derivation = derivation.map_err(|_| CaseError::Described)?;
    let key = running.run(derivation.derive(&passphrase)).await;
    Ok(match key {
        Ok(key) => Outcome::Output(json!({ "key": hex::encode(key.expose_secret()) })),
        Err(_) => Outcome::Error(errors::named("job")),
    })
}
