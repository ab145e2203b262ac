//! Errors and reasons in the words of the vectors.

use keyhaven_core::matrix::backup_entry::{EntryFormatError, OpenEntryError};
use keyhaven_core::matrix::exported_session::{Field, SessionExportError, SkipReason, Skipped};
use keyhaven_core::matrix::key_file::OpenKeyFileError;
use keyhaven_core::matrix::recovery_key::{DerivationError, RecoveryKeyError};
use keyhaven_core::matrix::secret_storage::{DescriptionError, OpenStorageError};
use serde_json::{Value, json};

use crate::vectors::errors::named;

pub(super) fn key_file(error: OpenKeyFileError) -> Value {
    match error {
        OpenKeyFileError::NotAKeyFile => named("not_a_key_file"),
        OpenKeyFileError::Incomplete => named("incomplete"),
        OpenKeyFileError::DamagedText { offset } => json!({ "name": "damaged_text", "offset": offset }),
        OpenKeyFileError::DamagedHeader { len } => json!({ "name": "damaged_header", "len": len }),
        OpenKeyFileError::UnsupportedVersion { found } => json!({ "name": "version", "found": found }),
        OpenKeyFileError::ZeroRounds => named("zero_rounds"),
        OpenKeyFileError::TooManyRounds { rounds, max } => {
            json!({ "name": "too_many_rounds", "rounds": rounds, "max": max })
        }
        OpenKeyFileError::WrongPassphraseOrDamaged => named("wrong_passphrase_or_damaged"),
        OpenKeyFileError::Changed => named("changed"),
        OpenKeyFileError::NotSessions => named("not_sessions"),
        _ => named("unnamed"),
    }
}

pub(super) fn skipped(skipped: &Skipped) -> Value {
    json!({
        "index": skipped.index,
        "room_id": skipped.room_id,
        "session_id": skipped.session_id,
        "reason": reason(skipped.reason),
    })
}

pub(super) fn reason(reason: SkipReason) -> Value {
    let of_field = |name: &str, of: Field| json!({ "name": name, "field": of.name() });
    match reason {
        SkipReason::CutOff => named("cut_off"),
        SkipReason::BehindTheList => named("behind_the_list"),
        SkipReason::TooLong => named("too_long"),
        SkipReason::NotAnObject => named("not_an_object"),
        SkipReason::Json(_) => named("json"),
        SkipReason::Missing(of) => of_field("missing", of),
        SkipReason::Twice(of) => of_field("twice", of),
        SkipReason::Wrong(of) => of_field("wrong", of),
        SkipReason::Algorithm => named("algorithm"),
        SkipReason::SessionKey(SessionExportError::Length) => named("session_key_length"),
        SkipReason::SessionKey(SessionExportError::Version { found }) => {
            json!({ "name": "session_key_version", "found": found })
        }
        SkipReason::OtherSessionId => named("other_session_id"),
        SkipReason::NotAPoint => named("not_a_point"),
        _ => named("unnamed"),
    }
}

pub(super) fn recovery_key(error: RecoveryKeyError) -> Value {
    match error {
        RecoveryKeyError::Empty => named("empty"),
        RecoveryKeyError::Length { found } => json!({ "name": "length", "found": found }),
        RecoveryKeyError::Character { position, lookalike } => {
            json!({ "name": "character", "position": position, "candidates": lookalike.candidates })
        }
        RecoveryKeyError::Prefix => named("prefix"),
        RecoveryKeyError::Parity => named("parity"),
        _ => named("unnamed"),
    }
}

pub(super) fn entry_format(error: EntryFormatError) -> Value {
    match error {
        EntryFormatError::Json(_) => named("json"),
        EntryFormatError::Missing => named("missing"),
        EntryFormatError::Base64 => named("base64"),
        EntryFormatError::Length => named("length"),
        _ => named("unnamed"),
    }
}

pub(super) fn entry(error: OpenEntryError) -> Value {
    match error {
        OpenEntryError::NonContributory => named("non_contributory"),
        OpenEntryError::OtherKey => named("other_key"),
        OpenEntryError::BackupMac => named("backup_mac"),
        OpenEntryError::Damaged => named("damaged"),
        OpenEntryError::Session(inner) => json!({ "name": "session", "reason": reason(inner) }),
        OpenEntryError::OtherRoom => named("other_room"),
        _ => named("unnamed"),
    }
}

pub(super) fn description(error: DescriptionError) -> Value {
    match error {
        DescriptionError::Json(_) => named("json"),
        DescriptionError::Algorithm => named("algorithm"),
        DescriptionError::Check => named("check"),
        _ => named("unnamed"),
    }
}

pub(super) fn storage(error: OpenStorageError) -> Value {
    match error {
        OpenStorageError::WrongKey => named("wrong_key"),
        OpenStorageError::NotAKey => named("not_a_key"),
        OpenStorageError::Derivation(DerivationError::Iterations { iterations, max }) => {
            json!({ "name": "iterations", "iterations": iterations, "max": max })
        }
        OpenStorageError::Derivation(DerivationError::Bits { bits }) => {
            json!({ "name": "bits", "bits": bits })
        }
        _ => named("unnamed"),
    }
}
