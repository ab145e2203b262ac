//! The key hierarchy.

use keyhaven_core::keys::{ApiOrigin, BackupKey, DeriveRootError, derive_root, derive_salt};
use keyhaven_core::password::Password;
use keyhaven_core::recovery_code::{CodeLength, RecoveryCode};
use keyhaven_protocol::kdf::{Argon2Params, KdfError};
use serde::Deserialize;
use serde_json::json;

use super::draw::Drawn;
use super::hex::{Hex, HexArray};
use super::{CaseError, Done, Outcome, errors, hex, text};
use crate::engine::Running;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaltInput {
    origin: String,
    address: String,
    server_salt: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RootInput {
    password: String,
    origin: String,
    address: String,
    server_salt: Hex,
    kdf: Argon2Params,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeInput {
    code: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackupInput {
    backup_key: HexArray<32>,
}

impl CodeInput {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.code.0
    }
}

pub(super) async fn salt(running: &Running, input: &SaltInput) -> Done {
    let Ok(origin) = ApiOrigin::parse(&input.origin) else {
        return Ok(Outcome::Error(errors::named("origin")));
    };
    Ok(match text::parse_address(running, &input.address).await? {
        Ok(address) => {
            let salt = derive_salt(&origin, &address, &input.server_salt.0);
            Outcome::Output(json!({ "salt": hex::encode(salt.as_bytes()) }))
        }
        Err(error) => Outcome::Error(errors::address(error)),
    })
}

pub(super) async fn root(running: &Running, input: RootInput) -> Done {
    let origin = ApiOrigin::parse(&input.origin).map_err(|_| CaseError::Described)?;
    let address = text::parse_address(running, &input.address).await?;
    let address = address.map_err(|_| CaseError::Described)?;
    let password = Password::parse(&input.password).map_err(|_| CaseError::Described)?;
    if running.run(Password::read(&input.password)).await.as_ref() != Ok(&password) {
        return Err(CaseError::EnginesDiffer);
    }
    let salt = derive_salt(&origin, &address, &input.server_salt.0);
    Ok(
        match running.run(derive_root(&password, &salt, input.kdf)).await {
            Ok(root) => {
                let auth_key = root.derive_auth_key();
                Outcome::Output(json!({
                    "root": hex::encode(root.expose_secret()),
                    "auth_key": hex::encode(auth_key.expose_secret()),
                    "auth_wire": *auth_key.to_wire(),
                    "wrap_key": hex::encode(root.derive_wrap_key().expose_secret()),
                }))
            }
            Err(DeriveRootError::Params(KdfError::BelowFloor { .. })) => {
                Outcome::Error(errors::named("below_floor"))
            }
            Err(DeriveRootError::Params(KdfError::AboveCeiling { .. })) => {
                Outcome::Error(errors::named("above_ceiling"))
            }
            Err(_) => Outcome::Error(errors::named("job")),
        },
    )
}

pub(super) fn recovery(input: CodeInput) -> Done {
    let code = recovery_code(input.bytes())?;
    Ok(Outcome::Output(json!({
        "auth": hex::encode(code.derive_auth().expose_secret()),
        "wrap_key": hex::encode(code.derive_wrap_key().expose_secret()),
    })))
}

pub(super) fn backup(BackupInput { mut backup_key }: BackupInput) -> Done {
    let proof = BackupKey::take_bytes(&mut backup_key.0).derive_unlock_proof();
    Ok(Outcome::Output(
        json!({ "unlock_proof": hex::encode(proof.expose_secret()) }),
    ))
}

/// The code that is drawn when the random bytes are these.
pub(super) fn recovery_code(bytes: &[u8]) -> Result<RecoveryCode, CaseError> {
    let lengths = [CodeLength::Bits128, CodeLength::Bits256];
    let length = lengths.into_iter().find(|length| length.bytes() == bytes.len());
    Ok(RecoveryCode::generate(
        length.ok_or(CaseError::Described)?,
        &mut Drawn(bytes),
    ))
}
