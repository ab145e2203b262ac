//! Entries of a backup, and what a backup says of itself.

use keyhaven_core::matrix::auth_data::{AuthData, SignatureError, SigningPublicKey};
use keyhaven_core::matrix::backup_entry::{
    Authenticity, BackupEntry, BackupOpener, BackupSealer, OpenedEntry, Origin, Place,
};
use keyhaven_core::matrix::exported_session::ExportedSession;
use keyhaven_core::matrix::recovery_key::{BackupPublicKey, RecoveryKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::words;
use crate::vectors::draw::Drawn;
use crate::vectors::hex::HexArray;
use crate::vectors::{CaseError, Done, Outcome, errors};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct OpenInput {
    private_key: String,
    room_id: String,
    session_id: String,
    entry: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct SealInput {
    /// One of both.
    private_key: Option<String>,
    public_key: Option<String>,
    session: Value,
    imported: bool,
    ephemeral: HexArray<32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct VerifyInput {
    auth_data: Value,
    user_id: String,
    key_id: String,
    key: String,
}

pub(in crate::vectors) fn open(input: &OpenInput) -> Done {
    let private_key = RecoveryKey::parse_base64(&input.private_key).ok_or(CaseError::Described)?;
    let entry = match BackupEntry::parse(input.entry.to_string().as_bytes()) {
        Ok(entry) => entry,
        Err(error) => return Ok(Outcome::Error(words::entry_format(error))),
    };
    let place = Place {
        room_id: &input.room_id,
        session_id: &input.session_id,
    };
    let opened = BackupOpener::new(private_key).open(place, &entry.session_data);
    Ok(match opened.map(OpenedEntry::into_session) {
        Ok((session, authenticity)) => Outcome::Output(json!({
            "session": value(&session)?,
            "authenticity": match authenticity {
                Authenticity::None => "none",
                Authenticity::Session => "session",
                Authenticity::SessionAndRoom => "session_and_room",
                _ => "unnamed",
            },
        })),
        Err(error) => Outcome::Error(words::entry(error)),
    })
}

pub(in crate::vectors) fn seal(input: &SealInput) -> Done {
    let session =
        ExportedSession::parse(input.session.to_string().as_bytes()).map_err(|_| CaseError::Described)?;
    let sealer = match (&input.private_key, &input.public_key) {
        (Some(private_key), None) => {
            let private_key = RecoveryKey::parse_base64(private_key).ok_or(CaseError::Described)?;
            BackupSealer::with_private_key(&private_key)
        }
        (None, Some(public_key)) => {
            BackupSealer::new(BackupPublicKey::parse(public_key).ok_or(CaseError::Described)?)
        }
        _ => return Err(CaseError::Described),
    };
    let origin = if input.imported {
        Origin::Imported
    } else {
        Origin::Received
    };
    Ok(
        match sealer.seal(&session, origin, &mut Drawn(&input.ephemeral.0)) {
            Ok(entry) => {
                Outcome::Output(json!({ "entry": serde_json::from_str::<Value>(&entry.to_json())? }))
            }
            Err(_) => Outcome::Error(errors::named("low_order")),
        },
    )
}

pub(in crate::vectors) fn verify(input: &VerifyInput) -> Done {
    let Ok(auth_data) = AuthData::parse(input.auth_data.to_string().as_bytes()) else {
        return Ok(Outcome::Error(errors::named("auth_data")));
    };
    let key = SigningPublicKey::parse(&input.key).ok_or(CaseError::Described)?;
    Ok(
        match auth_data.verify_signature(&input.user_id, &input.key_id, &key) {
            Ok(()) => Outcome::Output(json!({ "public_key": auth_data.public_key().to_text() })),
            Err(SignatureError::Missing) => Outcome::Error(errors::named("missing")),
            Err(_) => Outcome::Error(errors::named("wrong")),
        },
    )
}

fn value(session: &ExportedSession) -> Result<Value, CaseError> {
    Ok(serde_json::from_slice(&session.to_json())?)
}
