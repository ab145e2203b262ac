//! Cases: an operation, its input, and what came of it.

mod archives;
mod codes;
mod draw;
mod errors;
mod former_keys;
mod hex;
mod inventories;
mod keys;
mod matrix;
mod objects;
mod primitives;
mod sealed;
mod text;
mod wraps;

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[cfg(target_arch = "wasm32")]
pub(crate) use self::draw::Drawn;
use crate::engine::{Answered, Engine, Running};

/// What came of a case, in the form in which a vector says what should.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It worked.
    Output(Value),
    /// It was refused.
    Error(Value),
}

/// An outcome, and what the engine did for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ran {
    /// What came of the case.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What the engine answered on the way.
    pub answered: Answered,
}

/// A case that cannot be run, which is a mistake in the vectors or in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// No engine has this name.
    #[error("there is no such engine")]
    UnknownEngine,
    /// No operation has this name.
    #[error("there is no operation {op}")]
    UnknownOperation {
        /// As the case names it.
        op: Box<str>,
    },
    /// The input is not what the operation reads.
    #[error("the input is not what the operation reads")]
    Input(#[from] serde_json::Error),
    /// A text was read another way by the engine than without one.
    #[error("the engine reads a text another way")]
    EnginesDiffer,
    /// A described source of sealed bytes cannot be made, or its pieces are beyond its end.
    #[error("the sealed bytes cannot be made as described")]
    Described,
}

/// The result of one operation.
type Done = Result<Outcome, CaseError>;

/// Runs one case.
///
/// # Errors
/// [`CaseError`] if the case itself is wrong. A refusal is an [`Outcome`].
pub async fn run(engine: Engine, op: &str, input: Value) -> Result<Ran, CaseError> {
    let running = Running::new(engine);
    let outcome = dispatch(&running, op, input).await?;
    Ok(Ran {
        outcome,
        answered: running.answered(),
    })
}

async fn dispatch(running: &Running, op: &str, input: Value) -> Done {
    match op {
        "address.normalise" => text::normalise_address(running, from(input)?).await,
        "archive.write" => archives::write(running, &from(input)?).await,
        "archive.read" => archives::read(&from(input)?),
        "parts.join" => text::join_parts(&from(input)?),
        "parts.split" => text::split_parts(&from(input)?),
        "keys.salt" => keys::salt(running, &from(input)?).await,
        "keys.root" => keys::root(running, from(input)?).await,
        "keys.recovery" => keys::recovery(from(input)?),
        "keys.backup" => keys::backup(from(input)?),
        "former_keys.seal" => former_keys::seal(running, from(input)?).await,
        "former_keys.open" => former_keys::open(running, from(input)?).await,
        "wrap.seal" => wraps::seal(running, from(input)?).await,
        "wrap.open" => wraps::open(running, from(input)?).await,
        "recovery.encode" => codes::encode(from(input)?),
        "recovery.parse" => codes::parse(&from(input)?),
        "object.seal" => objects::seal(running, from(input)?).await,
        "object.open" => objects::open(running, from(input)?).await,
        "object.padded_len" => objects::padded_len(&from(input)?),
        "file.seal" => objects::seal_file(running, from(input)?).await,
        "file.open" => objects::open_file(running, from(input)?).await,
        "inventory.parse" => inventories::parse(&from(input)?),
        "inventory.seal" => inventories::seal(running, from(input)?).await,
        "inventory.open" => inventories::open(running, from(input)?).await,
        "inventory.compare" => inventories::compare(&from(input)?),
        "aes_gcm.seal" => primitives::aes_gcm_seal(running, from(input)?).await,
        "aes_gcm.open" => primitives::aes_gcm_open(running, from(input)?).await,
        "hkdf_sha256.derive" => primitives::hkdf_derive(&from(input)?),
        "hmac_sha256.verify" => primitives::hmac_verify(&from(input)?),
        "matrix.key_file.open" => matrix::key_files::open(running, from(input)?).await,
        "matrix.key_file.seal" => matrix::key_files::seal_file(running, from(input)?).await,
        "matrix.sessions.read" => matrix::sessions::list(from(input)?),
        "matrix.session.ratchet" => matrix::sessions::ratchet(&from(input)?),
        "matrix.recovery_key.encode" => matrix::recovery_keys::encode(from(input)?),
        "matrix.recovery_key.parse" => matrix::recovery_keys::parse(&from(input)?),
        "matrix.recovery_key.repair" => matrix::recovery_keys::repair(&from(input)?),
        "matrix.recovery_key.derive" => matrix::recovery_keys::derive(running, from(input)?).await,
        "matrix.backup.open" => matrix::backups::open(&from(input)?),
        "matrix.backup.seal" => matrix::backups::seal(&from(input)?),
        "matrix.auth_data.verify" => matrix::backups::verify(&from(input)?),
        "matrix.storage.open" => matrix::secrets::open(running, from(input)?).await,
        "matrix.storage.decrypt" => matrix::secrets::decrypt(from(input)?),
        "matrix.storage.encrypt" => matrix::secrets::encrypt(from(input)?),
        "pbkdf2_sha512.derive" => matrix::primitives::pbkdf2(running, from(input)?).await,
        "hmac_sha256.tag" => matrix::primitives::hmac(running, from(input)?).await,
        "aes_ctr.apply" => matrix::primitives::aes_ctr(running, from(input)?).await,
        _ => Err(CaseError::UnknownOperation { op: op.into() }),
    }
}

fn from<T: for<'de> Deserialize<'de>>(input: Value) -> Result<T, CaseError> {
    Ok(serde_json::from_value(input)?)
}
